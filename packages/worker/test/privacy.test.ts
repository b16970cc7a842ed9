// Does anything a user wrote, or any key, ever leave the sealed answer?
import { CocoonError } from '@cocoonkit/sdk/errors';
import { expect, test } from 'vitest';
import { createLog } from '../src/log.js';
import { offer, readAnswer, seal } from './support/ask.js';
import { useHarness } from './support/harness.js';
import { chunk, end, type Script, saying, scriptedEngine } from './support/scripted-engine.js';

const harness = useHarness();
const PROMPT = 'zebra-prompt-7311';
const ANSWER = 'quagga-answer-9042';

/** Everything a worker writes and sends outside sealed records, as one text. */
function outside(): { lines: string[]; log: ReturnType<typeof createLog> } {
  const lines: string[] = [];
  return { lines, log: createLog({ write: (line) => void lines.push(line) }) };
}

function failing(message: string): Script['run'] {
  return async function* () {
    yield chunk(ANSWER, 1);
    throw new CocoonError({ kind: 'model', code: message, message, remedy: message, details: { message } });
  };
}

test('privacy: logs hold neither prompt nor answer, nor what an engine says when it fails', async () => {
  const { lines, log } = outside();
  const scripts: Script['run'][] = [saying([ANSWER]), failing(`${PROMPT} ${ANSWER}`)];
  const { channel } = await harness.connected({
    engine: scriptedEngine({
      run: (request, signal) => (scripts.shift() ?? saying([ANSWER]))(request, signal),
    }),
    deps: { log },
  });
  const secrets: Uint8Array[] = [];
  for (const content of [PROMPT, PROMPT]) {
    const sealed = await seal([channel.worker], { json: { messages: [{ role: 'user', content }] } });
    secrets.push(
      sealed.cancelToken,
      sealed.resumeToken,
      sealed.core.requestId,
      sealed.core.operationId,
      sealed.coreHash,
    );
    const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
    expect(answer.text).toContain(ANSWER);
    expect(JSON.stringify(answer.error ?? {})).not.toContain(PROMPT);
  }
  const broken = await seal([channel.worker], { json: `{"messages":"${PROMPT}` });
  await readAnswer(channel, broken, await offer(channel, broken));
  const written = lines.join('');
  expect(lines.length).toBeGreaterThan(5);
  for (const secret of [PROMPT, ANSWER]) expect(written).not.toContain(secret);
  for (const secret of secrets) {
    expect(written).not.toContain(Buffer.from(secret).toString('hex'));
    expect(written).not.toContain(Buffer.from(secret).toString('base64url'));
  }
});

test('privacy: what travels on the channel in clear frames is ciphertext', async () => {
  const { channel } = await harness.connected({ engine: scriptedEngine({ run: saying([ANSWER]) }) });
  const wire: Buffer[] = [];
  channel.socket.on('message', (data) => wire.push(data as Buffer));
  const sealed = await seal([channel.worker], { json: { messages: [{ role: 'user', content: PROMPT }] } });
  await readAnswer(channel, sealed, await offer(channel, sealed));
  expect(wire.length).toBeGreaterThan(2);
  for (const secret of [PROMPT, ANSWER]) expect(Buffer.concat(wire).includes(secret)).toBe(false);
});

test('privacy: a value that slipped past the types is withheld from the log', () => {
  const { lines, log } = outside();
  const record = {
    event: 'request-refused',
    code: `a sentence with ${PROMPT}`,
    prompt: PROMPT,
    tokens: PROMPT,
  };
  // A record as careless code might build it.
  log.write(record as never);
  expect(lines.join('')).toContain('(withheld)');
  expect(lines.join('')).not.toContain(PROMPT);
});

test('privacy: the clear half of a bill says the total, not how it splits', async () => {
  const run: Script['run'] = async function* () {
    yield chunk('x', 1);
    yield end({ prompt: 77, completion: 1 });
  };
  const { channel } = await harness.connected({ engine: scriptedEngine({ run }) });
  const sealed = await seal([channel.worker]);
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  const bill = await channel.take((c) => c.type === 'receipt');
  expect(answer.receipt.receipt.tokens).toBe(85n);
  expect(Object.keys(bill ?? {}).sort()).toEqual(['coreHash', 'held', 'receipt', 'receiptSignature', 'type']);
  const salt = Buffer.from(answer.receipt.private.salt);
  expect(Buffer.from(bill?.receipt ?? []).includes(salt)).toBe(false);
});
