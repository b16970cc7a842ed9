// How are little-endian structures read without ever leaving their bounds?

/** A parser's complaint: never leaves attestation/, `parseAs` gives it the code of the thing that was parsed. */
export class FormatError extends Error {}

export function expectFormat(condition: boolean, message = 'malformed'): asserts condition {
  if (!condition) throw new FormatError(message);
}

/** Milliseconds of `YYYY-MM-DDTHH:MM:SS.000Z`; a time that does not exist or is written otherwise is refused, never NaN. */
export function exactTime(iso: string): number {
  const time = Date.parse(iso);
  expectFormat(Number.isFinite(time) && new Date(time).toISOString() === iso, 'no such time');
  return time;
}

/** Reads forward through one structure; every read is checked against its end. */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** Leftover bytes are an error: a length field must describe exactly what is there. */
  end(): void {
    expectFormat(this.remaining === 0, 'extra bytes');
  }

  #advance(length: number): number {
    expectFormat(length <= this.remaining, 'truncated');
    const start = this.#offset;
    this.#offset += length;
    return start;
  }
}
