// Which of the client's candidates gets the request? Drawn by reputation, expected wait and price (PROTOCOL.md §1).
import type { Core } from '@cocoonkit/sdk/protocol';
import { refusal } from './refusal.js';

/** What selection knows of one connected candidate. */
export interface Candidate {
  /** Position in `core.candidates`. */
  readonly index: number;
  readonly model: string;
  readonly coefficient: number;
  readonly suites: readonly number[];
  readonly maxBodyBytes: number;
  readonly free: boolean;
  readonly running: number;
  readonly slots: number;
  /** 0 to 1, of recorded outcomes. */
  readonly success: number;
  /** Lately from hand-over to first record; undefined while nothing is known. */
  readonly firstRecordMs: number | undefined;
}

/** A full machine answers this many times slower than an idle one. */
const LOAD_WEIGHT = 3;
/** Below this nobody notices, and measuring noise would decide. */
const LEAST_WAIT_MS = 5;
/** Four times the wait, a sixteenth of the work. */
const WAIT_POWER = 2;
/** One failure in five, about a tenth of the work: a broken answer costs its client more than a late one. */
const SUCCESS_POWER = 10;
/** A tenth cheaper, half as much work again. */
const PRICE_POWER = 4;

/**
 * A draw rather than the single best: equal workers share the work, and one that fell behind gets chances to show that it is well again.
 *
 * @param random 0 <= x < 1.
 * @throws CocoonError `PRICE_ABOVE_CAP` when only the price stands against all that are connected, else `RESELECT`.
 */
export function selectWorker<T extends Candidate>(
  core: Core,
  connected: readonly T[],
  random: () => number,
): T {
  const able = connected.filter(
    ({ model, suites, maxBodyBytes }) =>
      model === core.model && suites.includes(core.suite) && maxBodyBytes >= core.bodyBytes,
  );
  const affordable = able.filter(({ coefficient }) => coefficient <= core.maxCoefficient);
  if (able.length > 0 && affordable.length === 0)
    throw refusal('PRICE_ABOVE_CAP', 'Every connected candidate costs more than the client allows.');
  const free = affordable.filter((candidate) => candidate.free);
  const preferred = free.find(({ index }) => isPreferred(core, index));
  if (preferred !== undefined) return preferred;
  const known = free.flatMap(({ firstRecordMs }) => firstRecordMs ?? []);
  // A stranger is taken to be as quick as the quickest: it must be tried to be known.
  const hoped = Math.min(...known, Number.MAX_SAFE_INTEGER);
  const weights = free.map((candidate) => weight(candidate, candidate.firstRecordMs ?? hoped));
  const chosen = draw(free, weights, random());
  if (chosen === undefined) throw refusal('RESELECT', 'No candidate is connected and free.');
  return chosen;
}

function weight({ running, slots, success, coefficient }: Candidate, firstRecordMs: number): number {
  const wait = Math.max(LEAST_WAIT_MS, firstRecordMs) * (1 + (LOAD_WEIGHT * running) / slots);
  const price = Math.max(1, coefficient) / 1_000;
  return success ** SUCCESS_POWER / (wait ** WAIT_POWER * price ** PRICE_POWER);
}

function draw<T>(items: readonly T[], weights: readonly number[], ticket: number): T | undefined {
  let rest = ticket * weights.reduce((sum, value) => sum + value, 0);
  const index = weights.findIndex((value) => {
    rest -= value;
    return rest < 0;
  });
  // Rounding may leave a crumb behind the last one.
  return items[index] ?? items.at(-1);
}

function isPreferred({ prefer, candidates }: Core, index: number): boolean {
  const digest = candidates[index];
  return prefer !== undefined && digest !== undefined && Buffer.compare(prefer, digest) === 0;
}
