// What do a sealed model and its key file hold? Read by their owner.
import { open, stat } from 'node:fs/promises';
import { fromHex, fromUtf8 } from '../internal/bytes.js';
import { MAX_MODEL_PREFIX_BYTES } from '../protocol/sealed-model.js';
import { readSealedModel, type SealedModel } from '../seal/model/index.js';
import { readLimited, usage } from './read-input.js';
import type { Output } from './run-command.js';

const MAX_KEY_FILE_BYTES = 1_024;

/** Its header alone is read. @throws CocoonError `SEALED_MODEL_FORMAT`, `SEALED_MODEL_LENGTH` */
export async function readSealedFile(path: string): Promise<SealedModel> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = new Uint8Array(MAX_MODEL_PREFIX_BYTES);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    return readSealedModel(start.subarray(0, bytesRead), size);
  } finally {
    await file.close();
  }
}

/** 32 bytes from 64 hex digits. Says so when others may read the file. @throws CocoonError `KEY_FILE_INVALID` */
export async function readModelKey(path: string, output: Output): Promise<Uint8Array> {
  let text = '';
  try {
    text = fromUtf8(await readLimited(path, MAX_KEY_FILE_BYTES)).trim();
  } catch (error) {
    // What is in a file that is no key may be another secret: its words are not repeated.
    if (!(error instanceof TypeError)) throw error;
  }
  if (!/^[0-9a-fA-F]{64}$/.test(text))
    throw usage(
      'KEY_FILE_INVALID',
      `The file ${path} does not hold 64 hex digits.`,
      'Pass the key file that `cocoonkit model seal` wrote.',
    );
  if (((await stat(path)).mode & 0o077) !== 0)
    output.note(`Others than you may read ${path}: run chmod 600 on it.\n`);
  return fromHex(text);
}
