// Was this very request sent before? Each sealing is accepted once while it could still be valid (PROTOCOL.md §6.5).
import { refusal } from '../refusal.js';

/** Requests remembered; more at once than this are refused, never forgotten early. */
const REQUESTS_MAX = 2_000_000;
/** How often old ones are dropped. */
const SWEEP_EVERY = 1_024;

export class ReplayGuard {
  /** Core hash → unix seconds until which it must be remembered. */
  readonly #seen = new Map<string, number>();
  #sinceSweep = 0;

  /** @throws CocoonError `REQUEST_REPLAYED`, `TOO_MANY_REQUESTS` */
  accept(coreHash: string, untilSeconds: number, nowSeconds: number): void {
    if (++this.#sinceSweep >= SWEEP_EVERY || this.#seen.size >= REQUESTS_MAX) this.#sweep(nowSeconds);
    if (this.#seen.has(coreHash)) throw refusal('REQUEST_REPLAYED', 'This request was sent before.');
    if (this.#seen.size >= REQUESTS_MAX) throw refusal('TOO_MANY_REQUESTS', 'Too many requests at once.');
    this.#seen.set(coreHash, untilSeconds);
  }

  get size(): number {
    return this.#seen.size;
  }

  #sweep(nowSeconds: number): void {
    this.#sinceSweep = 0;
    for (const [coreHash, until] of this.#seen) if (until < nowSeconds) this.#seen.delete(coreHash);
  }
}
