// What does an attestation certificate say (RFC 5280 profile: v3, one curve with the hash of its size)?
import { fromUtf8, toHex } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';
import type { Window } from '../validity.js';
import {
  BIT_STRING,
  children,
  DerFields,
  type DerNode,
  ecdsaSignature,
  GENERALIZED_TIME,
  INTEGER,
  OID,
  oidHex,
  PRINTABLE,
  readDer,
  SEQUENCE,
  SET,
  smallInteger,
  time,
  UTC_TIME,
  UTF8,
  unsignedInteger,
  wholeBits,
} from './der.js';
import { type Extensions, parseExtensions } from './extensions.js';

/** The one curve and hash a certificate may use, as the hex of its DER. */
export interface SignatureKind {
  readonly algorithm: string;
  /** SubjectPublicKeyInfo up to x ‖ y. */
  readonly keyPrefix: string;
  /** Bytes of one coordinate. */
  readonly size: number;
}

/** Intel's: P-256, ecdsa-with-SHA256. */
const P256: SignatureKind = {
  algorithm: '300a06082a8648ce3d040302',
  keyPrefix: '3059301306072a8648ce3d020106082a8648ce3d03010703420004',
  size: 32,
};
const COMMON_NAME = '550403';

export interface Certificate extends Window {
  readonly der: Uint8Array;
  /** The signed bytes, and the raw r ‖ s over them. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly serial: string;
  /** Names as raw DER: they are compared byte for byte. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly commonName: string;
  /** x ‖ y, 64 bytes for P-256. */
  readonly publicKey: Uint8Array;
  readonly extensions: Extensions;
}

export function parseCertificate(der: Uint8Array, kind: SignatureKind = P256): Certificate {
  const { signed, signature, fields } = parseSigned(der, kind);
  const version = new DerFields(fields.take(0xa0), 0xa0);
  expectFormat(smallInteger(version.take(INTEGER), 2) === 2);
  version.end();
  const serial = toHex(unsignedInteger(fields.take(INTEGER)));
  expectAlgorithm(fields.take(SEQUENCE), kind);
  const issuer = fields.take(SEQUENCE);
  const validity = new DerFields(fields.take(SEQUENCE));
  const from = time(validity.take(UTC_TIME, GENERALIZED_TIME));
  const until = time(validity.take(UTC_TIME, GENERALIZED_TIME));
  validity.end();
  const subject = fields.take(SEQUENCE);
  const key = fields.take(SEQUENCE).bytes;
  const { keyPrefix, size } = kind;
  // The prefix holds the key's own length, so it says where the key ends as well.
  expectFormat(toHex(key).startsWith(keyPrefix));
  const publicKey = key.subarray(-2 * size);
  const wrapper = new DerFields(fields.take(0xa3), 0xa3);
  const extensions = parseExtensions(wrapper.take(SEQUENCE));
  wrapper.end();
  fields.end();
  return {
    der,
    signed,
    signature,
    serial,
    issuer: issuer.bytes,
    subject: subject.bytes,
    commonName: commonName(subject),
    from,
    until,
    publicKey,
    extensions,
  };
}

/** The shared frame of certificates and CRLs: signed part, algorithm, signature. */
export function parseSigned(
  der: Uint8Array,
  kind: SignatureKind = P256,
): {
  signed: Uint8Array;
  signature: Uint8Array;
  fields: DerFields;
} {
  const outer = new DerFields(readDer(der, SEQUENCE));
  const signed = outer.take(SEQUENCE);
  expectAlgorithm(outer.take(SEQUENCE), kind);
  const signature = ecdsaSignature(wholeBits(outer.take(BIT_STRING)), kind.size);
  outer.end();
  return { signed: signed.bytes, signature, fields: new DerFields(signed) };
}

export function expectAlgorithm(node: DerNode, kind: SignatureKind = P256): void {
  expectFormat(toHex(node.bytes) === kind.algorithm);
}

function commonName(name: DerNode): string {
  const found: string[] = [];
  for (const set of children(name)) {
    const attribute = new DerFields(new DerFields(set, SET).take(SEQUENCE));
    if (oidHex(attribute.take(OID)) !== COMMON_NAME) continue;
    found.push(fromUtf8(attribute.take(UTF8, PRINTABLE).content));
  }
  expectFormat(found.length === 1, 'common name');
  return found[0] ?? '';
}
