// How does a proxy speak so that nobody on the path can forge it? Under the exporter of the client's own message (PROTOCOL.md §8.5).
import { utf8 } from '../../internal/bytes.js';
import { LABELS } from '../../protocol/labels.js';
import { LIMITS } from '../../protocol/limits.js';
import { encodeRecord } from '../../protocol/record.js';
import { AeadSequence, KEY_AND_NONCE } from '../aead-sequence.js';
import type { HpkeContext } from '../hpke.js';
import { brokenProtocol } from '../seal-error.js';
import type { Suite } from '../suites.js';

/** The record kind, as additional data. */
export const PROXY_RECORD = Uint8Array.of(3);
export const PROXY_RESPONSE = utf8(LABELS.proxyResponse);

/** Seals what the proxy says in answer to one message; records open in the order they were sealed. */
export interface AnswerSealer {
  /**
   * One complete wire record of kind `proxy`.
   * @throws CocoonError `ANSWER_TOO_LONG`
   */
  seal(plaintext: Uint8Array): Promise<Uint8Array>;
}

export async function createAnswerSealer(suite: Suite, context: HpkeContext): Promise<AnswerSealer> {
  const sequence = await AeadSequence.create(suite.aead, context.export(PROXY_RESPONSE, KEY_AND_NONCE));
  return {
    async seal(plaintext) {
      if (plaintext.length > LIMITS.controlAnswerBytes) {
        throw brokenProtocol('ANSWER_TOO_LONG', 'An answer of the proxy is above the limit.');
      }
      return encodeRecord('proxy', await sequence.seal(PROXY_RECORD, plaintext));
    },
  };
}
