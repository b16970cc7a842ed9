// How is DER read so that only one encoding of a value is accepted?
import { toHex } from '../../internal/bytes.js';
import { exactTime, expectFormat } from '../format/cursor.js';

export const BOOLEAN = 0x01;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const OID = 0x06;
export const ENUMERATED = 0x0a;
export const UTF8 = 0x0c;
export const PRINTABLE = 0x13;
export const UTC_TIME = 0x17;
export const GENERALIZED_TIME = 0x18;
export const SEQUENCE = 0x30;
export const SET = 0x31;

export interface DerNode {
  readonly tag: number;
  /** The whole encoding, tag and length included. */
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;
}

/** One element that fills the bytes exactly. */
export function readDer(bytes: Uint8Array, tag: number): DerNode {
  const node = readAt(bytes, 0);
  expectFormat(node.bytes.length === bytes.length);
  expectFormat(node.tag === tag);
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
  // Where nothing is left, the zeros read here reach beyond the end, which is refused below.
  const tag = bytes[offset] ?? 0;
  const first = bytes[offset + 1] ?? 0;
  expectFormat((tag & 0x1f) !== 0x1f);
  let start = offset + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + (bytes[start + i] ?? 0);
    // An indefinite length (no byte) is below its minimum too, and one of very many bytes leads beyond the end.
    expectFormat(length >= (count === 1 ? 0x80 : 256 ** (count - 1)));
    start += count;
  }
  expectFormat(start + length <= bytes.length);
  return {
    tag,
    bytes: bytes.subarray(offset, start + length),
    content: bytes.subarray(start, start + length),
  };
}

/** Takes the children of one element in order, of one of the tags or of any; a missing or different one is an error, and so is a leftover. */
export class DerFields {
  readonly #nodes: readonly DerNode[];
  #next = 0;

  constructor(parent: DerNode, tag: number = SEQUENCE) {
    expectFormat(parent.tag === tag);
    this.#nodes = children(parent);
  }

  take(...tags: readonly number[]): DerNode {
    const node = this.optional(...tags);
    expectFormat(node !== undefined);
    return node;
  }

  optional(...tags: readonly number[]): DerNode | undefined {
    const node = this.#nodes[this.#next];
    if (node === undefined || (tags.length > 0 && !tags.includes(node.tag))) return undefined;
    this.#next++;
    return node;
  }

  end(): void {
    expectFormat(this.#next === this.#nodes.length);
  }
}

/** Content of a non-negative minimal INTEGER without its sign byte. */
export function unsignedInteger(node: DerNode): Uint8Array {
  const { content } = node;
  const first = content[0] ?? 0xff;
  expectFormat(node.tag === INTEGER && first < 0x80);
  if (first !== 0 || content.length === 1) return content;
  expectFormat((content[1] ?? 0) >= 0x80);
  return content.subarray(1);
}

export function smallInteger(node: DerNode, max: number): number {
  const bytes = unsignedInteger(node);
  expectFormat(bytes.length <= 4);
  const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  expectFormat(value <= max);
  return value;
}

/** BOOLEAN DEFAULT FALSE: DER writes only TRUE, as 0xFF. */
export function isTrue(node: DerNode | undefined): boolean {
  if (node === undefined) return false;
  expectFormat(node.content.length === 1 && node.content[0] === 0xff);
  return true;
}

export function oidHex(node: DerNode): string {
  expectFormat(node.tag === OID && node.content.length > 0);
  return toHex(node.content);
}

/** Milliseconds of UTCTime or GeneralizedTime in the RFC 5280 form (seconds, Z). */
export function time(node: DerNode): number {
  let text = String.fromCharCode(...node.content);
  if (node.tag === UTC_TIME) text = (Number(text.slice(0, 2)) >= 50 ? '19' : '20') + text;
  // Exact only if the first 14 characters were digits and Z all that follows.
  return exactTime(text.replace(/(....)(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:$6.000'));
}

/** Raw r ‖ s of an ECDSA-Sig-Value, `size` bytes each. */
export function ecdsaSignature(der: Uint8Array, size = 32): Uint8Array {
  const out = new Uint8Array(2 * size);
  const fields = new DerFields(readDer(der, SEQUENCE));
  for (const end of [size, 2 * size]) {
    const number = unsignedInteger(fields.take(INTEGER));
    expectFormat(number.length <= size);
    out.set(number, end - number.length);
  }
  fields.end();
  return out;
}

/** Content of a BIT STRING of whole bytes. */
export function wholeBits(node: DerNode): Uint8Array {
  expectFormat(node.tag === BIT_STRING && node.content[0] === 0);
  return node.content.subarray(1);
}
