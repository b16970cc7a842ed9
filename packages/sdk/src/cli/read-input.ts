// What is in the file or text an operator passed? Bytes, hex or base64, and JSON.
import { readFile } from 'node:fs/promises';
import { CocoonError } from '../errors.js';
import { fromHex } from '../internal/bytes.js';

const MAX_BYTES = 4 * 1024 * 1024;

/** Raw bytes, or the bytes that a hex or base64 text stands for. */
export async function readBytes(path: string): Promise<Uint8Array> {
  const bytes = await readLimited(path);
  const text = asText(bytes)?.replaceAll(/\s+/g, '');
  if (text === undefined || text === '') return bytes;
  const digits = text.replace(/^0x/i, '');
  if (/^[0-9a-fA-F]+$/.test(digits) && digits.length % 2 === 0) return fromHex(digits);
  if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) {
    return Uint8Array.from(Buffer.from(text.replaceAll('-', '+').replaceAll('_', '/'), 'base64'));
  }
  return bytes;
}

/** Bytes exactly as they are. */
export async function readLimited(path: string): Promise<Uint8Array> {
  const bytes = Uint8Array.from(await readFile(path));
  if (bytes.length > MAX_BYTES) throw usage('FILE_TOO_LARGE', `A file is larger than ${MAX_BYTES} bytes.`);
  return bytes;
}

/** @throws CocoonError `FILE_NOT_JSON` */
export async function readJson(path: string): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await readLimited(path)));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError)
      throw usage('FILE_NOT_JSON', 'A file is not JSON.');
    throw error;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw usage('FILE_NOT_JSON', 'A file is not a JSON object.');
  }
  return Object.fromEntries(Object.entries(value));
}

export function usage(code: string, message: string, remedy = 'See --help.'): CocoonError {
  return new CocoonError({ kind: 'config', code, message, remedy });
}

function asText(bytes: Uint8Array): string | undefined {
  return bytes.every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127))
    ? new TextDecoder().decode(bytes)
    : undefined;
}
