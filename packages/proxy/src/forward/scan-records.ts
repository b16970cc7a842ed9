// Are these whole answer records of a worker, in a possible order? Looked at, not opened (PROTOCOL.md §8.1).
import { LIMITS, RECORD_HEADER_BYTES } from '@cocoonkit/sdk/protocol';

const HEAD = 1;
const FRAME = 2;
const FINAL = 1;

/** Follows one answer; `resumed` answers need not start with their head. */
export class RecordScan {
  #records: number;
  #mayRestart: boolean;
  #final = false;

  constructor(resumed: boolean) {
    this.#records = resumed ? 1 : 0;
    this.#mayRestart = resumed;
  }

  /** Whether the answer's end went by. Only the client can tell whether it is genuine. */
  get final(): boolean {
    return this.#final;
  }

  /** @throws TypeError for anything but whole records of a worker: a head first, frames after it, nothing after FINAL. */
  check(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      const kind = bytes[at];
      const length = recordLength(bytes, at);
      const isHead = kind === HEAD && (this.#records === 0 || this.#mayRestart);
      if (this.#final || (kind !== FRAME && !isHead)) throw new TypeError('record out of place');
      if (kind === FRAME && this.#records === 0) throw new TypeError('frame before the head');
      if (kind === FRAME && bytes[at + RECORD_HEADER_BYTES] === FINAL) this.#final = true;
      this.#mayRestart = false;
      this.#records++;
      at += RECORD_HEADER_BYTES + length;
    }
  }
}

function recordLength(bytes: Uint8Array, at: number): number {
  if (bytes.length - at < RECORD_HEADER_BYTES) throw new TypeError('torn record');
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at + 1);
  if (length === 0 || length > LIMITS.recordBytes || length > bytes.length - at - RECORD_HEADER_BYTES)
    throw new TypeError('torn record');
  return length;
}
