// Which kinds of values does a TLV document hold, and how is each encoded? (PROTOCOL.md §2.2)
import { concat, fromUtf8, readU32, u32 as u32Bytes, utf8 } from '../internal/bytes.js';
import { malformed } from './malformed.js';
import type { FieldType, Layout } from './tlv.js';

function unsigned(label: string, size: number, max: number): FieldType<number> {
  return {
    label,
    encode(value) {
      if (!Number.isInteger(value) || value < 0 || value > max) throw malformed(label, 'number out of range');
      return u32Bytes(value).subarray(4 - size);
    },
    decode(bytes) {
      if (bytes.length !== size) throw malformed(label, 'wrong length');
      return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    },
  };
}

export const u8: FieldType<number> = unsigned('u8', 1, 0xff);
export const u16: FieldType<number> = unsigned('u16', 2, 0xffff);
export const u32: FieldType<number> = unsigned('u32', 4, 0xffffffff);

export const u64: FieldType<bigint> = {
  label: 'u64',
  encode(value) {
    if (value < 0n || value > 0xffffffffffffffffn) throw malformed('u64', 'number out of range');
    const out = new Uint8Array(8);
    new DataView(out.buffer).setBigUint64(0, value);
    return out;
  },
  decode(bytes) {
    if (bytes.length !== 8) throw malformed('u64', 'wrong length');
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
  },
};

/** Unix seconds, kept as a number: a u64 up to 2^53 - 1. */
export const time: FieldType<number> = {
  label: 'time',
  encode(value) {
    if (!Number.isSafeInteger(value) || value < 0) throw malformed('time', 'not whole seconds');
    return u64.encode(BigInt(value));
  },
  decode(bytes) {
    const value = u64.decode(bytes);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed('time', 'beyond 2^53');
    return Number(value);
  },
};

/** Exactly `length` bytes. */
export function bytes(length: number): FieldType<Uint8Array> {
  return bytesBetween(length, length, `bytes(${length})`);
}

/** At most `max` bytes; may be empty. */
export function bytesUpTo(max: number): FieldType<Uint8Array> {
  return bytesBetween(0, max, `bytes(0..${max})`);
}

/** A copy. `slice` would not do: of Node's own kind of byte array it makes a view that holds on to the whole message. */
function copy(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

function bytesBetween(min: number, max: number, label: string): FieldType<Uint8Array> {
  const check = (value: Uint8Array): Uint8Array => {
    if (value.length < min || value.length > max) throw malformed(label, 'wrong length');
    return value;
  };
  return { label, encode: check, decode: (value) => copy(check(value)) };
}

/** One of two exact lengths, as keys of two suites have. */
export function bytesEither(first: number, second: number): FieldType<Uint8Array> {
  const label = `bytes(${first}|${second})`;
  const check = (value: Uint8Array): Uint8Array => {
    if (value.length !== first && value.length !== second) throw malformed(label, 'wrong length');
    return value;
  };
  return { label, encode: check, decode: (value) => copy(check(value)) };
}

/** Strict UTF-8, 1 to `max` bytes. */
export function text(max: number): FieldType<string> {
  const label = `text(${max})`;
  return {
    label,
    encode(value) {
      const encoded = utf8(value);
      // A lone surrogate would be replaced silently and no longer decode to the same text.
      if (encoded.length === 0 || encoded.length > max || fromUtf8(encoded) !== value)
        throw malformed(label, 'bad text');
      return encoded;
    },
    decode(value) {
      if (value.length === 0 || value.length > max) throw malformed(label, 'wrong length');
      try {
        return fromUtf8(value);
      } catch {
        throw malformed(label, 'not UTF-8');
      }
    },
  };
}

/** One of a closed set of names, carried as a u8. */
export function choice<const T extends string>(names: Readonly<Record<T, number>>): FieldType<T> {
  const byNumber = new Map<number, T>();
  for (const key in names) byNumber.set(names[key], key);
  return {
    label: 'u8',
    encode: (value) => u8.encode(names[value]),
    decode(value) {
      const name = byNumber.get(u8.decode(value));
      if (name === undefined) throw malformed('choice', 'unknown value');
      return name;
    },
  };
}

/** Items of one fixed size, one after another. */
export function list<V>(item: FieldType<V>, size: number, maxItems: number): FieldType<readonly V[]> {
  const label = `list(${item.label}, ${maxItems})`;
  return {
    label,
    encode(values) {
      if (values.length > maxItems) throw malformed(label, 'too many items');
      return concat(...values.map((value) => item.encode(value)));
    },
    decode(value) {
      if (value.length % size !== 0 || value.length / size > maxItems) throw malformed(label, 'wrong length');
      const out: V[] = [];
      for (let at = 0; at < value.length; at += size) out.push(item.decode(value.subarray(at, at + size)));
      return out;
    },
  };
}

/** Items of varying size, each behind its u32 length. */
export function sized<V>(item: FieldType<V>, maxItems: number): FieldType<readonly V[]> {
  const label = `sized(${item.label}, ${maxItems})`;
  return {
    label,
    encode(values) {
      if (values.length > maxItems) throw malformed(label, 'too many items');
      return concat(
        ...values.flatMap((value) => {
          const encoded = item.encode(value);
          return [u32Bytes(encoded.length), encoded];
        }),
      );
    },
    decode(value) {
      const out: V[] = [];
      let offset = 0;
      while (offset < value.length) {
        if (out.length === maxItems) throw malformed(label, 'too many items');
        if (value.length - offset < 4) throw malformed(label, 'truncated item');
        const length = readU32(value, offset);
        offset += 4;
        if (length > value.length - offset) throw malformed(label, 'item longer than the list');
        out.push(item.decode(value.subarray(offset, offset + length)));
        offset += length;
      }
      return out;
    },
  };
}

/** A document inside a document. */
export function nested<T>(layout: Layout<T>): FieldType<T> {
  return {
    label: layout.name,
    encode: (value) => layout.encode(value),
    decode: (value) => layout.decode(value),
  };
}

export const digest: FieldType<Uint8Array> = bytes(32);

export function digests(maxItems: number): FieldType<readonly Uint8Array[]> {
  return list(digest, 32, maxItems);
}
