// Is the quoting enclave Intel's, does it vouch for the attestation key, and how current is it?
import { concat, equalBytes } from '../../internal/bytes.js';
import { check } from '../fail.js';
import { Cursor } from '../format/cursor.js';
import type { QeIdentity } from '../parse-qe-identity.js';
import type { TdxQuote } from '../parse-quote.js';
import { matchesMasked } from '../parse-tcb-level.js';
import type { TcbPart } from '../tcb-status.js';

const DEBUG = 0x02;
const ZERO_TAIL = new Uint8Array(32);

/** The SGX report of the quoting enclave (384 bytes; Intel SDM, REPORT). */
interface QeReport {
  readonly miscSelect: Uint8Array;
  readonly attributes: Uint8Array;
  readonly mrSigner: Uint8Array;
  readonly isvProdId: number;
  readonly isvSvn: number;
  readonly reportData: Uint8Array;
}

function parseQeReport(bytes: Uint8Array): QeReport {
  const cursor = new Cursor(bytes);
  cursor.take(16); // CPUSVN
  const miscSelect = cursor.take(4);
  cursor.take(28);
  const attributes = cursor.take(16);
  cursor.take(32 + 32); // MRENCLAVE, reserved
  const mrSigner = cursor.take(32);
  cursor.take(96);
  return {
    miscSelect,
    attributes,
    mrSigner,
    isvProdId: cursor.u16(),
    isvSvn: cursor.u16(),
    reportData: bytes.subarray(320, 384),
  };
}

/** REPORTDATA of the quoting enclave = SHA-256(attestation key ‖ authentication data) ‖ 32 zero bytes. */
export function checkQeBinding(quote: TdxQuote, sha256: (data: Uint8Array) => Uint8Array): void {
  const expected = concat(sha256(concat(quote.attestationKey, quote.qeAuthData)), ZERO_TAIL);
  check(equalBytes(parseQeReport(quote.qeReport).reportData, expected), 'QE_BINDING');
}

export function checkQeIdentity(quote: TdxQuote, identity: QeIdentity): TcbPart {
  const report = parseQeReport(quote.qeReport);
  check(matchesMasked(report.miscSelect, identity.miscSelect), 'QE_MISCSELECT');
  // Checked whatever the mask says: a debug enclave's attestation key is no secret.
  check(((report.attributes[0] ?? DEBUG) & DEBUG) === 0, 'QE_DEBUG');
  check(matchesMasked(report.attributes, identity.attributes), 'QE_ATTRIBUTES');
  check(equalBytes(report.mrSigner, identity.mrSigner), 'QE_MRSIGNER');
  check(report.isvProdId === identity.isvProdId, 'QE_ISVPRODID');
  const level = identity.levels.find((candidate) => candidate.isvSvn <= report.isvSvn);
  check(level !== undefined, 'QE_ISVSVN');
  check(level.part !== undefined, 'TCB_REVOKED', 'quoting enclave');
  return level.part;
}
