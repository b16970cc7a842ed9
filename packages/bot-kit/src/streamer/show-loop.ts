// How does a growing text reach a screen? The latest version only, one call at a time, never faster than allowed.
import type { Clock } from '../clock.js';
import { judgeFailure } from './judge-failure.js';
import type { Outlet, Shown } from './outlet.js';

export interface ShowLoopOptions {
  outlet: Outlet;
  clock: Clock;
  /** What there is now; `undefined` while there is nothing but the thinking. */
  view: () => Shown | undefined;
  /** Called once when nothing can be sent to this chat any more. */
  onBlocked: () => void;
}

export interface ShowLoop {
  /** There is something new. */
  changed(): void;
  /** Ends it: waits a moment for the call in flight, then calls it off. Resolves when nothing can be shown any more. */
  end(): Promise<void>;
  /** Where the answer must be delivered: another one than at first, if showing failed there. */
  readonly outlet: Outlet;
}

/** A call that takes longer while newer text waits is called off: it may be waiting to repeat the old text. */
const STALE_MS = 3_000;
/** How long the end of the answer waits for a call in flight. */
const SETTLE_MS = 1_500;
const FAILURES_BEFORE_FALLBACK = 2;
const MINUTE_MS = 60_000;
/** Unlike every version, the empty one too. */
const NOTHING = 'nothing';

export function createShowLoop({ outlet: first, clock, view, onBlocked }: ShowLoopOptions): ShowLoop {
  const startedAt = clock.now();
  const over = new AbortController();
  let outlet = first;
  let showing = true;
  let dirty = true;
  let shown = NOTHING;
  let lastCallAt = -Number.MAX_SAFE_INTEGER;
  let pausedUntil = 0;
  let gapFactor = 1;
  let failures = 0;
  /** Telegram took no blocks: the text is shown. */
  let asText = false;
  let calls: number[] = [];
  let flight: { call: AbortController; since: number } | undefined;
  let wake = new AbortController();

  function dueAt(): number {
    const { pace } = outlet;
    const later = clock.now() - startedAt >= pace.laterAfterMs;
    const gap = Math.min((later ? pace.laterGapMs : pace.firstGapMs) * gapFactor, pace.maxGapMs);
    const wanted = dirty ? lastCallAt + gap : lastCallAt + (pace.keepAliveMs ?? Number.POSITIVE_INFINITY);
    const full = pace.perMinute !== undefined && calls.length >= pace.perMinute;
    return Math.max(wanted, pausedUntil, full ? (calls[0] ?? 0) + MINUTE_MS : 0);
  }

  async function wait(ms: number): Promise<void> {
    wake = new AbortController();
    const signal = AbortSignal.any([wake.signal, over.signal]);
    if (ms === Number.POSITIVE_INFINITY) {
      if (!signal.aborted)
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      return;
    }
    await clock.sleep(ms, signal).catch(() => {});
  }

  async function showOnce(): Promise<void> {
    const seen = view();
    const now =
      seen !== undefined && (asText || outlet.rich !== true) ? { ...seen, blocks: undefined } : seen;
    const version = now === undefined ? '' : JSON.stringify(now);
    const unchanged = version === shown;
    dirty = false;
    if (
      unchanged &&
      (outlet.pace.keepAliveMs === undefined || clock.now() < lastCallAt + outlet.pace.keepAliveMs)
    )
      return;
    lastCallAt = clock.now();
    calls = [...calls.filter((at) => at > lastCallAt - MINUTE_MS), lastCallAt];
    const call = new AbortController();
    flight = { call, since: lastCallAt };
    const done = new AbortController();
    void clock.sleep(STALE_MS, done.signal).then(callOffIfStale, () => {});
    try {
      await orAborted(outlet.show(now, call.signal), call.signal);
      shown = version;
      failures = 0;
    } catch (error) {
      if (now?.blocks !== undefined && judgeFailure(error).kind === 'refused') {
        asText = true;
        dirty = true;
      } else failed(error, call.signal.aborted);
    } finally {
      done.abort();
      flight = undefined;
    }
  }

  function callOffIfStale(): void {
    if (dirty && flight !== undefined && clock.now() - flight.since >= STALE_MS) flight.call.abort();
  }

  function failed(error: unknown, calledOff: boolean): void {
    dirty = true;
    if (over.signal.aborted) return;
    const failure = judgeFailure(error);
    if (calledOff) {
      // Something in between keeps the call, as one that waits out a flood answer does: go easy.
      gapFactor *= 2;
    } else if (failure.kind === 'flood') {
      gapFactor *= 2;
      pausedUntil = clock.now() + failure.retryAfterMs;
    } else if (failure.kind === 'blocked') {
      showing = false;
      onBlocked();
    } else if (failure.kind === 'gone') {
      // The person took the message away: the answer comes as a new one, but nothing grows before it.
      showing = false;
    } else if (++failures >= FAILURES_BEFORE_FALLBACK) {
      failures = 0;
      const next = outlet.fallback?.();
      if (next === undefined) showing = false;
      else outlet = next;
      shown = NOTHING;
      lastCallAt = -Number.MAX_SAFE_INTEGER;
    }
  }

  const loop = (async () => {
    while (!over.signal.aborted) {
      const ms = showing ? dueAt() - clock.now() : Number.POSITIVE_INFINITY;
      if (ms > 0) await wait(ms);
      else await showOnce();
    }
  })();

  return {
    get outlet() {
      return outlet;
    },
    changed() {
      const waiting = dirty;
      dirty = true;
      if (!waiting) wake.abort();
      callOffIfStale();
    },
    async end() {
      const call = flight?.call;
      over.abort();
      if (call !== undefined) {
        const settled = new AbortController();
        void clock.sleep(SETTLE_MS, settled.signal).then(
          () => call.abort(),
          () => {},
        );
        await loop;
        settled.abort();
      }
      await loop;
    },
  };
}

/** Also where something between us and the network forgets the signal. */
async function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
