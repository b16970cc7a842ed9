// In which encoding did somebody save a quote? Raw, hex, base64, base64url, JSON around any of them, or a dstack attestation.
import { attestationError } from '../attestation/fail.js';
import { fromHex, fromUtf8, toHex } from '../internal/bytes.js';

/** Members under which services publish a quote, compared without case, `_` and `-`. */
const QUOTE_MEMBERS = [
  'quote',
  'quotehex',
  'quoteb64',
  'quotebase64',
  'rawquote',
  'tdquote',
  'tdxquote',
  'intelquote',
  'attestation',
];
const MAX_DEPTH = 16;
const MAX_VALUES = 100_000;

/**
 * The bytes that a file stands for. Says nothing about whether they are a good quote, only how they were written down.
 * @throws CocoonError `ATTESTATION_QUOTE` for text that stands for no bytes, and JSON with none or several quotes
 */
export function decodeQuote(file: Uint8Array): Uint8Array {
  const text = asText(file);
  if (text === undefined) return unwrapDstack(file);
  const bytes = /^[{["]/.test(text) ? fromJson(text) : fromText(text);
  if (bytes === undefined) throw attestationError('QUOTE', 'neither binary, hex, base64 nor JSON');
  return bytes;
}

/** Printable text, without byte order mark, padding and white space around it. */
function asText(bytes: Uint8Array): string | undefined {
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch {
    return undefined;
  }
  const inner = text.replace(/^\uFEFF/, '').replace(/\0+$/, '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: binary files are told from text by them.
  return inner === '' || /[\0-\x08\x0e-\x1f]/.test(inner) ? undefined : inner.trim();
}

function fromText(text: string): Uint8Array | undefined {
  const plain = text.replaceAll(/\s+/g, '');
  const digits = plain.replace(/^0x/i, '');
  if (digits.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(digits)) return unwrapDstack(fromHex(digits));
  const base64 = plain
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/={1,2}$/, '');
  if (!/^[A-Za-z0-9+/]{2,}$/.test(base64) || base64.length % 4 === 1) return undefined;
  return unwrapDstack(Uint8Array.from(Buffer.from(base64, 'base64')));
}

function fromJson(text: string): Uint8Array | undefined {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return undefined;
  }
  const found = new Map<string, Uint8Array>();
  let values = 0;
  const visit = (value: unknown, named: boolean, depth: number): void => {
    if (++values > MAX_VALUES || depth > MAX_DEPTH)
      throw attestationError('QUOTE', 'JSON too deep or too large');
    const bytes = named ? leaf(value) : undefined;
    if (bytes !== undefined) found.set(toHex(bytes), bytes);
    else if (named && typeof value === 'string' && value.trim().startsWith('{'))
      visit(parsed(value), true, depth + 1);
    else if (Array.isArray(value)) for (const item of value) visit(item, named, depth + 1);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) visit(member, isQuoteMember(name), depth + 1);
    }
  };
  visit(root, typeof root !== 'object' || Array.isArray(root), 0);
  const [only, second] = found.values();
  if (only === undefined) throw attestationError('QUOTE', 'JSON without a member "quote" that holds one');
  if (second !== undefined) throw attestationError('QUOTE', 'JSON with more than one quote');
  return only;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isQuoteMember(name: string): boolean {
  return QUOTE_MEMBERS.includes(name.toLowerCase().replaceAll(/[_-]/g, ''));
}

/** A text, or the list of byte values that Rust programs write. */
function leaf(value: unknown): Uint8Array | undefined {
  if (typeof value === 'string') return fromText(value);
  const isBytes =
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => Number.isInteger(item) && item >= 0 && item <= 255);
  return isBytes ? unwrapDstack(Uint8Array.from(value)) : undefined;
}

/** dstack's attestation: version 0, kind 0 (TDX), the length as a two-byte SCALE compact number, the quote, and more. */
function unwrapDstack(bytes: Uint8Array): Uint8Array {
  const [version, kind, low = 0, high = 0] = bytes;
  if (version !== 0 || kind !== 0 || (low & 3) !== 1) return bytes;
  const length = (low | (high << 8)) >> 2;
  return bytes.length >= 4 + length ? bytes.subarray(4, 4 + length) : bytes;
}
