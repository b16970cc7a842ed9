// Which X.509 extensions does a certificate or CRL carry, and is every critical one understood?
import { toHex } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';
import {
  BIT_STRING,
  BOOLEAN,
  children,
  DerFields,
  type DerNode,
  INTEGER,
  isTrue,
  OCTET_STRING,
  OID,
  oidHex,
  readDer,
  SEQUENCE,
  unsignedInteger,
} from './der.js';

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

/** keyIdentifier of the authority key identifier, as hex. */
export function authorityKeyId(extensions: Extensions): string | undefined {
  const value = extensions.get(EXTENSION.authorityKeyId);
  if (value === undefined) return undefined;
  const keyId = new DerFields(readDer(value, SEQUENCE)).optional(0x80);
  return keyId && toHex(keyId.content);
}

export function subjectKeyId(extensions: Extensions): string | undefined {
  const value = extensions.get(EXTENSION.subjectKeyId);
  return value && toHex(readDer(value, OCTET_STRING).content);
}

/** The first byte of the key usage bits: 0x80 digitalSignature, 0x06 keyCertSign and cRLSign. */
export function keyUsage(extensions: Extensions): number {
  const value = extensions.get(EXTENSION.keyUsage);
  return value === undefined ? 0 : (readDer(value, BIT_STRING).content[1] ?? 0);
}

/** `undefined` when the extension is absent; `pathLength` only where it is given. */
export function basicConstraints(extensions: Extensions): { ca: boolean; pathLength?: string } | undefined {
  const value = extensions.get(EXTENSION.basicConstraints);
  if (value === undefined) return undefined;
  const fields = new DerFields(readDer(value, SEQUENCE));
  const ca = isTrue(fields.optional(BOOLEAN));
  const pathLength = fields.optional(INTEGER);
  fields.end();
  return pathLength === undefined ? { ca } : { ca, pathLength: toHex(unsignedInteger(pathLength)) };
}
