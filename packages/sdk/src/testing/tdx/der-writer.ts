// How is DER written?
import { concat, fromHex, utf8 } from '../../internal/bytes.js';

export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = concat(...contents);
  const { length } = content;
  if (length < 0x80) return concat(Uint8Array.of(tag, length), content);
  if (length < 0x100) return concat(Uint8Array.of(tag, 0x81, length), content);
  return concat(Uint8Array.of(tag, 0x82, length >>> 8, length & 0xff), content);
}

export const sequence = (...items: readonly Uint8Array[]): Uint8Array => der(0x30, ...items);
export const set = (...items: readonly Uint8Array[]): Uint8Array => der(0x31, ...items);
/** Object identifier from the hex of its content. */
export const oid = (hex: string): Uint8Array => der(0x06, fromHex(hex));
export const octets = (...contents: readonly Uint8Array[]): Uint8Array => der(0x04, ...contents);
export const bits = (content: Uint8Array, unused = 0): Uint8Array =>
  der(0x03, Uint8Array.of(unused), content);
export const TRUE: Uint8Array = Uint8Array.of(0x01, 0x01, 0xff);

/** Non-negative integer from big-endian bytes of any length. */
export function integer(value: Uint8Array | number): Uint8Array {
  let bytes = typeof value === 'number' ? Uint8Array.of(value >>> 8, value & 0xff) : value;
  while (bytes.length > 1 && bytes[0] === 0) bytes = bytes.subarray(1);
  return der(0x02, (bytes[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array(), bytes);
}

/** UTCTime until 2049, GeneralizedTime after (RFC 5280 4.1.2.5). */
export function time(date: Date): Uint8Array {
  const text = `${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  return date.getUTCFullYear() < 2050 ? der(0x17, utf8(text.slice(2))) : der(0x18, utf8(text));
}

/** A distinguished name in the attribute order of Intel's certificates; the organization says that nothing of it is real. */
export function distinguishedName(commonName: string, organization = 'SIMULATED - not Intel'): Uint8Array {
  const attribute = (type: string, tag: number, text: string): Uint8Array =>
    set(sequence(oid(type), der(tag, utf8(text))));
  return sequence(
    attribute('550403', 0x0c, commonName),
    attribute('55040a', 0x0c, organization),
    attribute('550407', 0x0c, 'Nowhere'),
    attribute('550406', 0x13, 'US'),
  );
}

export function pem(certificate: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...certificate));
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
