// What does an Intel attestation certificate say (RFC 5280 profile: v3, P-256, ecdsa-with-SHA256)?
import { concat, equalBytes, fromHex, fromUtf8, toHex } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';
import {
  children,
  DerFields,
  type DerNode,
  ecdsaSignature,
  oidHex,
  readDer,
  smallInteger,
  TAG,
  time,
  unsignedInteger,
  wholeBits,
} from './der.js';
import { type Extensions, parseExtensions } from './extensions.js';

const MAX_CERTIFICATE_BYTES = 16_384;
const ECDSA_WITH_SHA256 = fromHex('300a06082a8648ce3d040302');
const P256_KEY_PREFIX = fromHex('3059301306072a8648ce3d020106082a8648ce3d03010703420004');
const COMMON_NAME = '550403';

export interface Certificate {
  readonly der: Uint8Array;
  /** The signed bytes, and the raw r ‖ s over them. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly serial: string;
  /** Names as raw DER: they are compared byte for byte. */
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly commonName: string;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** x ‖ y, 64 bytes. */
  readonly publicKey: Uint8Array;
  readonly extensions: Extensions;
}

export function parseCertificate(der: Uint8Array): Certificate {
  expectFormat(der.length <= MAX_CERTIFICATE_BYTES, `certificate over ${MAX_CERTIFICATE_BYTES} bytes`);
  const { signed, signature, fields } = parseSigned(der);
  const version = new DerFields(fields.take(0xa0), 0xa0);
  expectFormat(smallInteger(version.take(TAG.integer), 2) === 2, 'not an X.509 v3 certificate');
  version.end();
  const serial = toHex(unsignedInteger(fields.take(TAG.integer)));
  expectAlgorithm(fields.take(TAG.sequence));
  const issuer = fields.take(TAG.sequence);
  const validity = new DerFields(fields.take(TAG.sequence));
  const notBefore = time(validity.take(TAG.utcTime, TAG.generalizedTime));
  const notAfter = time(validity.take(TAG.utcTime, TAG.generalizedTime));
  validity.end();
  const subject = fields.take(TAG.sequence);
  const key = fields.take(TAG.sequence).bytes;
  const publicKey = key.subarray(P256_KEY_PREFIX.length);
  expectFormat(
    publicKey.length === 64 && equalBytes(key, concat(P256_KEY_PREFIX, publicKey)),
    'not an uncompressed P-256 key',
  );
  const wrapper = new DerFields(fields.take(0xa3), 0xa3);
  const extensions = parseExtensions(wrapper.take(TAG.sequence));
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
    notBefore,
    notAfter,
    publicKey,
    extensions,
  };
}

/** The shared frame of certificates and CRLs: signed part, ecdsa-with-SHA256, signature. */
export function parseSigned(der: Uint8Array): {
  signed: Uint8Array;
  signature: Uint8Array;
  fields: DerFields;
} {
  const outer = new DerFields(readDer(der, TAG.sequence));
  const signed = outer.take(TAG.sequence);
  expectAlgorithm(outer.take(TAG.sequence));
  const signature = ecdsaSignature(wholeBits(outer.take(TAG.bitString)));
  outer.end();
  return { signed: signed.bytes, signature, fields: new DerFields(signed) };
}

export function expectAlgorithm(node: DerNode): void {
  expectFormat(equalBytes(node.bytes, ECDSA_WITH_SHA256), 'not signed with ecdsa-with-SHA256');
}

function commonName(name: DerNode): string {
  const found: string[] = [];
  for (const set of children(name)) {
    const attribute = new DerFields(new DerFields(set, TAG.set).take(TAG.sequence));
    if (oidHex(attribute.take(TAG.oid)) !== COMMON_NAME) continue;
    found.push(fromUtf8(attribute.take(TAG.utf8, TAG.printable).content));
  }
  expectFormat(found.length === 1, 'not exactly one common name');
  return found[0] ?? '';
}
