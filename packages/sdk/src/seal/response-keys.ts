// Which keys seal an answer, and how is its course recorded? (PROTOCOL.md §8.2, §8.4)
import { platform } from '#platform';
import { concat, u16, utf8 } from '../internal/bytes.js';
import { labelledHash } from '../internal/labelled-hash.js';
import { LABELS } from '../protocol/labels.js';
import { AeadSequence, KEY_AND_NONCE } from './aead-sequence.js';
import { hkdfExpand, hkdfExtract } from './hkdf.js';
import type { Suite } from './suites.js';

/** Bytes before the encapsulation in a head: the worker's digest and its random bytes. */
export const HEAD_PREFIX = 64;

/** Both ends must know the request's exporter and the one-time answer secret. */
export async function deriveResponse(options: {
  suite: Suite;
  coreHash: Uint8Array;
  head: Uint8Array;
  encapsulationHash: Uint8Array;
  exported: Uint8Array;
  answerSecret: Uint8Array;
}): Promise<AeadSequence> {
  const { suite, coreHash, head, encapsulationHash, exported, answerSecret } = options;
  const salt = concat(encapsulationHash, head.subarray(32, HEAD_PREFIX));
  const key = hkdfExtract(platform, salt, concat(exported, answerSecret));
  const info = concat(
    utf8(LABELS.response),
    Uint8Array.of(0),
    u16(suite.id),
    coreHash,
    platform.sha256(head),
  );
  return AeadSequence.create(suite.aead, hkdfExpand(platform, key, info, KEY_AND_NONCE));
}

/** A running hash over every record of an answer. */
export class Transcript {
  #hash: Uint8Array;

  private constructor(hash: Uint8Array) {
    this.#hash = hash;
  }

  /** t_0 */
  static start(coreHash: Uint8Array, head: Uint8Array): Transcript {
    return new Transcript(labelledHash(LABELS.transcript, coreHash, head));
  }

  static restore(hash: Uint8Array): Transcript {
    return new Transcript(hash);
  }

  get hash(): Uint8Array {
    return this.#hash;
  }

  /** `record`: with its kind and length, as it travels. */
  add(record: Uint8Array): void {
    this.#hash = platform.sha256(concat(this.#hash, record));
  }
}
