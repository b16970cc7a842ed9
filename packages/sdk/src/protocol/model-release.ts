// How does the key of a model travel to the one machine it was released to? (PROTOCOL.md §17.3)
import { bytes, bytesUpTo, digest, time, u16 } from './fields.js';
import { malformed } from './malformed.js';
import { wrapBytes } from './suites.js';
import { defineLayout, type Layout, required } from './tlv.js';

/** A quoted feature: this machine has no model yet and asks for the key of the one its manifest names. */
export const AWAITING_MODEL = 'awaiting-model';

const MAX_TERMS_BYTES = 512;
const MAX_RELEASE_BYTES = 2_048;

/** What is released to whom, for how long. In clear, and authenticated with the key. */
export interface ModelReleaseTerms {
  version: number;
  suite: number;
  /** Of the sealed file's header. */
  modelDigest: Uint8Array;
  /** Of the manifest whose key it is sealed to. */
  workerDigest: Uint8Array;
  /** Unix seconds. */
  expires: number;
}

export interface ModelRelease {
  terms: Uint8Array;
  /** enc ‖ ciphertext of the 32-byte model key. */
  sealedKey: Uint8Array;
}

export const modelReleaseTermsLayout: Layout<ModelReleaseTerms> = defineLayout<ModelReleaseTerms>(
  'ModelReleaseTerms',
  {
    version: required(2, u16),
    suite: required(4, u16),
    modelDigest: required(6, digest),
    workerDigest: required(8, digest),
    expires: required(10, time),
  },
);

export const modelReleaseLayout: Layout<ModelRelease> = defineLayout<ModelRelease>('ModelRelease', {
  terms: required(2, bytesUpTo(MAX_TERMS_BYTES)),
  sealedKey: required(4, bytes(wrapBytes(1))),
});

/** @throws CocoonError `MALFORMED`, `UNSUPPORTED_FIELD` */
export function decodeModelRelease(encoded: Uint8Array): ModelRelease {
  if (encoded.length > MAX_RELEASE_BYTES) throw malformed('ModelRelease', 'too long');
  return modelReleaseLayout.decode(encoded);
}
