// What has been answered so far? Sealed records of one answer, kept so that a reader may come back for them.
import { RecordReader } from '@cocoonkit/sdk/protocol';

export interface AnswerOptions {
  coreHash: Uint8Array;
  /** SHA-256 of the token that lets a client read the records again. */
  resumeHash: Uint8Array;
  /** Most bytes kept, and most bytes ahead of the reader. */
  limitBytes: number;
  /** Called whenever the kept bytes change. */
  onBytes?: ((change: number) => void) | undefined;
}

/** One reader at a time: a later one takes over. */
export interface AnswerReader {
  /** Whole records, joined, up to `maxBytes` (at least one), or undefined when there are none now. Moves on. */
  take(maxBytes: number): Uint8Array | undefined;
  /** Bytes of the next record; 0 when there is none now. */
  readonly nextBytes: number;
  readonly state: 'open' | 'ended' | 'replaced';
  /** Resolves when there is something new to look at. */
  changed(signal: AbortSignal): Promise<void>;
}

/** Ciphertext only: the keys of the answer are gone when it is finished. */
export class Answer {
  readonly coreHash: Uint8Array;
  readonly resumeHash: Uint8Array;
  readonly #limit: number;
  readonly #onBytes: (change: number) => void;
  readonly #wakers = new Set<() => void>();
  #records: Uint8Array[] = [];
  /** Index of the first record kept, and of the first one not handed to a reader yet. */
  #first = 0;
  #delivered = 0;
  #bytes = 0;
  #undelivered = 0;
  #finished = false;
  #reader = 0;

  constructor(options: AnswerOptions) {
    this.coreHash = options.coreHash;
    this.resumeHash = options.resumeHash;
    this.#limit = options.limitBytes;
    this.#onBytes = options.onBytes ?? (() => undefined);
  }

  get finished(): boolean {
    return this.#finished;
  }

  /** Whether a reader ever got anything. */
  get started(): boolean {
    return this.#delivered > 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether a reader could still begin at the head. */
  get whole(): boolean {
    return this.#first === 0;
  }

  /** `records`: one or more whole records, joined. */
  append(records: Uint8Array): void {
    for (const { bytes } of new RecordReader().push(records)) {
      this.#records.push(bytes);
      this.#undelivered += bytes.length;
      this.#count(bytes.length);
    }
    this.#trim();
    this.#wake();
  }

  finish(): void {
    this.#finished = true;
    this.#wake();
  }

  /** Resolves when the answer may grow: the reader is not too far behind. False when `signal` fired first. */
  async room(signal: AbortSignal): Promise<boolean> {
    while (this.#undelivered >= this.#limit) {
      if (signal.aborted) return false;
      await this.#change(signal);
    }
    return !signal.aborted;
  }

  /** A reader from record `from` on, or undefined when that record is gone or was never there. */
  read(from: number): AnswerReader | undefined {
    if (from < this.#first || from > this.#first + this.#records.length) return undefined;
    const id = ++this.#reader;
    const answer = this;
    let next = from;
    this.#wake();
    return {
      get state() {
        if (id !== answer.#reader) return 'replaced';
        return answer.#finished && next === answer.#first + answer.#records.length ? 'ended' : 'open';
      },
      get nextBytes() {
        return answer.#records[next - answer.#first]?.length ?? 0;
      },
      take(maxBytes) {
        const start = next - answer.#first;
        let end = start;
        for (let size = 0; end < answer.#records.length; end++) {
          size += answer.#records[end]?.length ?? 0;
          if (size > maxBytes && end > start) break;
        }
        if (end === start) return undefined;
        const taken = answer.#records.slice(start, end);
        next += taken.length;
        answer.#deliveredUpTo(next);
        return taken.length === 1 ? taken[0] : new Uint8Array(Buffer.concat(taken));
      },
      changed: (signal) => answer.#change(signal),
    };
  }

  /** Gives the memory back. */
  drop(): void {
    this.#count(-this.#bytes);
    this.#records = [];
    this.#undelivered = 0;
    // A reader of a dropped answer sees an end without FINAL, never a gap.
    this.#finished = true;
    this.#reader++;
    this.#wake();
  }

  #deliveredUpTo(next: number): void {
    for (; this.#delivered < next; this.#delivered++) {
      this.#undelivered -= this.#records[this.#delivered - this.#first]?.length ?? 0;
    }
    this.#trim();
    this.#wake();
  }

  /** Oldest delivered records go first; undelivered ones stay, and `room` holds the writer back instead. */
  #trim(): void {
    let drop = 0;
    for (let bytes = this.#bytes; bytes > this.#limit && this.#first + drop < this.#delivered; drop++) {
      bytes -= this.#records[drop]?.length ?? 0;
    }
    if (drop === 0) return;
    for (const record of this.#records.splice(0, drop)) this.#count(-record.length);
    this.#first += drop;
  }

  #count(change: number): void {
    this.#bytes += change;
    this.#onBytes(change);
  }

  #wake(): void {
    const wakers = [...this.#wakers];
    this.#wakers.clear();
    for (const wake of wakers) wake();
  }

  #change(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#wakers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#wakers.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
