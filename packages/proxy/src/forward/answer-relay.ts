// How do a worker's records reach one client? As they come, no faster than the client reads, at most one window in memory.
import type { ServerResponse } from 'node:http';
import { deferred } from '../deferred.js';
import { BINARY, PUBLIC_HEADERS } from '../http/headers.js';
import type { StreamHandlers, WorkerStream } from '../workers/worker-stream.js';
import { RecordScan } from './scan-records.js';

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
  #stream: WorkerStream | undefined;
  #started = false;
  #gone = false;
  #uncredited = 0;

  constructor(options: {
    outgoing: ServerResponse;
    resumed?: boolean | undefined;
    onFirst?: (() => void) | undefined;
    onBytes: (bytes: number) => void;
  }) {
    this.#outgoing = options.outgoing;
    this.#scan = new RecordScan(options.resumed === true);
    this.#onFirst = options.onFirst ?? (() => {});
    this.#onBytes = options.onBytes;
    this.#outgoing.on('drain', () => this.#credit());
    this.#outgoing.on('close', () => {
      this.#gone = true;
      this.#held = undefined;
    });
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
