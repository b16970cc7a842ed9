// Is the quoting enclave Intel's, does it vouch for the attestation key, and how current is it?
import { concat, equalBytes } from '../../internal/bytes.js';
import { check } from '../fail.js';
import { Cursor } from '../format/cursor.js';
import type { QeIdentity } from '../parse-qe-identity.js';
import type { TdxQuote } from '../parse-quote.js';
import { matchesMasked } from '../parse-tcb-level.js';
import type { TcbPart } from '../tcb-status.js';
import { chooseLevel } from './choose-level.js';

const DEBUG = 0x02;
const ZERO_TAIL = new Uint8Array(32);

/** REPORTDATA of the quoting enclave = SHA-256(attestation key ‖ authentication data) ‖ 32 zero bytes. */
export function checkQeBinding(quote: TdxQuote, sha256: (data: Uint8Array) => Uint8Array): void {
  const expected = concat(sha256(concat(quote.attestationKey, quote.qeAuthData)), ZERO_TAIL);
  check(equalBytes(quote.qeReport.subarray(320), expected), 'QE_BINDING');
}

export function checkQeIdentity(quote: TdxQuote, identity: QeIdentity): TcbPart {
  const { qeReport } = quote;
  // Offsets of the SGX report body (Intel SDM, REPORT structure).
  const attributes = qeReport.subarray(48, 64);
  const isvSvn = readU16Le(qeReport, 258);
  check(matchesMasked(qeReport.subarray(16, 20), identity.miscSelect), 'QE_MISCSELECT');
  // Checked whatever the mask says: a debug enclave's attestation key is no secret.
  check(((attributes[0] ?? DEBUG) & DEBUG) === 0, 'QE_DEBUG');
  check(matchesMasked(attributes, identity.attributes), 'QE_ATTRIBUTES');
  check(equalBytes(qeReport.subarray(128, 160), identity.mrSigner), 'QE_MRSIGNER');
  check(readU16Le(qeReport, 256) === identity.isvProdId, 'QE_ISVPRODID');
  return chooseLevel(identity.levels, (level) => level.isvSvn <= isvSvn, 'QE_ISVSVN', 'quoting enclave');
}

function readU16Le(bytes: Uint8Array, offset: number): number {
  return new Cursor(bytes.subarray(offset)).u16();
}
