// How does HPKE keep every derivation apart from the others? LabeledExtract and LabeledExpand of RFC 9180 section 4.
import { concat, u16, utf8 } from '../internal/bytes.js';
import type { Primitives } from '../internal/primitives.js';
import { hkdfExpand, hkdfExtract } from './hkdf.js';

const VERSION = utf8('HPKE-v1');

export interface LabelledHkdf {
  extract(salt: Uint8Array, label: string, secret: Uint8Array): Uint8Array;
  expand(key: Uint8Array, label: string, info: Uint8Array, length: number): Uint8Array;
}

/** HKDF-SHA256 under `suiteId`, which names the algorithms a key is for. */
export function createLabelledHkdf(
  primitives: Pick<Primitives, 'hmacSha256'>,
  suiteId: Uint8Array,
): LabelledHkdf {
  return {
    extract: (salt, label, secret) =>
      hkdfExtract(primitives, salt, concat(VERSION, suiteId, utf8(label), secret)),
    expand: (key, label, info, length) =>
      hkdfExpand(primitives, key, concat(u16(length), VERSION, suiteId, utf8(label), info), length),
  };
}
