// What did Intel's service answer for the platform of one real quote, in June 2025?
import { readFileSync } from 'node:fs';
import type { PcsAnswers } from './pcs-server.js';

const folder = new URL('../../spec/vectors/quotes/', import.meta.url);

export function readVector(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(path, folder)));
}

function readAnswer(name: string): Record<string, string> {
  return JSON.parse(readFileSync(new URL(`pcs/${name}.json`, folder), 'utf8'));
}

const tcb = readAnswer('tcb-info');
const qe = readAnswer('qe-identity');
const crl = readAnswer('pck-crl');

/** Bodies as sent; chains as PEM. Valid together at `PCS_NOW` for `PCS_QUOTE`. */
export const PCS = {
  tcbInfo: tcb['tcb_info_json'] ?? '',
  tcbInfoChain: tcb['issuer_chain'] ?? '',
  qeIdentity: qe['enclave_identity_json'] ?? '',
  qeIdentityChain: qe['issuer_chain'] ?? '',
  pckCrlPem: crl['crl_data'] ?? '',
  pckCrlChain: crl['issuer_chain'] ?? '',
  rootCrl: readVector('pcs/root-crl.der'),
} as const;

export const PCS_QUOTE: Uint8Array = readVector('quotes/gcp-cos113-quote.dat');
export const PCS_FMSPC = '00806f050000';
export const PCS_NOW: Date = new Date(1_749_669_835_000);

/** The same, for a server to give out. */
export function realAnswers(): PcsAnswers {
  const base64 = PCS.pckCrlPem.replaceAll(/-----[A-Z0-9 ]+-----|\n/g, '');
  return { ...PCS, pckCrl: Uint8Array.from(Buffer.from(base64, 'base64')) };
}
