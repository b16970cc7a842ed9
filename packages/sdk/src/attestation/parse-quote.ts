// Is this a TDX quote, and what are its parts? Shape only: nothing here is trusted yet.
import { fromUtf8, toHex } from '../internal/bytes.js';
import { attestationError, check, parseAs } from './fail.js';
import { Cursor, expectFormat } from './format/cursor.js';
import { parsePemChain } from './format/pem.js';
import { parseTdReport, TD_REPORT_SIZES, type TdReport } from './parse-td-report.js';

/** Guests hand out padded buffers (8000 bytes on Google Cloud); the declared part is far smaller. */
const MAX_BUFFER_BYTES = 65_536;
const MAX_QUOTE_BYTES = 16_384;

const HEADER_BYTES = 48;
const ECDSA_P256 = 2;
const TEE_TDX = 0x81;
const INTEL_QE_VENDOR = '939a7233f79c4ca9940a0db3957f0607';
const QE_REPORT_CERTIFICATION_DATA = 6;
const PCK_CHAIN_PEM = 5;

/** A parsed, unverified quote. All fields are views into a private copy of the input. */
export interface TdxQuote {
  readonly version: 4 | 5;
  /** 2 TD 1.0, 3 TD 1.5, 4 TD 1.5 extended. */
  readonly bodyType: 2 | 3 | 4;
  /** 20 bytes; the first 16 identify the quoting enclave. */
  readonly userData: Uint8Array;
  readonly report: TdReport;
  /** Header and body: what the attestation key signed. */
  readonly signed: Uint8Array;
  /** Raw r ‖ s, 64 bytes, over `signed`. */
  readonly signature: Uint8Array;
  /** x ‖ y, 64 bytes. */
  readonly attestationKey: Uint8Array;
  /** 384 bytes and the PCK key's r ‖ s over them. */
  readonly qeReport: Uint8Array;
  readonly qeReportSignature: Uint8Array;
  readonly qeAuthData: Uint8Array;
  /** DER, leaf first. */
  readonly certificates: readonly Uint8Array[];
  /** Bytes that belong to the quote; those after it are unauthenticated padding. */
  readonly length: number;
  readonly trailingBytes: number;
}

/**
 * Reads a DCAP quote v4, or v5 with body type 2, 3 or 4, without trusting it.
 * @throws CocoonError `ATTESTATION_QUOTE`, `_QUOTE_VERSION`, `_TEE_TYPE`, `_AK_TYPE`, `_VENDOR`, `_BODY_TYPE`, `_BODY_SIZE`,
 * `_CERT_DATA_TYPE`, `_PCK_CHAIN` (certificates that are not PEM). Source: Intel TDX DCAP Quoting Library API, appendix A.3 and A.4.
 */
export function parseQuote(bytes: Uint8Array): TdxQuote {
  check(bytes instanceof Uint8Array, 'QUOTE', 'not bytes');
  check(bytes.length <= MAX_BUFFER_BYTES, 'QUOTE', 'too large');
  return parseAs('QUOTE', 'quote', () => parse(bytes.slice()));
}

function parse(bytes: Uint8Array): TdxQuote {
  const cursor = new Cursor(bytes);
  const version = readHeader(new Cursor(cursor.take(HEADER_BYTES)));
  const { bodyType, size } = version === 4 ? { bodyType: 2 as const, size: 584 } : readBodyDescriptor(cursor);
  const report = parseTdReport(cursor.take(size));
  const signed = bytes.subarray(0, cursor.offset);
  const signatureData = new Cursor(cursor.take(cursor.u32()));
  expectFormat(cursor.offset <= MAX_QUOTE_BYTES, 'too large');
  const signature = signatureData.take(64);
  const attestationKey = signatureData.take(64);
  const outerType = signatureData.u16();
  check(outerType === QE_REPORT_CERTIFICATION_DATA, 'CERT_DATA_TYPE', `${outerType}`);
  const qe = new Cursor(signatureData.take(signatureData.u32()));
  signatureData.end();
  const qeReport = qe.take(384);
  const qeReportSignature = qe.take(64);
  const qeAuthData = qe.take(qe.u16());
  const innerType = qe.u16();
  check(innerType === PCK_CHAIN_PEM, 'CERT_DATA_TYPE', `${innerType}`);
  const pem = qe.take(qe.u32());
  qe.end();
  return {
    version,
    bodyType,
    userData: bytes.subarray(28, HEADER_BYTES),
    report,
    signed,
    signature,
    attestationKey,
    qeReport,
    qeReportSignature,
    qeAuthData,
    certificates: readCertificates(pem),
    length: cursor.offset,
    trailingBytes: cursor.remaining,
  };
}

function readHeader(header: Cursor): 4 | 5 {
  const version = header.u16();
  if (version !== 4 && version !== 5) throw attestationError('QUOTE_VERSION', `${version}`);
  const keyType = header.u16();
  check(keyType === ECDSA_P256, 'AK_TYPE', `${keyType}`);
  const tee = header.u32();
  check(tee === TEE_TDX, 'TEE_TYPE', `${tee}`);
  header.take(4); // Reserved; real quotes differ here.
  check(toHex(header.take(16)) === INTEL_QE_VENDOR, 'VENDOR');
  return version;
}

function readBodyDescriptor(cursor: Cursor): { bodyType: 2 | 3 | 4; size: number } {
  const bodyType = cursor.u16();
  const size = cursor.u32();
  if (bodyType !== 2 && bodyType !== 3 && bodyType !== 4) throw attestationError('BODY_TYPE', `${bodyType}`);
  check(size === TD_REPORT_SIZES.get(bodyType), 'BODY_SIZE', `${size}`);
  return { bodyType, size };
}

function readCertificates(pem: Uint8Array): readonly Uint8Array[] {
  // Quoting enclaves end the text with one NUL.
  const text = pem.at(-1) === 0 ? pem.subarray(0, -1) : pem;
  return parseAs('PCK_CHAIN', 'PEM', () => parsePemChain(fromUtf8(text)));
}
