// What is in the file an operator named? Bytes or JSON, never more than the limit.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { CocoonError } from '../errors.js';
import { fromUtf8 } from '../internal/bytes.js';

const MAX_BYTES = 4 * 1024 * 1024;

/** Bytes exactly as they are; `-` is standard input. @throws CocoonError `FILE_TOO_LARGE`, `FILE_EMPTY` */
export async function readLimited(path: string, maxBytes = MAX_BYTES): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of path === '-' ? stdin() : fileChunks(path)) {
    length += chunk.length;
    // Devices and pipes have no size: the limit holds for what arrives.
    if (length > maxBytes) {
      throw usage('FILE_TOO_LARGE', `The file ${path} is larger than ${maxBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  if (length === 0) throw usage('FILE_EMPTY', `The file ${path} is empty.`, 'Check the path.');
  return Uint8Array.from(Buffer.concat(chunks));
}

/** SHA-384 of a file of any size, which is never held as a whole. 96 hex digits. @throws CocoonError `FILE_EMPTY` */
export async function readSha384(path: string): Promise<string> {
  const hash = createHash('sha384');
  let length = 0;
  for await (const chunk of path === '-' ? stdin() : fileChunks(path)) {
    length += chunk.length;
    hash.update(chunk);
  }
  if (length === 0) throw usage('FILE_EMPTY', `The file ${path} is empty.`, 'Check the path.');
  return hash.digest('hex');
}

/** @throws CocoonError `FILE_NOT_JSON` */
export async function readJson(path: string): Promise<Record<string, unknown>> {
  const bytes = await readLimited(path);
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(bytes));
  } catch {
    throw usage('FILE_NOT_JSON', `The file ${path} is not JSON.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw usage('FILE_NOT_JSON', `The file ${path} is not a JSON object.`);
  }
  return Object.fromEntries(Object.entries(value));
}

/** A mistake in the call: `runCommand` ends with exit code 2. */
export function usage(code: string, message: string, remedy = 'See --help.'): CocoonError {
  return new CocoonError({ kind: 'config', code, message, remedy });
}

async function* stdin(): AsyncGenerator<Uint8Array> {
  for await (const chunk of process.stdin) {
    yield chunk instanceof Uint8Array ? chunk : new TextEncoder().encode(String(chunk));
  }
}

async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(65_536), 0, 65_536, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
