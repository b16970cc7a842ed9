// How does one request travel on a channel shared by a thousand? Credits in both directions, so that none holds up another.
import { LIMITS } from '@cocoonkit/sdk/protocol';
import type { WorkerChannel } from './worker-channel.js';

/** Consumed bytes are credited in pieces of this size, a quarter of the window. */
const CREDIT_STEP = LIMITS.streamWindowBytes / 4;
/** Neighbouring numbers, multiplied by it, are spread evenly over the whole numbers' fractions. */
const GOLDEN_RATIO = 0.618_033_988_749_895;
/** A peer may not grant more than this at once, so that counters stay small. */
const MAX_GRANT = 2 ** 30;

/** What happens on a stream; exactly one of `end`, `refused` and `lost` comes last. */
export interface StreamHandlers {
  /** Whole answer records. */
  records(bytes: Uint8Array): void;
  end(): void;
  /** The worker did not accept it and opened nothing. */
  refused(code: string | undefined): void;
  /** The channel is gone. */
  lost(): void;
}

export class WorkerStream {
  readonly id: number;
  readonly channel: WorkerChannel;
  readonly #handlers: StreamHandlers;
  #mayReceive: number = LIMITS.streamWindowBytes;
  #maySend: number = LIMITS.streamWindowBytes;
  #consumed = 0;
  /** Less the first time, and not the same for all: a thousand streams of one pace would otherwise be credited in one moment. */
  #creditAt: number;
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(id: number, channel: WorkerChannel, handlers: StreamHandlers) {
    this.id = id;
    this.channel = channel;
    this.#handlers = handlers;
    this.#creditAt = Math.ceil(CREDIT_STEP * (1 - ((id * GOLDEN_RATIO) % 1)));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** How many body bytes may be sent now; waits for credit. 0 when the stream has ended. */
  async room(): Promise<number> {
    while (this.#maySend === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#closed ? 0 : this.#maySend;
  }

  /** Sends a piece of the body, at most `room()` bytes; waits while the socket itself is full. */
  async send(piece: Uint8Array): Promise<void> {
    if (this.#closed) return;
    this.#maySend -= piece.length;
    await this.channel.sendData(this.id, piece);
  }

  /** Tells the worker, in steps, that answer bytes have left this process. */
  consumed(bytes: number): void {
    this.#consumed += bytes;
    if (this.#consumed < this.#creditAt || this.#closed) return;
    this.#creditAt = CREDIT_STEP;
    this.#mayReceive += this.#consumed;
    void this.channel.send({ type: 'credit', stream: this.id, credit: this.#consumed });
    this.#consumed = 0;
  }

  /** Ends this side; late records are dropped. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.channel.forget(this);
    this.#wake?.();
  }

  /** @throws TypeError when the worker sends beyond its window. */
  onRecords(bytes: Uint8Array): void {
    this.#mayReceive -= bytes.length;
    if (this.#mayReceive < 0) throw new TypeError('records beyond the window');
    this.#handlers.records(bytes);
  }

  /** @throws TypeError for credit that makes no sense. */
  onCredit(credit: number | undefined): void {
    if (credit === undefined || credit === 0 || this.#maySend + credit > MAX_GRANT)
      throw new TypeError('credit out of range');
    this.#maySend += credit;
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  onEnd(how: 'end' | 'lost' | { refused: string | undefined }): void {
    if (this.#closed) return;
    this.close();
    if (how === 'end') this.#handlers.end();
    else if (how === 'lost') this.#handlers.lost();
    else this.#handlers.refused(how.refused);
  }
}
