// What do the raw answers of Intel's PCS or of a PCCS hold (API version 4)?
import { equalBytes, fromUtf8, utf8 } from '../../internal/bytes.js';
import { attestationError, check } from '../fail.js';
import { expectFormat } from '../format/cursor.js';
import { asObject, field, hexField, type JsonObject, parseJson } from '../format/json.js';
import { parsePemChain } from '../format/pem.js';
import { parseCertificate } from '../x509/parse-certificate.js';
import { type Collateral, MAX_DOCUMENT_BYTES, markParsed, type SignedDocument } from './collateral.js';
import { cutObject } from './cut-object.js';
import { readCrl } from './read-crl.js';

/** One answer: the body exactly as received, and its headers or the one of them that holds the signers. */
export interface PcsResponse {
  readonly body: string | Uint8Array;
  /** Names in any case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** PEM, plain or percent-encoded as in the header. Goes before `headers`. */
  readonly issuerChain?: string | undefined;
}

/** The answers for one platform. Revocation lists: DER bytes, or PEM, base64 or hex text; their issuers come with the quote. */
export interface PcsResponses {
  /** `GET /tdx/certification/v4/tcb?fmspc=…` */
  readonly tcbInfo: PcsResponse;
  /** `GET /tdx/certification/v4/qe/identity` */
  readonly qeIdentity: PcsResponse;
  /** `GET /sgx/certification/v4/pckcrl?ca=…` */
  readonly pckCrl: PcsResponse | string | Uint8Array;
  /** `GET https://certificates.trustedservices.intel.com/IntelSGXRootCA.der`, or a PCCS's `/sgx/certification/v4/rootcacrl` */
  readonly rootCrl: PcsResponse | string | Uint8Array;
}

const CHAIN_HEADERS = {
  tcbInfo: ['tcb-info-issuer-chain', 'sgx-tcb-info-issuer-chain'],
  qeIdentity: ['sgx-enclave-identity-issuer-chain'],
} as const;
/** Percent-encoding at most triples a text; the PEM reader has its own limit. */
const MAX_HEADER_CHARACTERS = 196_608;

export function parsePcsResponses(json: JsonObject): Collateral {
  return markParsed({
    tcbInfo: signedDocument(json, 'tcbInfo', 'tcbInfo'),
    qeIdentity: signedDocument(json, 'qeIdentity', 'enclaveIdentity'),
    rootCrl: crl(json, 'rootCrl'),
    pckCrl: crl(json, 'pckCrl'),
  });
}

function signedDocument(json: JsonObject, name: 'tcbInfo' | 'qeIdentity', member: string): SignedDocument {
  const response = asObject(field(json, name), name);
  const text = bodyText(response, name);
  const wrapper = asObject(parseJson(text), name);
  expectFormat(Object.keys(wrapper).length === 2, `${name} has other members`);
  return {
    signed: utf8(cutObject(text, member)),
    signature: hexField(wrapper, 'signature', 64),
    issuerChain: signerFirst(parsePemChain(chainText(response, name))),
  };
}

function bodyText(response: JsonObject, name: string): string {
  const body = field(response, 'body');
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  expectFormat(isRaw, `${name} needs the body as received, not parsed`);
  expectFormat(body.length <= MAX_DOCUMENT_BYTES, `${name} too large`);
  return typeof body === 'string' ? body : fromUtf8(body);
}

function chainText(response: JsonObject, name: 'tcbInfo' | 'qeIdentity'): string {
  const text = field(response, 'issuerChain') ?? headerText(field(response, 'headers'), CHAIN_HEADERS[name]);
  expectFormat(typeof text === 'string', `${name} has no issuer chain`);
  expectFormat(text.length <= MAX_HEADER_CHARACTERS, `${name} issuer chain too long`);
  return text.includes('%') ? decodeURIComponent(text) : text;
}

/** A header that comes twice is refused: two readers could take different ones. */
function headerText(headers: unknown, names: readonly string[]): unknown {
  if (headers === undefined) return undefined;
  const found = Object.entries(asObject(headers, 'headers')).filter(([name]) =>
    names.includes(name.toLowerCase()),
  );
  expectFormat(found.length <= 1, 'two issuer chains');
  return found[0]?.[1];
}

/** Intel's services put the signer first, the samples of its library the root. Exactly two, one of them self-issued, is all there is. */
function signerFirst(chain: Uint8Array[]): readonly Uint8Array[] {
  const [first] = chain;
  if (chain.length !== 2 || first === undefined) return chain;
  const { issuer, subject } = parseCertificate(first);
  return equalBytes(issuer, subject) ? chain.reverse() : chain;
}

function crl(json: JsonObject, name: 'rootCrl' | 'pckCrl'): Uint8Array {
  const value = field(json, name);
  const isResponse = typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
  const body = isResponse ? field(asObject(value, name), 'body') : value;
  check(body !== undefined && body !== null, 'CRL_MISSING', name);
  if (typeof body !== 'string' && !(body instanceof Uint8Array))
    throw attestationError('COLLATERAL_FORMAT', `${name} is neither bytes nor text`);
  check(body.length > 0, 'CRL_MISSING', name);
  return readCrl(body);
}
