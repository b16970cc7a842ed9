// What does collateral in the JSON shape of the dcap-qvl project hold?
import { utf8 } from '../../internal/bytes.js';
import { check } from '../fail.js';
import { expectFormat } from '../format/cursor.js';
import { field, hexField, type JsonObject, textField } from '../format/json.js';
import { parsePemChain } from '../format/pem.js';
import {
  type Collateral,
  MAX_CRL_BYTES,
  MAX_DOCUMENT_BYTES,
  markParsed,
  type SignedDocument,
} from './collateral.js';

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

/** A chain outside the quote (`pck_certificate_chain`, `pck_crl_issuer_chain`) is not used: the quote carries its own. */
export function parseDcapJson(json: JsonObject): Collateral {
  return markParsed({
    tcbInfo: signedDocument(json, 'tcb_info'),
    qeIdentity: signedDocument(json, 'qe_identity'),
    rootCrl: crl(json, 'root_ca_crl'),
    pckCrl: crl(json, 'pck_crl'),
  });
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
