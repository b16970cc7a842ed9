// Which keys does one sealed file have? All from the model key, the file's salt and its digest (PROTOCOL.md §17.1).
import { platform } from '#platform';
import { concat, utf8 } from '../../internal/bytes.js';
import { labelledHash } from '../../internal/labelled-hash.js';
import { MODEL_LABELS } from '../../protocol/labels.js';
import { AeadSequence, KEY_AND_NONCE } from '../aead-sequence.js';
import { hkdfExpand, hkdfExtract } from '../hkdf.js';
import { misuse } from '../seal-error.js';

export const MODEL_KEY_BYTES = 32;
const PROOF_BYTES = 32;
export const MORE = Uint8Array.of(0);
export const LAST = Uint8Array.of(1);

export interface ModelKeys {
  chunks: AeadSequence;
  /** Two keys never give the same: AES-GCM alone would open one file to two models under two keys. */
  proof: Uint8Array;
}

/** The sealed file's name: a worker pins it and quotes it. */
export function modelDigest(headerBytes: Uint8Array): Uint8Array {
  return labelledHash(MODEL_LABELS.model, headerBytes);
}

/** @throws CocoonError `KEYS_INVALID` for a key that is not 32 bytes long */
export async function deriveModelKeys(
  key: Uint8Array,
  file: { salt: Uint8Array; digest: Uint8Array },
): Promise<ModelKeys> {
  if (key.length !== MODEL_KEY_BYTES)
    throw misuse('KEYS_INVALID', 'A model key has 32 bytes.', 'Pass the key as it was made.');
  const info = concat(utf8(MODEL_LABELS.modelKeys), Uint8Array.of(0), file.digest);
  const secrets = hkdfExpand(
    platform,
    hkdfExtract(platform, file.salt, key),
    info,
    KEY_AND_NONCE + PROOF_BYTES,
  );
  const chunks = await AeadSequence.create('aes-256-gcm', secrets);
  const proof = secrets.slice(KEY_AND_NONCE);
  secrets.fill(0);
  return { chunks, proof };
}
