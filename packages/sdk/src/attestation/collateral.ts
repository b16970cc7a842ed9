// Which signed documents and revocation lists came with a quote? Shape only: nothing here is trusted yet.
import { fromUtf8, utf8 } from '../internal/bytes.js';
import { check, parseAs } from './fail.js';
import { expectFormat } from './format/cursor.js';
import { asObject, field, hexField, type JsonObject, parseJson, textField } from './format/json.js';
import { parsePemChain } from './format/pem.js';

const MAX_COLLATERAL_BYTES = 4 * 1024 * 1024;
const MAX_DOCUMENT_BYTES = 256 * 1024;
const MAX_CRL_BYTES = 1024 * 1024;

/** A document with the exact bytes that were signed: those bytes are the ones parsed later. */
export interface SignedDocument {
  readonly signed: Uint8Array;
  /** Raw r ‖ s, 64 bytes. */
  readonly signature: Uint8Array;
  /** DER, signer first, then root. */
  readonly issuerChain: readonly Uint8Array[];
}

/** Parsed, unverified collateral of one platform. Made by `parseCollateral`. */
export interface Collateral {
  readonly tcbInfo: SignedDocument;
  readonly qeIdentity: SignedDocument;
  /** DER. */
  readonly rootCrl: Uint8Array;
  readonly pckCrl: Uint8Array;
}

/** The JSON shape of the dcap-qvl project. CRLs and signatures are hex, chains PEM, documents the exact signed texts. */
export interface DcapQvlCollateral {
  readonly pck_crl_issuer_chain: string;
  readonly root_ca_crl: string;
  readonly pck_crl: string;
  readonly tcb_info_issuer_chain: string;
  readonly tcb_info: string;
  readonly tcb_info_signature: string;
  readonly qe_identity_issuer_chain: string;
  readonly qe_identity: string;
  readonly qe_identity_signature: string;
  readonly pck_certificate_chain?: string | undefined;
}

const parsed = new WeakSet<object>();

/**
 * Reads collateral in the dcap-qvl JSON shape: the object, its text, or its UTF-8 bytes.
 * A chain outside the quote (`pck_certificate_chain`, `pck_crl_issuer_chain`) is not used: the quote carries its own.
 * @throws CocoonError `ATTESTATION_COLLATERAL_FORMAT`, `ATTESTATION_CRL_MISSING`
 */
export function parseCollateral(value: unknown): Collateral {
  if (isCollateral(value)) return value;
  return parseAs('COLLATERAL_FORMAT', 'collateral', () => {
    const json = asObject(decode(value), 'collateral');
    const collateral: Collateral = {
      tcbInfo: signedDocument(json, 'tcb_info'),
      qeIdentity: signedDocument(json, 'qe_identity'),
      rootCrl: crl(json, 'root_ca_crl'),
      pckCrl: crl(json, 'pck_crl'),
    };
    parsed.add(collateral);
    return collateral;
  });
}

function isCollateral(value: unknown): value is Collateral {
  return typeof value === 'object' && value !== null && parsed.has(value);
}

function decode(value: unknown): unknown {
  if (typeof value !== 'string' && !(value instanceof Uint8Array)) return value;
  expectFormat(value.length <= MAX_COLLATERAL_BYTES, 'too large');
  return parseJson(typeof value === 'string' ? value : fromUtf8(value));
}

function signedDocument(json: JsonObject, name: string): SignedDocument {
  const signed = utf8(textField(json, name));
  expectFormat(signed.length <= MAX_DOCUMENT_BYTES, name);
  return {
    signed,
    signature: hexField(json, `${name}_signature`, 64),
    issuerChain: parsePemChain(textField(json, `${name}_issuer_chain`)),
  };
}

function crl(json: JsonObject, name: string): Uint8Array {
  const value = field(json, name);
  check(value !== undefined && value !== null && value !== '', 'CRL_MISSING', name);
  const text = textField(json, name);
  expectFormat(text.length <= 2 * MAX_CRL_BYTES, name);
  return hexField(json, name, text.length >> 1);
}
