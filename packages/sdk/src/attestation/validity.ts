// Is everything valid now, and until when does the verdict hold?
import { check } from './fail.js';

/** When something holds: milliseconds since 1970, both ends included. */
export interface Window {
  readonly from: number;
  readonly until: number;
}

/** Intersects windows while checking that `now` lies in each. */
export class Validity {
  from = Number.NEGATIVE_INFINITY;
  until = Number.POSITIVE_INFINITY;
  readonly now: number;

  constructor(now: Date) {
    this.now = now instanceof Date ? now.getTime() : Number.NaN;
    // NaN would make every comparison below false in a way that depends on how it is written.
    check(Number.isFinite(this.now), 'OPTIONS', 'now');
  }

  /** @throws CocoonError `ATTESTATION_<kind>_NOT_YET_VALID`, `_EXPIRED`; for a PCK chain, whose code says nothing of time, `_PCK_CHAIN` */
  require({ from, until }: Window, kind: 'PCK_CHAIN' | 'CRL' | 'COLLATERAL', what: string): void {
    const isChain = kind === 'PCK_CHAIN';
    check(from <= this.now, isChain ? kind : `${kind}_NOT_YET_VALID`, `${what}, not yet`);
    check(this.now <= until, isChain ? kind : `${kind}_EXPIRED`, `${what}, expired`);
    this.from = Math.max(this.from, from);
    this.until = Math.min(this.until, until);
  }
}
