// Which serial numbers does a revocation list hold (RFC 5280 section 5, v2 only)?
import { toHex } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';
import type { Window } from '../validity.js';
import {
  children,
  DerFields,
  GENERALIZED_TIME,
  INTEGER,
  readDer,
  SEQUENCE,
  smallInteger,
  time,
  UTC_TIME,
  unsignedInteger,
} from './der.js';
import { EXTENSION, type Extensions, parseExtensions } from './extensions.js';
import { expectAlgorithm, parseSigned } from './parse-certificate.js';

const MAX_CRL_NUMBER = 0xffff_ffff;

export interface Crl extends Window {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly issuer: Uint8Array;
  readonly extensions: Extensions;
  /** Grows with every list of this issuer (RFC 5280 5.2.3). */
  readonly number: number;
  /** Hex serial numbers, without sign byte. */
  readonly revoked: ReadonlySet<string>;
}

export function parseCrl(der: Uint8Array): Crl {
  const { signed, signature, fields } = parseSigned(der);
  expectFormat(smallInteger(fields.take(INTEGER), 1) === 1);
  expectAlgorithm(fields.take(SEQUENCE));
  const issuer = fields.take(SEQUENCE).bytes;
  const from = time(fields.take(UTC_TIME, GENERALIZED_TIME));
  // RFC 5280 makes nextUpdate mandatory; without it a list would never expire.
  const until = time(fields.take(UTC_TIME, GENERALIZED_TIME));
  const revoked = new Set<string>();
  const entries = fields.optional(SEQUENCE);
  for (const node of entries === undefined ? [] : children(entries)) {
    const entry = new DerFields(node);
    revoked.add(toHex(unsignedInteger(entry.take(INTEGER))));
    entry.take(UTC_TIME, GENERALIZED_TIME);
    const extensions = entry.optional(SEQUENCE);
    if (extensions !== undefined) parseExtensions(extensions);
    entry.end();
  }
  const wrapper = new DerFields(fields.take(0xa0), 0xa0);
  const extensions = parseExtensions(wrapper.take(SEQUENCE));
  wrapper.end();
  fields.end();
  const number = extensions.get(EXTENSION.crlNumber);
  expectFormat(number !== undefined, 'no CRL number');
  return {
    signed,
    signature,
    issuer,
    extensions,
    number: smallInteger(readDer(number, INTEGER), MAX_CRL_NUMBER),
    from,
    until,
    revoked,
  };
}
