// How does a sealed body arrive: piece by piece, within the window and the announced length?
import { LIMITS } from '@cocoonkit/sdk/protocol';
import { violation } from './channel.js';

export interface BodyReceiver {
  /** Bytes of credit to give back now, or 0. @throws CocoonError `LINK_PROTOCOL` for bytes beyond the window */
  add(bytes: Uint8Array): number;
  /** The body, or undefined when it is shorter or longer than announced. */
  end(): Uint8Array | undefined;
}

/** Memory is taken at once for the whole announced body: the caller holds a slot for it. */
export function receiveBody(bodyBytes: number): BodyReceiver {
  const body = new Uint8Array(bodyBytes);
  let received = 0;
  let granted: number = LIMITS.streamWindowBytes;
  return {
    add(bytes) {
      if (received + bytes.length > granted) throw violation('more body bytes than the window allows');
      if (received + bytes.length <= bodyBytes) body.set(bytes, received);
      received += bytes.length;
      const open = granted - received;
      if (open > LIMITS.streamWindowBytes / 2 || granted >= bodyBytes) return 0;
      const credit = LIMITS.streamWindowBytes - open;
      granted += credit;
      return credit;
    },
    end: () => (received === bodyBytes ? body : undefined),
  };
}
