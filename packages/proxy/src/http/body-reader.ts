// How is a request body read piece by piece, so that TCP itself holds back what nobody asked for yet?
import type { IncomingMessage } from 'node:http';
import { CocoonError } from '@cocoonkit/sdk/errors';

export class BodyReader {
  readonly #incoming: IncomingMessage;
  #over = false;
  #failed = false;
  #wake: (() => void) | undefined;

  constructor(incoming: IncomingMessage) {
    this.#incoming = incoming;
    incoming.on('readable', () => this.#signal());
    incoming.on('end', () => {
      this.#over = true;
      this.#signal();
    });
    for (const event of ['close', 'error', 'aborted']) {
      incoming.on(event, () => {
        this.#failed = !incoming.complete;
        this.#over = true;
        this.#signal();
      });
    }
  }

  /** Exactly `length` bytes. @throws CocoonError `BAD_MESSAGE` when the body ends earlier or `withinMs` passes. */
  async exactly(length: number, withinMs: number): Promise<Uint8Array> {
    if (length === 0) return new Uint8Array(0);
    const until = performance.now() + withinMs;
    for (;;) {
      // At the end, read() gives less than asked for: too short, checked below.
      const bytes = this.#read(length);
      if (bytes !== undefined && bytes.length === length) return bytes;
      if (bytes !== undefined || this.#over) throw badMessage('it ends too early');
      await this.#wait(until - performance.now());
    }
  }

  /**
   * Whatever is there, at most `max` bytes; undefined at the end.
   * @throws CocoonError `BAD_MESSAGE` when the client went away or sent nothing for `idleMs`.
   */
  async some(max: number, idleMs: number): Promise<Uint8Array | undefined> {
    for (;;) {
      const bytes = this.#read(Math.min(max, Math.max(this.#incoming.readableLength, 1)));
      if (bytes !== undefined) return bytes;
      if (this.#failed) throw badMessage('the connection broke');
      if (this.#over) return undefined;
      await this.#wait(idleMs);
    }
  }

  #read(length: number): Uint8Array | undefined {
    const bytes: unknown = this.#incoming.read(length);
    return bytes instanceof Uint8Array ? bytes : undefined;
  }

  async #wait(ms: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      // What came while this process itself stood still is read first, and counts as in time.
      const late = (): void => void setImmediate(() => reject(badMessage('it came too slowly')));
      const timer = setTimeout(late, Math.max(ms, 0));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #signal(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

/** Reads and forgets the rest of a refused body, so that the client gets to read the refusal; not for ever. */
export function discardRest(incoming: IncomingMessage, maxBytes: number, withinMs: number): void {
  if (incoming.complete || incoming.destroyed) return;
  let left = maxBytes;
  const timer = setTimeout(() => incoming.destroy(), withinMs);
  incoming.removeAllListeners('readable');
  incoming.on('data', (piece: Uint8Array) => {
    left -= piece.length;
    if (left < 0) incoming.destroy();
  });
  incoming.on('close', () => clearTimeout(timer));
  incoming.resume();
}

function badMessage(reason: string): CocoonError {
  return new CocoonError({
    kind: 'protocol',
    code: 'BAD_MESSAGE',
    message: `The message cannot be read: ${reason}.`,
    remedy: 'Send the whole message again.',
    source: 'none',
  });
}
