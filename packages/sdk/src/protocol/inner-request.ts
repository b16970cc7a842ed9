// What is inside the sealed body? (PROTOCOL.md §6.2)
import { bytes, bytesEither, bytesUpTo, choice, text, u32, u64 } from './fields.js';
import { LIMITS } from './limits.js';
import { defineLayout, type Layout, required } from './tlv.js';

export type Operation = 'chat.completions' | 'embeddings';

export interface InnerRequest {
  operation: Operation;
  /** OpenAI-shaped JSON, UTF-8. */
  json: Uint8Array;
  /** One-time key of the answer: X-Wing (suites 1 and 2) or X25519 (suite 3). */
  answerPublicKey: Uint8Array;
  /** Prefix caches may be shared only between requests with the same salt. */
  cacheSalt: Uint8Array;
  model: string;
  maxOutput: number;
  capTokens: bigint;
}

export const innerRequestLayout: Layout<InnerRequest> = defineLayout<InnerRequest>('InnerRequest', {
  operation: required(2, choice({ 'chat.completions': 1, embeddings: 2 })),
  json: required(4, bytesUpTo(LIMITS.bodyBytes)),
  answerPublicKey: required(6, bytesEither(1216, 32)),
  cacheSalt: required(8, bytes(32)),
  model: required(10, text(256)),
  maxOutput: required(12, u32),
  capTokens: required(14, u64),
});
