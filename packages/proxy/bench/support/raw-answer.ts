// When did the pieces of an HTTP answer arrive? Read from a plain socket, which costs the generator little.
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';

const READ_BYTES = 16_384;

export interface Arrival {
  /** When this process read it. */
  readonly readAt: number;
  /** Since when this process had not looked: it may have been there that early. */
  readonly sinceAt: number;
}

/** When did this process last look at its sockets? What arrives while it sends, or collects garbage, is read late. */
export class LastLook {
  #freeAt = 0;
  #firstRead: number | undefined;

  /** In each turn of the event loop that runs timers, before anything else. */
  turn(): void {
    // A turn reads all there is: what a later one finds came after this one began to read.
    this.#freeAt = this.#firstRead ?? performance.now();
    this.#firstRead = undefined;
  }

  /** When something is read. */
  read(readAt: number): void {
    this.#firstRead ??= readAt;
  }

  get at(): number {
    return this.#freeAt;
  }
}

export class RawAnswer {
  readonly over: Promise<void>;
  readonly #look: LastLook;
  #bytes = Buffer.allocUnsafe(READ_BYTES);
  #length = 0;
  readonly #ends: number[] = [];
  readonly #readAt: number[] = [];
  readonly #sinceAt: number[] = [];

  constructor(url: string, wire: Uint8Array, look = new LastLook()) {
    const { hostname, port } = new URL(url);
    this.#look = look;
    const socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(READ_BYTES),
        callback: (length, buffer) => {
          this.#take(buffer.subarray(0, length));
          return true;
        },
      },
    });
    this.over = new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', () => resolve());
    });
    socket.write(wire);
  }

  /** Body of the answer, and for each byte when it was there. */
  read(): { status: number; body: Uint8Array; arrivalOf(offset: number): Arrival } {
    const raw = this.#bytes.subarray(0, this.#length);
    const status = Number(raw.subarray(9, 12).toString('latin1'));
    const pieces: { body: Uint8Array; end: number; bodyEnd: number }[] = [];
    let at = raw.indexOf('\r\n\r\n') + 4;
    let bodyEnd = 0;
    for (;;) {
      const line = raw.indexOf('\r\n', at);
      const size = Number.parseInt(raw.subarray(at, line).toString('latin1'), 16);
      if (line < 0 || !(size > 0)) break;
      const body = raw.subarray(line + 2, line + 2 + size);
      bodyEnd += body.length;
      pieces.push({ body, end: line + 2 + size, bodyEnd });
      at = line + 2 + size + 2;
    }
    let piece = 0;
    let arrival = 0;
    return {
      status,
      body: new Uint8Array(Buffer.concat(pieces.map(({ body }) => body))),
      // Asked in ascending order.
      arrivalOf: (offset) => {
        while ((pieces[piece]?.bodyEnd ?? Number.POSITIVE_INFINITY) < offset) piece++;
        const { end = 0, bodyEnd: last = 0 } = pieces[piece] ?? {};
        const rawOffset = end - (last - offset);
        while ((this.#ends[arrival] ?? Number.POSITIVE_INFINITY) < rawOffset) arrival++;
        const { [arrival]: readAt = Number.NaN } = this.#readAt;
        return { readAt, sinceAt: Math.min(readAt, this.#sinceAt[arrival] ?? Number.NaN) };
      },
    };
  }

  #take(bytes: Uint8Array): void {
    const readAt = performance.now();
    this.#look.read(readAt);
    this.#readAt.push(readAt);
    this.#sinceAt.push(this.#look.at);
    while (this.#length + bytes.length > this.#bytes.length) {
      const wider = Buffer.allocUnsafe(this.#bytes.length * 2);
      wider.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = wider;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    this.#ends.push(this.#length);
  }
}
