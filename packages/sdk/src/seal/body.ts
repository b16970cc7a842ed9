// How is the request itself encrypted? AEAD chunks under a key derived from the data key (PROTOCOL.md §6.2).
import { platform } from '#platform';
import { concat, u16, utf8 } from '../internal/bytes.js';
import type { AeadName } from '../internal/primitives.js';
import { LABELS } from '../protocol/labels.js';
import { LIMITS } from '../protocol/limits.js';
import { malformed } from '../protocol/malformed.js';
import { type SuiteId, TAG_BYTES } from '../protocol/suites.js';
import { AeadSequence, KEY_AND_NONCE } from './aead-sequence.js';
import { hkdfExpand, hkdfExtract } from './hkdf.js';
import { padDocument, unpadDocument } from './padded-document.js';

const CHUNK = LIMITS.bodyChunkBytes;
const SEALED_CHUNK = CHUNK + TAG_BYTES;
const MORE = Uint8Array.of(0);
const LAST = Uint8Array.of(1);

export interface BodyKey {
  dataKey: Uint8Array;
  requestId: Uint8Array;
  suite: SuiteId;
  aead: AeadName;
}

/** Pads, cuts and seals; the result's length is all that its reader's path learns. */
export async function sealBody(key: BodyKey, document: Uint8Array): Promise<Uint8Array> {
  const plaintext = padDocument(document);
  const sequence = await bodySequence(key);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < plaintext.length; at += CHUNK) {
    const type = at + CHUNK >= plaintext.length ? LAST : MORE;
    chunks.push(await sequence.seal(type, plaintext.subarray(at, at + CHUNK)));
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : concat(...chunks);
}

/** Throws any error when a chunk was changed, dropped, swapped or added. */
export async function openBody(key: BodyKey, body: Uint8Array): Promise<Uint8Array> {
  const sequence = await bodySequence(key);
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += SEALED_CHUNK) {
    const type = at + SEALED_CHUNK >= body.length ? LAST : MORE;
    const chunk = await sequence.open(type, body.subarray(at, at + SEALED_CHUNK));
    if (chunk.length === 0) throw malformed('body', 'empty chunk');
    chunks.push(chunk);
  }
  const [only] = chunks;
  return unpadDocument(chunks.length === 1 && only !== undefined ? only : concat(...chunks), 'body');
}

/** Commits to the data key: AES-GCM alone would let one ciphertext open to two texts under two keys. */
export function bodyCommitment(key: Pick<BodyKey, 'dataKey' | 'requestId'>): Uint8Array {
  return platform.hmacSha256(key.dataKey, concat(utf8(LABELS.commit), Uint8Array.of(0), key.requestId));
}

function bodySequence({ dataKey, requestId, suite, aead }: BodyKey): Promise<AeadSequence> {
  const info = concat(utf8(LABELS.body), Uint8Array.of(0), u16(suite));
  const keys = hkdfExpand(platform, hkdfExtract(platform, requestId, dataKey), info, KEY_AND_NONCE);
  return AeadSequence.create(aead, keys);
}
