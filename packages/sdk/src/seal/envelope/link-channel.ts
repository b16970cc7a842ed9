// How do worker and proxy talk once both have proven their keys? Sealed control messages with a counter each way (PROTOCOL.md §11.2).

import { platform } from '#platform';
import { concat, utf8 } from '../../internal/bytes.js';
import { LABELS } from '../../protocol/labels.js';
import { encodeLinkMessage, type LinkControl, linkControlLayout } from '../../protocol/link.js';
import { AeadSequence, KEY_AND_NONCE } from '../aead-sequence.js';
import { hkdfExpand, hkdfExtract } from '../hkdf.js';
import { brokenProtocol } from '../seal-error.js';

/** The order of calls is the order of the counters; a message that does not open ends the channel. */
export interface LinkChannel {
  /** A whole link message, ready for the WebSocket. */
  sealControl(control: LinkControl): Promise<Uint8Array>;
  /** `sealed` as `decodeLinkMessage` gives it. @throws CocoonError `LINK_NOT_BOUND`, `MALFORMED`, `UNSUPPORTED_FIELD` */
  openControl(sealed: Uint8Array): Promise<LinkControl>;
}

const CONTROL = Uint8Array.of(1);

/** PROTOCOL.md §11.1 step 4. */
export async function createLinkChannel(options: {
  side: 'worker' | 'proxy';
  transcript: Uint8Array;
  proxySecret: Uint8Array;
  workerSecret: Uint8Array;
}): Promise<LinkChannel> {
  const { side, transcript, proxySecret, workerSecret } = options;
  const key = hkdfExtract(platform, transcript, concat(proxySecret, workerSecret));
  const keys = hkdfExpand(platform, key, utf8(LABELS.linkKeys), 2 * KEY_AND_NONCE);
  const worker = await AeadSequence.create('aes-256-gcm', keys.subarray(0, KEY_AND_NONCE));
  const proxy = await AeadSequence.create('aes-256-gcm', keys.subarray(KEY_AND_NONCE));
  const [outgoing, incoming] = side === 'worker' ? [worker, proxy] : [proxy, worker];
  let dead = false;
  return {
    async sealControl(control) {
      const sealed = await outgoing.seal(CONTROL, linkControlLayout.encode(control));
      return encodeLinkMessage({ kind: 'control', sealed });
    },
    async openControl(sealed) {
      if (dead) throw notBound();
      let opened: Uint8Array;
      try {
        opened = await incoming.open(CONTROL, sealed);
      } catch (cause) {
        dead = true;
        throw notBound(cause);
      }
      return linkControlLayout.decode(opened);
    },
  };
}

export function notBound(cause?: unknown) {
  return brokenProtocol(
    'LINK_NOT_BOUND',
    'The other end of the channel does not hold the keys it proved.',
    cause,
  );
}
