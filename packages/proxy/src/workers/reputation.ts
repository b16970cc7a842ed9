// How well did a worker do lately? Recorded outcomes that fade, as a weight for selection and a hint in rosters.

const HALF_LIFE_MS = 600_000;
/** Each new outcome takes this share of the weight of those before it, so that the last hundred count, busy or not. */
const FADE_PER_OUTCOME = 0.02;
/** Weight of the benefit of the doubt, in requests. */
const PRIOR = 4;
const LIE_WEIGHT = 20;
const SMOOTHING = 0.2;
/** What was measured longer ago says nothing about now. */
const WAIT_KNOWN_MS = 600_000;

export class Reputation {
  #good = 0;
  #bad = 0;
  #at = 0;
  #firstRecordMs: number | undefined;
  #measuredAt = 0;

  /** The outcomes of the same worker under earlier keys; how quick it is shows itself. */
  static from(past: Reputation): Reputation {
    const next = new Reputation();
    next.#good = past.#good;
    next.#bad = past.#bad;
    next.#at = past.#at;
    return next;
  }

  /** `lied` weighs like many failures: a receipt that does not hold is no accident. */
  record(outcome: 'good' | 'failed' | 'lied', nowMs: number): void {
    this.#fade(nowMs);
    this.#good *= 1 - FADE_PER_OUTCOME;
    this.#bad *= 1 - FADE_PER_OUTCOME;
    if (outcome === 'good') this.#good++;
    else this.#bad += outcome === 'lied' ? LIE_WEIGHT : 1;
  }

  /** Time from handing over a request to its first record. */
  recordWait(ms: number, nowMs: number): void {
    const before = this.firstRecordMs(nowMs) ?? ms;
    this.#firstRecordMs = before + SMOOTHING * (ms - before);
    this.#measuredAt = nowMs;
  }

  /** 0 to 1; a stranger has 1. */
  success(nowMs: number): number {
    this.#fade(nowMs);
    return (this.#good + PRIOR) / (this.#good + this.#bad + PRIOR);
  }

  /** Undefined for a machine that was not measured lately. */
  firstRecordMs(nowMs: number): number | undefined {
    return nowMs - this.#measuredAt > WAIT_KNOWN_MS ? undefined : this.#firstRecordMs;
  }

  #fade(nowMs: number): void {
    const factor = 0.5 ** (Math.max(0, nowMs - this.#at) / HALF_LIFE_MS);
    this.#good *= factor;
    this.#bad *= factor;
    this.#at = Math.max(nowMs, this.#at);
  }
}
