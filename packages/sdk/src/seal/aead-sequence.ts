// How are many messages sealed under one key? With a counter in the nonce that never repeats (PROTOCOL.md §4).
import { platform } from '#platform';
import type { Aead, AeadName, Primitives } from '../internal/primitives.js';
import { LIMITS } from '../protocol/limits.js';
import { misuse } from './seal-error.js';

const KEY_LENGTH = 32;
/** Key and nonce as they come out of the key derivation. */
export const KEY_AND_NONCE = KEY_LENGTH + 12;

/** One direction of messages; sealing and opening follow the order of the calls. */
export class AeadSequence {
  /** Secret: goes only into a saved answer (`ReplyOpener.save`). */
  readonly keyAndNonce: Uint8Array;
  readonly #aead: Aead;
  readonly #nonce: Uint8Array;
  readonly #limit: number;
  #next: number;

  private constructor(aead: Aead, keyAndNonce: Uint8Array, next: number, limit: number) {
    this.#aead = aead;
    this.keyAndNonce = keyAndNonce;
    this.#nonce = keyAndNonce.subarray(KEY_LENGTH);
    this.#next = next;
    this.#limit = limit;
  }

  /** `keyAndNonce`: 32-byte key, then the 12-byte nonce. `next`: messages already seen; `limit`: messages under this key. */
  static async create(
    aead: AeadName,
    keyAndNonce: Uint8Array,
    options: {
      next?: number | undefined;
      limit?: number | undefined;
      primitives?: Pick<Primitives, 'aead'> | undefined;
    } = {},
  ): Promise<AeadSequence> {
    const { next = 0, limit = LIMITS.frames, primitives = platform } = options;
    const own = keyAndNonce.slice(0, KEY_AND_NONCE);
    return new AeadSequence(await primitives.aead(aead, own.subarray(0, KEY_LENGTH)), own, next, limit);
  }

  /** Messages sealed or opened so far. */
  get count(): number {
    return this.#next;
  }

  /** @throws CocoonError `FRAME_LIMIT` */
  async seal(additionalData: Uint8Array, plaintext: Uint8Array): Promise<Uint8Array> {
    return this.#aead.seal(this.#take(), additionalData, plaintext);
  }

  /** Throws any error when the message does not open; @throws CocoonError `FRAME_LIMIT` */
  async open(additionalData: Uint8Array, ciphertext: Uint8Array): Promise<Uint8Array> {
    return this.#aead.open(this.#take(), additionalData, ciphertext);
  }

  // Taken before the first await: two calls can never share a nonce, however they interleave.
  #take(): Uint8Array {
    if (this.#next >= this.#limit) {
      throw misuse('FRAME_LIMIT', `A key may seal at most ${this.#limit} messages.`, 'Make a new request.');
    }
    return nonceAt(this.#nonce, this.#next++);
  }
}

/** nonce(n, i) = n XOR (i as 12 bytes, big-endian); i below 2^32. */
export function nonceAt(base: Uint8Array, counter: number): Uint8Array {
  const nonce = base.slice();
  const view = new DataView(nonce.buffer, nonce.byteOffset, nonce.byteLength);
  view.setUint32(8, (view.getUint32(8) ^ counter) >>> 0);
  return nonce;
}
