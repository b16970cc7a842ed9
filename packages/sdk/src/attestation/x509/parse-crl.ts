// Which serial numbers does a revocation list hold (RFC 5280 section 5, v2 only)?
import { toHex } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';
import { children, DerFields, smallInteger, TAG, time, unsignedInteger } from './der.js';
import { authorityKeyId, parseExtensions } from './extensions.js';
import { expectAlgorithm, parseSigned } from './parse-certificate.js';

export interface Crl {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly issuer: Uint8Array;
  readonly authorityKeyId: string | undefined;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  /** Hex serial numbers, without sign byte. */
  readonly revoked: ReadonlySet<string>;
}

export function parseCrl(der: Uint8Array): Crl {
  const { signed, signature, fields } = parseSigned(der);
  expectFormat(smallInteger(fields.take(TAG.integer), 1) === 1, 'not a v2 CRL');
  expectAlgorithm(fields.take(TAG.sequence));
  const issuer = fields.take(TAG.sequence).bytes;
  const thisUpdate = time(fields.take(TAG.utcTime, TAG.generalizedTime));
  // RFC 5280 makes nextUpdate mandatory; without it a list would never expire.
  const nextUpdate = time(fields.take(TAG.utcTime, TAG.generalizedTime));
  const revoked = new Set<string>();
  const entries = fields.optional(TAG.sequence);
  for (const node of entries === undefined ? [] : children(entries)) {
    const entry = new DerFields(node);
    revoked.add(toHex(unsignedInteger(entry.take(TAG.integer))));
    time(entry.take(TAG.utcTime, TAG.generalizedTime));
    const extensions = entry.optional(TAG.sequence);
    if (extensions !== undefined) parseExtensions(extensions);
    entry.end();
  }
  const wrapper = new DerFields(fields.take(0xa0), 0xa0);
  const extensions = parseExtensions(wrapper.take(TAG.sequence));
  wrapper.end();
  fields.end();
  return {
    signed,
    signature,
    issuer,
    authorityKeyId: authorityKeyId(extensions),
    thisUpdate,
    nextUpdate,
    revoked,
  };
}
