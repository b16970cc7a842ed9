// Are the machines known to be genuine right now? Asked before anything of a user is sent.
import type { VerificationReport } from '@cocoonkit/sdk';
import { CocoonError } from '@cocoonkit/sdk';
import type { Clock } from '../clock.js';
import type { KitEvent } from '../events.js';
import type { PrivateModel } from '../model/private-model.js';

/** How long one check counts. The client itself checks each machine again for every request it seals. */
const FRESH_MS = 10 * 60_000;

export interface RecentCheck {
  /** The last report, or a new one when it is older than ten minutes. @throws CocoonError kind `attestation` and transport errors */
  require(signal?: AbortSignal): Promise<VerificationReport>;
  /** Checks now. */
  renew(signal?: AbortSignal): Promise<VerificationReport>;
}

export function createRecentCheck(parts: {
  model: () => Promise<PrivateModel>;
  clock: Clock;
  emit: (event: KitEvent) => void;
}): RecentCheck {
  const { model, clock, emit } = parts;
  let last: { at: number; report: VerificationReport } | undefined;
  let running: Promise<VerificationReport> | undefined;

  /** One check for all who ask at the same time. A failure is not kept. */
  function renew(signal?: AbortSignal): Promise<VerificationReport> {
    running ??= (async () => {
      try {
        const report = await (await model()).verify();
        last = { at: clock.now(), report };
        emit({ type: 'verified', simulated: report.simulated });
        return report;
      } catch (error) {
        last = undefined;
        emit({ type: 'not-verified', code: error instanceof CocoonError ? error.code : 'UNEXPECTED' });
        throw error;
      } finally {
        running = undefined;
      }
    })();
    return within(running, signal);
  }

  return {
    renew,
    require: async (signal) =>
      last !== undefined && clock.now() - last.at < FRESH_MS ? last.report : renew(signal),
  };
}

/** Ends this wait, not the check itself, which others share. */
function within<T>(task: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return task;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    task.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
