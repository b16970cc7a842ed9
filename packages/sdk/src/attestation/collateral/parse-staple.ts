// What does a staple hold, the short form in which machines hand their collateral over (PROTOCOL.md §5.5)?
import { equalBytes, readU16, readU32 } from '../../internal/bytes.js';
import { check } from '../fail.js';
import { expectFormat } from '../format/cursor.js';
import { type Collateral, MAX_DOCUMENT_BYTES, markParsed, type SignedDocument } from './collateral.js';

const HEADER_BYTES = 6;
const SIGNATURE_BYTES = 64;
const MAX_CERTIFICATE_BYTES = 4_096;
const LAST_TAG = 18;

/** Every staple begins with the high byte of its first tag, which no JSON text does. */
export function isStaple(bytes: Uint8Array): boolean {
  return bytes[0] === 0;
}

export function parseStaple(bytes: Uint8Array): Collateral {
  expectFormat(bytes.length <= MAX_DOCUMENT_BYTES, 'staple');
  const fields = readFields(bytes);
  const take = (tag: number, least: number, most: number): Uint8Array => {
    const value = fields.get(tag);
    expectFormat(value !== undefined && value.length >= least && value.length <= most, 'staple');
    return value;
  };
  const document = (tag: number, signer: Uint8Array): SignedDocument => ({
    signed: take(tag, 0, MAX_DOCUMENT_BYTES),
    signature: take(tag + 2, SIGNATURE_BYTES, SIGNATURE_BYTES),
    issuerChain: [signer],
    rootFromQuote: true,
  });
  expectFormat(readU16(take(2, 2, 2), 0) === 1, 'staple');
  const tcbSigner = take(12, 0, MAX_CERTIFICATE_BYTES);
  const qeSigner = fields.has(14) ? take(14, 0, MAX_CERTIFICATE_BYTES) : tcbSigner;
  // One collateral has one staple: machines that share it share its hash.
  expectFormat(qeSigner === tcbSigner || !equalBytes(qeSigner, tcbSigner), 'staple');
  const collateral: Collateral = {
    tcbInfo: document(4, tcbSigner),
    qeIdentity: document(8, qeSigner),
    rootCrl: take(16, 0, MAX_DOCUMENT_BYTES),
    pckCrl: take(18, 0, MAX_DOCUMENT_BYTES),
  };
  check(collateral.rootCrl.length > 0 && collateral.pckCrl.length > 0, 'CRL_MISSING');
  return markParsed(collateral);
}

/** The verifier alone is small: it reads this one document without the layouts of `protocol/`; a test holds the two together. */
function readFields(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const fields = new Map<number, Uint8Array>();
  let previous = 0;
  for (let offset = 0; offset < bytes.length; ) {
    expectFormat(bytes.length - offset >= HEADER_BYTES, 'staple');
    const tag = readU16(bytes, offset);
    const end = offset + HEADER_BYTES + readU32(bytes, offset + 2);
    expectFormat(tag > previous && (tag % 2 === 1 || tag <= LAST_TAG) && end <= bytes.length, 'staple');
    fields.set(tag, bytes.slice(offset + HEADER_BYTES, end));
    previous = tag;
    offset = end;
  }
  return fields;
}
