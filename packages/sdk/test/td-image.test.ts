// Does the measure command of docs/td-image.md work as printed, and does it measure the line that the launch command passes?
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { measureImage } from '../src/attestation/measure/measure-image.js';
import { createProgram } from '../src/cli/program.js';
import { tinyFirmware, tinyKernel } from './support/tiny-image.js';

const root = new URL('../../../', import.meta.url);
const text = readFileSync(new URL('docs/td-image.md', root), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'td-image-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Words of a command in the text, as a shell would make them. */
function wordsOf(command: string): string[] {
  const line = text.split('\n').find((candidate) => candidate.startsWith(command)) ?? '';
  const shown = line.replace(/ > .*$/, '');
  return [...shown.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}
const appended = (words: string[]): string => words[words.indexOf('--append') + 1] ?? '';

it('accepts: the documented command, on files of the same kinds', async () => {
  const files: Readonly<Record<string, Uint8Array>> = {
    'OVMF.fd': tinyFirmware(),
    'cocoonkit-worker.vmlinuz': tinyKernel(),
    'cocoonkit-worker.initrd': new Uint8Array(1_000).fill(7),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const words = wordsOf('cocoonkit measure');
  let out = '';
  const program = createProgram({
    output: {
      out: (part) => {
        out += part;
      },
      note: () => undefined,
    },
    now: () => new Date(0),
    signal: new AbortController().signal,
    exit: (code) => expect(code).toBe(0),
  });
  await program.parseAsync(
    words.slice(1).map((word) => (Object.hasOwn(files, word) ? join(folder, word) : word)),
    { from: 'user' },
  );
  const { mrtd, rtmr1, rtmr2 } = await measureImage({
    firmware: tinyFirmware(),
    kernel: tinyKernel(),
    initrd: new Uint8Array(1_000).fill(7),
    commandLine: appended(words),
  });
  expect(JSON.parse(out).measurements).toEqual([{ name: 'cocoonkit-worker-0.1.0', mrtd, rtmr1, rtmr2 }]);
});

it('accepts: launch passes the command line that was measured', () => {
  const line = appended(wordsOf('cocoonkit measure'));
  expect(line).toContain('roothash=');
  expect(appended(wordsOf('cocoonkit-worker launch --print'))).toBe(line);
});
