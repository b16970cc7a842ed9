// How is an encoded document bent? On the bytes, so that things no encoder would write can be made.
import { concat, readU16, readU32, u16, u32 } from '../../src/internal/bytes.js';

export interface TlvField {
  tag: number;
  value: Uint8Array;
}

export function splitTlv(bytes: Uint8Array): TlvField[] {
  const fields: TlvField[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = readU32(bytes, at + 2);
    fields.push({ tag: readU16(bytes, at), value: bytes.subarray(at + 6, at + 6 + length) });
    at += 6 + length;
  }
  return fields;
}

export function joinTlv(fields: readonly TlvField[]): Uint8Array {
  return concat(...fields.flatMap(({ tag, value }) => [u16(tag), u32(value.length), value]));
}

/** The same document with another value under `tag`, or without it. */
export function withField(bytes: Uint8Array, tag: number, value: Uint8Array | undefined): Uint8Array {
  const rest = splitTlv(bytes).filter((field) => field.tag !== tag);
  const fields = value === undefined ? rest : [...rest, { tag, value }];
  return joinTlv(fields.sort((a, b) => a.tag - b.tag));
}

/** One bit turned; negative positions count from the end. */
export function flip(bytes: Uint8Array, position = -1): Uint8Array {
  const out = bytes.slice();
  const at = position < 0 ? out.length + position : position;
  out[at] = (out[at] ?? 0) ^ 1;
  return out;
}
