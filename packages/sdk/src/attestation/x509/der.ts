// How is DER read so that only one encoding of a value is accepted?
import { toHex } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';

const MAX_LENGTH_BYTES = 4;

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  utf8: 0x0c,
  printable: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

export interface DerNode {
  readonly tag: number;
  /** The whole encoding, tag and length included. */
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;
}

/** One element that fills the bytes exactly. */
export function readDer(bytes: Uint8Array, tag: number): DerNode {
  const node = readAt(bytes, 0);
  expectFormat(node.bytes.length === bytes.length, 'bytes after the end');
  expectFormat(node.tag === tag, `tag ${node.tag} instead of ${tag}`);
  return node;
}

/** All elements inside a constructed one. */
export function children(node: DerNode): DerNode[] {
  const out: DerNode[] = [];
  for (let offset = 0; offset < node.content.length; ) {
    const child = readAt(node.content, offset);
    out.push(child);
    offset += child.bytes.length;
  }
  return out;
}

function readAt(bytes: Uint8Array, offset: number): DerNode {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  expectFormat(tag !== undefined && first !== undefined, 'truncated');
  expectFormat((tag & 0x1f) !== 0x1f, 'multi-byte tag');
  let start = offset + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    expectFormat(count >= 1 && count <= MAX_LENGTH_BYTES, 'indefinite or huge length');
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[start + i] ?? 0);
    expectFormat(length >= (count === 1 ? 0x80 : 256 ** (count - 1)), 'length is not minimal');
    start += count;
  }
  expectFormat(start + length <= bytes.length, 'truncated');
  return {
    tag,
    bytes: bytes.subarray(offset, start + length),
    content: bytes.subarray(start, start + length),
  };
}

/** Takes the children of one element in order; a missing or different tag is an error, and so is a leftover. */
export class DerFields {
  readonly #nodes: readonly DerNode[];
  #next = 0;

  constructor(parent: DerNode, tag: number = TAG.sequence) {
    expectFormat(parent.tag === tag, `tag ${parent.tag} instead of ${tag}`);
    this.#nodes = children(parent);
  }

  take(...tags: readonly number[]): DerNode {
    const node = this.optional(...tags);
    expectFormat(node !== undefined, `no element with tag ${tags.join(' or ')}`);
    return node;
  }

  optional(...tags: readonly number[]): DerNode | undefined {
    const node = this.#nodes[this.#next];
    if (node === undefined || !tags.includes(node.tag)) return undefined;
    this.#next++;
    return node;
  }

  end(): void {
    expectFormat(this.#next === this.#nodes.length, 'unexpected element');
  }
}

/** Content of a non-negative minimal INTEGER without its sign byte. */
export function unsignedInteger(node: DerNode): Uint8Array {
  const { content } = node;
  const first = content[0];
  expectFormat(node.tag === TAG.integer && first !== undefined && first < 0x80, 'not a non-negative integer');
  if (first !== 0 || content.length === 1) return content;
  expectFormat((content[1] ?? 0) >= 0x80, 'integer is not minimal');
  return content.subarray(1);
}

export function smallInteger(node: DerNode, max: number): number {
  const bytes = unsignedInteger(node);
  expectFormat(bytes.length <= 4, 'integer too large');
  const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  expectFormat(value <= max, 'integer too large');
  return value;
}

/** BOOLEAN DEFAULT FALSE: DER writes only TRUE, as 0xFF. */
export function isTrue(node: DerNode | undefined): boolean {
  if (node === undefined) return false;
  expectFormat(node.content.length === 1 && node.content[0] === 0xff, 'boolean is not DER');
  return true;
}

export function oidHex(node: DerNode): string {
  expectFormat(node.tag === TAG.oid && node.content.length > 0, 'not an object identifier');
  return toHex(node.content);
}

/** Milliseconds of UTCTime or GeneralizedTime in the RFC 5280 form (seconds, Z). */
export function time(node: DerNode): number {
  let text = String.fromCharCode(...node.content);
  if (node.tag === TAG.utcTime) text = (Number(text.slice(0, 2)) >= 50 ? '19' : '20') + text;
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  expectFormat(match !== null, 'not a time');
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  const value = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
  expectFormat(
    new Date(value).toISOString().replace(/[-:T]/g, '').slice(0, 14) === text.slice(0, 14),
    'no such time',
  );
  return value;
}

/** Raw 64-byte r ‖ s of an ECDSA-Sig-Value. */
export function ecdsaSignature(der: Uint8Array): Uint8Array {
  const out = new Uint8Array(64);
  const fields = new DerFields(readDer(der, TAG.sequence));
  for (const end of [32, 64]) {
    const number = unsignedInteger(fields.take(TAG.integer));
    expectFormat(number.length <= 32, 'signature number too large');
    out.set(number, end - number.length);
  }
  fields.end();
  return out;
}

/** Content of a BIT STRING of whole bytes. */
export function wholeBits(node: DerNode): Uint8Array {
  expectFormat(node.tag === TAG.bitString && node.content[0] === 0, 'bit string is not whole bytes');
  return node.content.subarray(1);
}
