// Which of the client's candidates gets the request? The one with the least expected wait; price breaks ties (PROTOCOL.md §1).
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
  /** Lately from hand-over to first record. */
  readonly firstRecordMs: number;
}

/** Waits this close count as equal. */
const TIE = 1.1;
/** A full machine answers this many times slower than an idle one. */
const LOAD_WEIGHT = 3;

/**
 * @param random 0 <= x < 1, so that equal candidates share the work.
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
  const shortest = Math.min(...free.map(expectedWait));
  const close = free.filter((candidate) => expectedWait(candidate) <= shortest * TIE);
  const cheapest = Math.min(...close.map(({ coefficient }) => coefficient));
  const best = close.filter(({ coefficient }) => coefficient === cheapest);
  const chosen = best[Math.floor(random() * best.length)];
  if (chosen === undefined) throw refusal('RESELECT', 'No candidate is connected and free.');
  return chosen;
}

function expectedWait({ firstRecordMs, running, slots, success }: Candidate): number {
  return ((firstRecordMs + 1) * (1 + (LOAD_WEIGHT * running) / slots)) / Math.max(success, 0.01);
}

function isPreferred({ prefer, candidates }: Core, index: number): boolean {
  const digest = candidates[index];
  return prefer !== undefined && digest !== undefined && Buffer.compare(prefer, digest) === 0;
}
