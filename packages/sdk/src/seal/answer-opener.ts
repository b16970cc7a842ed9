// Did the proxy really say this? Opens what was sealed under the exporter of this client's own message (PROTOCOL.md §8.5).
import type { AeadName } from '../internal/primitives.js';
import { AeadSequence } from './aead-sequence.js';
import { brokenProtocol } from './seal-error.js';

export interface AnswerOpener {
  /**
   * Opens the payload of the next proxy record, in the order they were sealed.
   * @throws CocoonError `PROXY_ANSWER_INVALID`; after that the opener refuses everything.
   */
  open(payload: Uint8Array): Promise<Uint8Array>;
}

const PROXY_RECORD = Uint8Array.of(3);

export async function createAnswerOpener(aead: AeadName, keyAndNonce: Uint8Array): Promise<AnswerOpener> {
  const sequence = await AeadSequence.create(aead, keyAndNonce);
  let dead = false;
  return {
    async open(payload) {
      if (dead) throw invalid();
      try {
        return await sequence.open(PROXY_RECORD, payload);
      } catch (cause) {
        dead = true;
        throw invalid(cause);
      }
    },
  };
}

function invalid(cause?: unknown) {
  return brokenProtocol(
    'PROXY_ANSWER_INVALID',
    'An answer was not sealed by the proxy this message went to.',
    cause,
  );
}
