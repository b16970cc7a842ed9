// How do a worker's records reach one client? As they come, no faster than the client reads, at most one window in memory.
// Who owes the next step and does not take it for too long, worker or client, is given up.
import type { ServerResponse } from 'node:http';
import { deferred } from '../deferred.js';
import { BINARY, PUBLIC_HEADERS } from '../http/headers.js';
import type { StreamHandlers, WorkerStream } from '../workers/worker-stream.js';
import { RecordScan } from './scan-records.js';
import type { SilenceWatch, SilenceWatches } from './watch-silence.js';

/** How the worker's part of the answer ended. */
export type RelayEnd = 'ended' | 'lost' | 'timeout' | { refused: string | undefined };

export class AnswerRelay implements StreamHandlers {
  readonly #outgoing: ServerResponse;
  readonly #scan: RecordScan;
  readonly #end = deferred<RelayEnd>();
  readonly #onFirst: () => void;
  readonly #onBytes: (bytes: number) => void;
  /** Held until the reservation is on disk; bounded by the window, for nothing of it is credited. */
  #held: Uint8Array[] | undefined = [];
  readonly #silence: SilenceWatch;
  #stream: WorkerStream | undefined;
  #started = false;
  #gone = false;
  #uncredited = 0;

  constructor(options: {
    outgoing: ServerResponse;
    resumed?: boolean | undefined;
    onFirst?: (() => void) | undefined;
    onBytes: (bytes: number) => void;
    silence: Pick<SilenceWatches, 'watch'>;
  }) {
    this.#outgoing = options.outgoing;
    this.#scan = new RecordScan(options.resumed === true);
    this.#onFirst = options.onFirst ?? (() => {});
    this.#onBytes = options.onBytes;
    this.#silence = options.silence.watch(() => this.#silent());
    this.#outgoing.on('drain', () => {
      this.#silence.restart();
      this.#credit();
    });
    this.#outgoing.on('close', () => {
      this.#gone = true;
      this.#held = undefined;
    });
    void this.#end.promise.then(() => this.#silence.stop());
  }

  /** Whether the worker sent anything. */
  get started(): boolean {
    return this.#started;
  }

  get complete(): boolean {
    return this.#scan.final;
  }

  get clientGone(): boolean {
    return this.#gone;
  }

  /** Resolves when the worker's part is over. */
  get over(): Promise<RelayEnd> {
    return this.#end.promise;
  }

  /** The worker owes something from now on: room for the body, or a record. */
  expect(): void {
    this.#silence.restart();
  }

  /** It is the client's turn, which has a limit of its own. */
  rest(): void {
    this.#silence.rest();
  }

  attach(stream: WorkerStream): void {
    this.#stream = stream;
  }

  /** From now on records go out. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const bytes of held) this.#write(bytes);
  }

  records(bytes: Uint8Array): void {
    this.#scan.check(bytes);
    this.#silence.restart();
    if (!this.#started) {
      this.#started = true;
      this.#onFirst();
    }
    // Without a reader nothing is credited: the worker notices the silence and detaches by itself.
    if (this.#gone) return;
    if (this.#held !== undefined) this.#held.push(bytes);
    else this.#write(bytes);
  }

  end(): void {
    this.#end.resolve('ended');
  }

  refused(code: string | undefined): void {
    this.#end.resolve({ refused: code });
  }

  lost(): void {
    this.#end.resolve('lost');
  }

  timeout(): void {
    this.#stream?.close();
    this.#end.resolve('timeout');
  }

  /** A client that takes nothing loses its connection, and may resume; after that the worker's turn is counted. */
  #silent(): void {
    // What is held back waits for this proxy's own disk.
    if (this.#started && this.#held !== undefined && !this.#gone) return;
    if (!this.#gone && this.#uncredited > 0) {
      this.#outgoing.destroy();
    } else this.timeout();
  }

  #write(bytes: Uint8Array): void {
    if (this.#gone) return;
    startAnswer(this.#outgoing);
    this.#onBytes(bytes.length);
    this.#uncredited += bytes.length;
    if (this.#outgoing.write(bytes)) this.#credit();
  }

  /** Bytes count as consumed when the socket has taken them. */
  #credit(): void {
    if (this.#gone || this.#uncredited === 0) return;
    const bytes = this.#uncredited;
    this.#uncredited = 0;
    this.#stream?.consumed(bytes);
  }
}

/** Status and headers of a sealed answer; sent with its first bytes. */
export function startAnswer(outgoing: ServerResponse): void {
  if (!outgoing.headersSent) outgoing.writeHead(200, { ...PUBLIC_HEADERS, 'Content-Type': BINARY });
}
