// Is everything valid now, and until when does the verdict hold?
import type { AttestationCode } from '../codes.js';
import { check } from '../fail.js';

/** Intersects the windows of all certificates, lists and documents while checking that `now` lies in each. */
export class Validity {
  #from = Number.NEGATIVE_INFINITY;
  #until = Number.POSITIVE_INFINITY;
  readonly #now: number;

  constructor(now: Date) {
    this.#now = now instanceof Date ? now.getTime() : Number.NaN;
    // NaN would make every comparison below false in a way that depends on how it is written.
    check(Number.isFinite(this.#now), 'OPTIONS', 'now is not a valid Date');
  }

  get now(): number {
    return this.#now;
  }

  get from(): Date {
    return new Date(this.#from);
  }

  get until(): Date {
    return new Date(this.#until);
  }

  require(what: string, from: number, until: number, early: AttestationCode, late: AttestationCode): void {
    check(from <= this.#now, early, `${what} is not valid yet`);
    check(this.#now <= until, late, `${what} has expired`);
    this.#from = Math.max(this.#from, from);
    this.#until = Math.min(this.#until, until);
  }
}
