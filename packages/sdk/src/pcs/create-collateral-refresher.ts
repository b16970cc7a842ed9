// How does a machine always have collateral that is in force? Verified before use, renewed long before it expires.
import type { SimulatedAnchor } from '../attestation/anchor.js';
import type { Collateral } from '../attestation/collateral/collateral.js';
import { packStaple } from '../attestation/collateral/pack-staple.js';
import { parseDocument } from '../attestation/collateral/parse-document.js';
import { type QuotePlatform, quotePlatform } from '../attestation/collateral/quote-platform.js';
import { createCollateralCache } from '../attestation/collateral-cache.js';
import { GENUINE_POLICY } from '../attestation/genuine-policy.js';
import { verifyQuote } from '../attestation/verify-quote.js';
import { CocoonError } from '../errors.js';
import { equalBytes } from '../internal/bytes.js';

const DAY_MS = 86_400_000;
const FIRST_RETRY_MS = 60_000;
const LAST_RETRY_MS = 3_600_000;

export type RefreshEvent =
  /** `changed`: a renewal by time brought other documents, so evidence that was made before should be made again. */
  | { readonly type: 'renewed'; readonly validUntil: Date; readonly changed: boolean }
  /** The last good staple goes on being used, unless it has `expired`. */
  | { readonly type: 'failed'; readonly code: string; readonly expired: boolean };

export interface CollateralRefresherOptions {
  /** Asks the service, usually by `fetchCollateral`. */
  readonly fetch: (platform: QuotePlatform, signal: AbortSignal) => Promise<Collateral>;
  readonly now: () => Date;
  /** 0 <= x < 1; spreads the requests of many machines. */
  readonly jitter: () => number;
  /** For simulated machines. */
  readonly anchor?: SimulatedAnchor | undefined;
  readonly onEvent?: ((event: RefreshEvent) => void) | undefined;
  /** Runs `task` once after `ms`; the returned function prevents it. Default: a timer that keeps no process alive. */
  readonly schedule?: ((ms: number, task: () => void) => () => void) | undefined;
}

export interface CollateralStatus {
  /** `none` before the first; `current`; `late` while renewals fail and the last good one is still in force; `expired`. */
  readonly state: 'none' | 'current' | 'late' | 'expired';
  readonly validUntil?: Date | undefined;
  /** Failed renewals since the last good one. */
  readonly failures: number;
  readonly lastCode?: string | undefined;
}

export interface CollateralRefresher {
  /**
   * The staple that goes with this machine's quote (PROTOCOL.md §5.5). Fetches where there is none in force.
   * @throws CocoonError what `fetchCollateral` and `verifyQuote` throw, `ATTESTATION_COLLATERAL_ROLLBACK` for earlier documents than before
   */
  staple(quote: Uint8Array): Promise<Uint8Array>;
  status(): CollateralStatus;
  /** Ends renewals; a request under way is dropped. */
  stop(): void;
}

interface Held {
  readonly staple: Uint8Array;
  readonly validUntil: Date;
}

export function createCollateralRefresher(options: CollateralRefresherOptions): CollateralRefresher {
  const { now, jitter, anchor, onEvent = () => undefined, schedule = timer } = options;
  const stopping = new AbortController();
  // Refuses documents earlier than those that were in use.
  const cache = createCollateralCache();
  let held: Held | undefined;
  let newestQuote: Uint8Array | undefined;
  let failures = 0;
  let lastCode: string | undefined;
  let cancelNext = (): void => undefined;
  let running: Promise<Held> | undefined;

  const isExpired = (): boolean => held !== undefined && held.validUntil.getTime() < now().getTime();

  /** One at a time: two callers get the same answer. */
  function renew(quote: Uint8Array, byTime: boolean): Promise<Held> {
    running ??= fetchAndVerify(quote, byTime).finally(() => {
      running = undefined;
    });
    return running;
  }

  async function fetchAndVerify(quote: Uint8Array, byTime: boolean): Promise<Held> {
    cancelNext();
    try {
      const next = await read(quote);
      const changed = byTime && !equalBytes(held?.staple ?? new Uint8Array(0), next.staple);
      held = next;
      failures = 0;
      lastCode = undefined;
      const left = next.validUntil.getTime() - now().getTime();
      plan(Math.max(FIRST_RETRY_MS, Math.min(left / 2, DAY_MS) * (1 - jitter() / 4)));
      onEvent({ type: 'renewed', validUntil: next.validUntil, changed });
      return next;
    } catch (error) {
      failures++;
      lastCode = error instanceof CocoonError ? error.code : 'INTERNAL';
      plan(Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10), LAST_RETRY_MS) * (1 - jitter() / 4));
      if (!stopping.signal.aborted) onEvent({ type: 'failed', code: lastCode, expired: isExpired() });
      throw error;
    }
  }

  const verify = (quote: Uint8Array, collateral: Collateral) =>
    verifyQuote(quote, { collateral, now: now(), policy: GENUINE_POLICY, anchor, cache });

  async function read(quote: Uint8Array): Promise<Held> {
    const platform = quotePlatform(quote);
    const collateral = await options.fetch(platform, stopping.signal);
    const { validUntil } = await verify(quote, collateral);
    return { staple: packStaple(collateral), validUntil };
  }

  function plan(ms: number): void {
    cancelNext();
    if (stopping.signal.aborted) return;
    cancelNext = schedule(ms, () => {
      // The failure has been told and the next try is planned.
      if (newestQuote !== undefined) renew(newestQuote, true).catch(() => undefined);
    });
  }

  async function fits(quote: Uint8Array, { staple }: Held): Promise<boolean> {
    try {
      await verify(quote, parseDocument(staple));
      return true;
    } catch {
      return false;
    }
  }

  return {
    async staple(quote) {
      newestQuote = quote;
      // Expired, or of a platform this machine no longer runs on: only a newer one will do.
      if (held !== undefined && (await fits(quote, held))) return held.staple;
      return (await renew(quote, false)).staple;
    },
    status() {
      const state = held === undefined ? 'none' : isExpired() ? 'expired' : failures > 0 ? 'late' : 'current';
      return { state, validUntil: held?.validUntil, failures, lastCode };
    },
    stop() {
      stopping.abort();
      cancelNext();
    },
  };
}

function timer(ms: number, task: () => void): () => void {
  const handle = setTimeout(task, ms);
  handle.unref();
  return () => clearTimeout(handle);
}
