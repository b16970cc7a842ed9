// Does a machine hand over only a boot log that its own quote bears out?
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readBootLog } from './read-boot-log.node.js';

const vectors = new URL('../../spec/vectors/', import.meta.url);
const area = fileURLToPath(new URL('eventlog/gcp-cos113-ccel_data.dat', vectors));
const other = fileURLToPath(new URL('eventlog/trustee-ovmf.dat', vectors));
const quote = new Uint8Array(readFileSync(new URL('quotes/quotes/gcp-cos113-quote.dat', vectors)));
const used = new Uint8Array(readFileSync(area)).subarray(0, 18_101);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cocoonkit-boot-log-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('accepts: the used part of a log that was named, or that the kernel has', async () => {
  expect(await readBootLog({ quote, file: area })).toEqual(used);
  expect(await readBootLog({ quote }, area)).toEqual(used);
});

test('accepts: a kernel without a log, or with one that does not fit the quote', async () => {
  expect(await readBootLog({ quote }, join(folder, 'none'))).toBeUndefined();
  expect(await readBootLog({ quote }, other)).toBeUndefined();
});

test('rejects: a named log that is missing, too large, of another machine or none at all', async () => {
  const large = join(folder, 'large');
  await writeFile(large, new Uint8Array(1_048_577));
  for (const [file, code] of [
    [join(folder, 'none'), 'EVENT_LOG_UNAVAILABLE'],
    [large, 'EVENT_LOG_UNAVAILABLE'],
    [other, 'ATTESTATION_EVENT_LOG_MISMATCH'],
    [fileURLToPath(import.meta.url), 'ATTESTATION_EVENT_LOG_FORMAT'],
  ] as const)
    await expect(readBootLog({ quote, file })).rejects.toMatchObject({ code });
});
