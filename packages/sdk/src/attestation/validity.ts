// Is everything valid now, and until when does the verdict hold?
import type { AttestationCode } from './codes.js';
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

  require({ from, until }: Window, early: AttestationCode, late: AttestationCode, what: string): void {
    check(from <= this.now, early, `${what}, not yet`);
    check(this.now <= until, late, `${what}, expired`);
    this.from = Math.max(this.from, from);
    this.until = Math.min(this.until, until);
  }
}
