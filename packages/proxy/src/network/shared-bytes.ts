// How is a document that thousands of machines bring kept once? Found by its hash, for as long as anybody holds it.

/** Entries before those that nobody holds any more are looked for. */
const SWEEP_ABOVE = 64;

export class SharedBytes {
  readonly #known = new Map<string, WeakRef<Uint8Array>>();
  #sweepAbove = SWEEP_ABOVE;

  /** `hash`: of exactly these bytes, checked by the caller. Returns an equal array, perhaps an earlier one; nobody may change it. */
  share(hash: string, bytes: Uint8Array): Uint8Array {
    const known = this.#known.get(hash)?.deref();
    if (known !== undefined) return known;
    this.#known.set(hash, new WeakRef(bytes));
    if (this.#known.size > this.#sweepAbove) this.#sweep();
    return bytes;
  }

  get size(): number {
    return this.#known.size;
  }

  /** Each entry is looked at a bounded number of times: the next sweep waits until as many again have come. */
  #sweep(): void {
    for (const [hash, bytes] of this.#known) if (bytes.deref() === undefined) this.#known.delete(hash);
    this.#sweepAbove = Math.max(SWEEP_ABOVE, 2 * this.#known.size);
  }
}
