// Which X.509 extensions does a certificate or CRL carry, and is every critical one understood?
import { toHex } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';
import { BOOLEAN, children, DerFields, type DerNode, isTrue, OCTET_STRING, OID, oidHex } from './der.js';

/** Object identifiers as the hex of their DER content. */
export const EXTENSION = {
  subjectKeyId: '551d0e',
  keyUsage: '551d0f',
  crlNumber: '551d14',
  basicConstraints: '551d13',
  authorityKeyId: '551d23',
  sgx: '2a864886f84d010d01', // 1.2.840.113741.1.13.1
} as const;

const UNDERSTOOD: readonly string[] = Object.values(EXTENSION);

export type Extensions = ReadonlyMap<string, Uint8Array>;

/** Values by OID. Duplicates and unknown critical extensions (RFC 5280 4.2) are errors. */
export function parseExtensions(sequence: DerNode): Extensions {
  const values = new Map<string, Uint8Array>();
  for (const extension of children(sequence)) {
    const fields = new DerFields(extension);
    const oid = oidHex(fields.take(OID));
    const critical = isTrue(fields.optional(BOOLEAN));
    const value = fields.take(OCTET_STRING).content;
    fields.end();
    expectFormat(!values.has(oid));
    expectFormat(!critical || UNDERSTOOD.includes(oid), 'unknown critical extension');
    values.set(oid, value);
  }
  return values;
}

export function extensionHex(extensions: Extensions, oid: string): string {
  const value = extensions.get(oid);
  return value === undefined ? '' : toHex(value);
}

/** Whether the authority key identifier is the issuer's subject key identifier, both 20 bytes as Intel writes them. */
export function namesIssuerKey(extensions: Extensions, issuer: Extensions): boolean {
  const subjectKey = extensionHex(issuer, EXTENSION.subjectKeyId);
  const authorityKey = extensionHex(extensions, EXTENSION.authorityKeyId);
  return /^0414.{40}$/.test(subjectKey) && authorityKey === `30168014${subjectKey.slice(4)}`;
}
