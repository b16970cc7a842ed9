// How is a quote assembled, or a faulty one on request?
import { sha256 } from '@noble/hashes/sha2.js';
import type { Measurements } from '../../attestation/claims.js';
import { concat, fromHex, utf8 } from '../../internal/bytes.js';
import { pem } from './der-writer.js';
import { QE_ISV_SVN, QE_MR_SIGNER, TEE_TCB_SVN } from './documents.js';
import { flipBit, otherS, simulatedBytes, simulatedKey } from './keys.js';

const BODY_SIZES = { 2: 584, 3: 648, 4: 885 } as const;
const INTEL_QE_VENDOR = '939a7233f79c4ca9940a0db3957f0607';

/** Fields of the quoting enclave's report. */
export interface QeFields {
  readonly miscSelect?: number | undefined;
  /** 16 bytes hex. */
  readonly attributes?: string | undefined;
  /** 32 bytes hex. */
  readonly mrSigner?: string | undefined;
  readonly isvProdId?: number | undefined;
  readonly isvSvn?: number | undefined;
}

/** What the TD and its quote say; hex strings have the field's size. */
export interface QuoteRequest {
  /** 64 bytes; default zeros. */
  readonly reportData?: Uint8Array | undefined;
  readonly measurements?: Partial<Measurements> | undefined;
  /** Default 4. */
  readonly version?: 4 | 5 | undefined;
  /** Default 2 (TD 1.0); 3 and 4 need version 5. */
  readonly bodyType?: 2 | 3 | 4 | undefined;
  /** Default: SEPT_VE_DISABLE only. */
  readonly attributes?: string | undefined;
  readonly xfam?: string | undefined;
  readonly teeTcbSvn?: readonly number[] | undefined;
  /** Versions of the module that runs now; body types 3 and 4; default as at launch. */
  readonly teeTcbSvn2?: readonly number[] | undefined;
  readonly mrSignerSeam?: string | undefined;
  readonly seamAttributes?: string | undefined;
  /** Hash over bound service TDs; body types 3 and 4. */
  readonly serviceTd?: string | undefined;
  /** The 237 bytes that body type 4 adds; default zeros. */
  readonly extended?: Uint8Array | undefined;
  readonly qe?: QeFields | undefined;
  readonly qeAuthData?: Uint8Array | undefined;
  /** Bytes after the quote. */
  readonly padding?: Uint8Array | undefined;
  readonly faults?: QuoteFaults | undefined;
}

export interface QuoteFaults {
  readonly header?: { version?: number; keyType?: number; teeType?: number; vendor?: string } | undefined;
  readonly descriptor?: { type?: number; size?: number } | undefined;
  readonly outerType?: number | undefined;
  readonly innerType?: number | undefined;
  readonly breakQuoteSignature?: boolean | undefined;
  readonly breakQeReportSignature?: boolean | undefined;
  /** Names of simulated keys. */
  readonly quoteSignedBy?: string | undefined;
  readonly qeReportSignedBy?: string | undefined;
  /** The key the quoting enclave vouches for; default the attestation key. */
  readonly boundKey?: string | undefined;
  /** Sets a byte of the second half of the quoting enclave's REPORTDATA. */
  readonly bindingTail?: boolean | undefined;
  /** The other of the two valid signatures. */
  readonly otherS?: boolean | undefined;
  readonly chain?: ((chain: readonly Uint8Array[]) => readonly Uint8Array[]) | undefined;
  readonly pem?: ((text: string) => string) | undefined;
  /** An extra byte behind the outer or inside the certification data. */
  readonly leftover?: 'outer' | 'inner' | undefined;
  /** Leaves out the NUL that ends the PEM text. */
  readonly noNul?: boolean | undefined;
  /** The four reserved bytes of the header, hex. */
  readonly reserved?: string | undefined;
}

/** Names of the keys and the certificates of one simulated machine. */
export interface QuotingMachine {
  readonly attestationKey: string;
  readonly pckKey: string;
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
}

export function makeQuote(machine: QuotingMachine, request: QuoteRequest): Uint8Array {
  const { faults = {} } = request;
  const signed = concat(header(request), descriptor(request), body(request));
  const attestation = simulatedKey(machine.attestationKey);
  let signature = simulatedKey(faults.quoteSignedBy ?? machine.attestationKey).sign(signed);
  if (faults.otherS === true) signature = otherS(signature);
  if (faults.breakQuoteSignature === true) signature = flipBit(signature);
  const authData = request.qeAuthData ?? Uint8Array.from({ length: 32 }, (_, i) => i);
  const report = qeReport(
    request.qe ?? {},
    simulatedKey(faults.boundKey ?? machine.attestationKey).publicKey,
    authData,
    faults.bindingTail,
  );
  const reportSignature = simulatedKey(faults.qeReportSignedBy ?? machine.pckKey).sign(report);
  const chain = faults.chain?.(machine.chain) ?? machine.chain;
  const text = chain.map(pem).join('');
  const pemBytes = utf8(`${faults.pem?.(text) ?? text}${faults.noNul === true ? '' : '\0'}`);
  const qe = concat(
    report,
    faults.breakQeReportSignature === true ? flipBit(reportSignature) : reportSignature,
    u16le(authData.length),
    authData,
    u16le(faults.innerType ?? 5),
    u32le(pemBytes.length),
    pemBytes,
    new Uint8Array(faults.leftover === 'inner' ? 1 : 0),
  );
  const data = concat(
    signature,
    attestation.publicKey,
    u16le(faults.outerType ?? 6),
    u32le(qe.length),
    qe,
    new Uint8Array(faults.leftover === 'outer' ? 1 : 0),
  );
  return concat(signed, u32le(data.length), data, request.padding ?? new Uint8Array());
}

function header({ version = 4, faults }: QuoteRequest): Uint8Array {
  const fault = faults?.header ?? {};
  return concat(
    u16le(fault.version ?? version),
    u16le(fault.keyType ?? 2),
    u32le(fault.teeType ?? 0x81),
    fromHex(faults?.reserved ?? '00000000'),
    fromHex(fault.vendor ?? INTEL_QE_VENDOR),
    simulatedBytes('quoting enclave id', 16),
    new Uint8Array(4),
  );
}

function descriptor({ version = 4, bodyType = 2, faults }: QuoteRequest): Uint8Array {
  if (version === 4) return new Uint8Array();
  const fault = faults?.descriptor ?? {};
  return concat(u16le(fault.type ?? bodyType), u32le(fault.size ?? BODY_SIZES[bodyType]));
}

function body(request: QuoteRequest): Uint8Array {
  const { bodyType = 2, measurements = {}, reportData = new Uint8Array(64) } = request;
  const teeTcbSvn = Uint8Array.from(request.teeTcbSvn ?? TEE_TCB_SVN);
  const register = (hex: string | undefined): Uint8Array => fromHex(hex ?? '00'.repeat(48));
  const td10 = concat(
    teeTcbSvn,
    register(measurements.mrSeam),
    register(request.mrSignerSeam),
    fromHex(request.seamAttributes ?? '0000000000000000'),
    fromHex(request.attributes ?? '0000001000000000'),
    fromHex(request.xfam ?? 'e702060000000000'),
    register(measurements.mrtd),
    register(measurements.mrConfigId),
    register(measurements.mrOwner),
    register(measurements.mrOwnerConfig),
    register(measurements.rtmr0),
    register(measurements.rtmr1),
    register(measurements.rtmr2),
    register(measurements.rtmr3),
    reportData,
  );
  if (bodyType === 2) return td10;
  const current = Uint8Array.from(request.teeTcbSvn2 ?? teeTcbSvn);
  const td15 = concat(td10, current, register(request.serviceTd));
  return bodyType === 3 ? td15 : concat(td15, request.extended ?? new Uint8Array(BODY_SIZES[4] - 648));
}

function qeReport(fields: QeFields, boundKey: Uint8Array, authData: Uint8Array, tail = false): Uint8Array {
  const report = new Uint8Array(384);
  const view = new DataView(report.buffer);
  report.set(simulatedBytes('cpu svn', 16), 0);
  view.setUint32(16, fields.miscSelect ?? 0, true);
  report.set(fromHex(fields.attributes ?? '1500000000000000e700000000000000'), 48);
  report.set(simulatedBytes('quoting enclave', 32), 64);
  report.set(fromHex(fields.mrSigner ?? QE_MR_SIGNER), 128);
  view.setUint16(256, fields.isvProdId ?? 2, true);
  view.setUint16(258, fields.isvSvn ?? QE_ISV_SVN, true);
  report.set(sha256(concat(boundKey, authData)), 320);
  if (tail) report[383] = 1;
  return report;
}

function u16le(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, value >>> 8);
}

function u32le(value: number): Uint8Array {
  return concat(u16le(value & 0xffff), u16le(value >>> 16));
}
