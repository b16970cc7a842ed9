// What must be kept to go on with an answer after a restart? Keys and place of the stream; secret like the answer itself.
import { bytes, bytesUpTo, digest, nested, u16, u32 } from '../protocol/fields.js';
import { LIMITS } from '../protocol/limits.js';
import { type Usage, usageLayout } from '../protocol/price.js';
import { defineLayout, type Layout, optional, required } from '../protocol/tlv.js';

export interface SavedReply {
  version: number;
  core: Uint8Array;
  workerDigest: Uint8Array;
  /** Shown to the proxy to get the rest. */
  resumeToken: Uint8Array;
  /** Records taken, the head included: ask for the rest from here. */
  records: number;
  keyAndNonce: Uint8Array;
  frames: number;
  transcript: Uint8Array;
  /** Beginning of an item whose end has not come yet. */
  pending: Uint8Array;
  usage?: Usage | undefined;
}

const FORMAT = 1;
/** A 32-byte key, then a 12-byte nonce. */
const KEY_AND_NONCE = 44;

const savedReplyLayout: Layout<SavedReply> = defineLayout<SavedReply>('SavedReply', {
  version: required(2, u16),
  core: required(4, bytesUpTo(4096)),
  workerDigest: required(6, digest),
  resumeToken: required(8, bytes(32)),
  records: required(10, u32),
  keyAndNonce: required(12, bytes(KEY_AND_NONCE)),
  frames: required(14, u32),
  transcript: required(16, digest),
  pending: required(18, bytesUpTo(LIMITS.itemBytes + 4)),
  usage: optional(20, nested(usageLayout)),
});

export function encodeSavedReply(saved: Omit<SavedReply, 'version'>): Uint8Array {
  return savedReplyLayout.encode({ ...saved, version: FORMAT });
}

/**
 * Shape only: tells which worker to verify again and where to go on.
 * @throws CocoonError `MALFORMED`, `UNSUPPORTED_FIELD`
 */
export function decodeSavedReply(saved: Uint8Array): SavedReply {
  return savedReplyLayout.decode(saved);
}
