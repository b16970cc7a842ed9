// Does the evidence a person gets hold when somebody else checks it again with the command line, and does the alert fit?
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { reportVerifyCommand } from '../../sdk/src/cli/report-commands.js';
import { chat } from '../src/features/chat.js';
import { downloadFile } from '../src/sources/download-file.js';
import { ENGLISH } from '../src/texts/english/index.js';
import { type OpenBot, openBot } from './support/open-bot.js';

let world: OpenBot | undefined;
let folder: string | undefined;
afterEach(async () => {
  await world?.close();
  if (folder !== undefined) await rm(folder, { recursive: true });
  world = undefined;
  folder = undefined;
});

const SECRET = 'zebra-on-the-island';

test('the file verifies again offline, a changed one does not, and nothing of the person is in it', async () => {
  const ids: string[] = [];
  world = await openBot({
    features: [chat()],
    script: () => 'Hello.',
    before: (bot) =>
      bot.api.config.use(async (call, method, payload, signal) => {
        const answer = await call(method, payload, signal);
        const sent: unknown = answer.ok ? answer.result : undefined;
        if (method === 'sendDocument' && isDocument(sent)) ids.push(sent.document.file_id);
        return answer;
      }),
  });
  const { emu, bot } = world;
  const ann = emu.user({ first_name: 'Ann-Sophie', language_code: 'en' });
  ann.send(SECRET);
  await ann.sees('[How?]');
  const alert = await ann.press('How?').answer();
  expect(alert.text).toContain('SIMULATED');
  expect(alert.text?.length).toBeLessThanOrEqual(200);

  ann.send('/verify');
  await ann.sees('[Evidence file]');
  ann.press('Evidence file');
  await emu.waitFor(() => ids.length === 1);
  const bytes = await downloadFile({
    api: bot.api,
    fileId: ids[0] ?? '',
    size: undefined,
    limit: 20_000_000,
    fetch,
    signal: new AbortController().signal,
  });
  const text = new TextDecoder().decode(bytes);
  expect(text).not.toMatch(new RegExp(`${SECRET}|Ann-Sophie|${ann.id}`));

  folder = await mkdtemp(join(tmpdir(), 'evidence-'));
  const file = join(folder, 'evidence.json');
  await writeFile(file, bytes);
  const lines: string[] = [];
  const output = { out: (line: string) => void lines.push(line), note: () => undefined };
  await reportVerifyCommand('report', file, { simulated: true }, { output });
  expect(lines.join('\n').replace(/\s+/g, ' ')).toMatch(
    /SIMULATED.*Verified: 2 machine\(s\) and their evidence hold/,
  );

  await writeFile(file, text.replace(/"at":\s*"20(\d\d)/, '"at":"19$1'));
  await expect(reportVerifyCommand('report', file, { simulated: true }, { output })).rejects.toMatchObject({
    name: 'CocoonError',
  });
});

test('every sentence of the alert fits the 200 characters of a callback answer', () => {
  for (const sentence of [ENGLISH['how.checked'], ENGLISH['how.simulated']])
    expect(sentence.replace('{time}', '12:04 UTC').length).toBeLessThanOrEqual(200);
});

const isDocument = (value: unknown): value is { document: { file_id: string } } =>
  typeof value === 'object' && value !== null && 'document' in value;
