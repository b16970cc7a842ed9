// How well did a worker do lately? Recorded outcomes that fade, as a weight for selection and a hint in rosters.

const HALF_LIFE_MS = 600_000;
/** Weight of the benefit of the doubt, in requests. */
const PRIOR = 4;
const FIRST_RECORD_MS = 300;
const SMOOTHING = 0.2;

export class Reputation {
  #good = 0;
  #bad = 0;
  #at = 0;
  #firstRecordMs = FIRST_RECORD_MS;

  /** `lied` weighs like many failures: a receipt that does not hold is no accident. */
  record(outcome: 'good' | 'failed' | 'lied', nowMs: number): void {
    this.#fade(nowMs);
    if (outcome === 'good') this.#good++;
    else this.#bad += outcome === 'lied' ? 20 : 1;
  }

  /** Time from handing over a request to its first record. */
  recordWait(ms: number): void {
    this.#firstRecordMs += SMOOTHING * (ms - this.#firstRecordMs);
  }

  /** 0 to 1; a stranger has 1. */
  success(nowMs: number): number {
    this.#fade(nowMs);
    return (this.#good + PRIOR) / (this.#good + this.#bad + PRIOR);
  }

  get firstRecordMs(): number {
    return this.#firstRecordMs;
  }

  #fade(nowMs: number): void {
    const factor = 0.5 ** (Math.max(0, nowMs - this.#at) / HALF_LIFE_MS);
    this.#good *= factor;
    this.#bad *= factor;
    this.#at = Math.max(nowMs, this.#at);
  }
}
