// Which updates will not come again? Those below the first one that Telegram still has, when this process asks for the first time.
import type { Api } from 'grammy';
import type { Clock } from '../clock.js';

/** Without long polling (webhooks), Telegram has delivered again by then whatever it was not sure of. */
const WEBHOOK_MS = 60_000;

export interface PollingWatch {
  api: Api;
  clock: Clock;
  signal: AbortSignal;
  /** How many pieces of work wait to be settled. */
  left: () => number;
  /** Updates below `first` will not come again. */
  settle: (first: number) => Promise<void>;
}

export function watchPolling({ api, clock, signal, left, settle }: PollingWatch): void {
  let polled = false;
  api.config.use(async (prev, method, payload, stop) => {
    if (method !== 'getUpdates' || left() === 0) return prev(method, payload, stop);
    // At once the first time: people wait to hear whether their answer comes.
    const response = await prev(method, polled ? payload : { ...payload, timeout: 0 }, stop);
    if (!response.ok) return response;
    polled = true;
    const ids = idsOf(response.result);
    void settle(Math.min(...ids)).catch(() => undefined);
    return response;
  });
  if (left() === 0) return;
  void clock
    .sleep(WEBHOOK_MS, signal)
    .then(() => (polled ? undefined : settle(Number.POSITIVE_INFINITY)))
    .catch(() => undefined);
}

function idsOf(updates: unknown): number[] {
  if (!Array.isArray(updates)) return [];
  return updates.flatMap((update: unknown) =>
    typeof update === 'object' && update !== null && 'update_id' in update ? [Number(update.update_id)] : [],
  );
}
