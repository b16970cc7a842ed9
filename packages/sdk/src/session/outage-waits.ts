// How long is a peer that is away waited for? The same pauses wherever something may come back (PROTOCOL.md §14).
import type { Config } from '../config.js';
import type { Call } from './call.js';

/** Waits for a proxy that is away: about twenty seconds, which a restart takes. */
export const OUTAGE_MS: readonly number[] = [250, 500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000];
/** The connection broke, or never was. */
export const CUT: readonly string[] = ['PROXY_UNREACHABLE', 'CONNECTION_LOST', 'STREAM_TRUNCATED'];

/**
 * Between three and five quarters of `ms`: clients that were cut off together do not come back together.
 * @throws what ended the call meanwhile
 */
export function pause(
  ms: number,
  { config, call }: { config: Pick<Config, 'wait' | 'random'>; call: Pick<Call, 'within'> },
): Promise<void> {
  const { wait = (time) => new Promise<void>((resolve) => setTimeout(resolve, time)), random } = config;
  return call.within(wait(Math.round(ms * (0.75 + (random(1)[0] ?? 0) / 512))));
}
