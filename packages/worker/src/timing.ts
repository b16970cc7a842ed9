// How long does the worker wait for what? Times of the protocol come from its table of limits; the rest are the worker's own.
import { LIMITS } from '@cocoonkit/sdk/protocol';

/** Milliseconds unless the name says seconds. Tests shorten them; operators need not touch them. */
export interface Timing {
  /** Life of one set of keys, and how long before its end the next set is made (PROTOCOL.md §5.1). */
  epochSeconds: number;
  overlapSeconds: number;
  /** The next set is made up to this much earlier, so that a fleet does not ask for quotes in the same minute. */
  jitterSeconds: number;
  handshakeMs: number;
  /** First and longest wait before connecting again (PROTOCOL.md §14). */
  backoffFirstMs: number;
  backoffMostMs: number;
  /** A ping is sent after this silence; after three times as much the channel is given up. */
  pingAfterMs: number;
  /** A request whose body stops arriving for this long is refused. */
  bodySilenceMs: number;
  /** A reader that gives no credit for this long counts as gone. */
  creditSilenceMs: number;
  padSilenceMs: number;
  coalesceMs: number;
  /** Clock of `strict` answers. */
  strictFrameMs: number;
  statusMs: number;
  beaconMs: number;
  registryMs: number;
  /** How often a waiting worker looks whether the file with its model's key has come. */
  releaseFileMs: number;
  /** Unacknowledged receipts are sent again this often while connected. */
  receiptRepeatMs: number;
  /**
   * A channel to a proxy's next keys is made so long before its keys end, and up to a twelfth of their life earlier. The network's time is
   * read off blocks, whole seconds some of which are old.
   */
  renewEarlyMs: number;
  /** How long running answers may go on over a channel whose keys have ended. */
  finishMs: number;
  /** How long a stopping worker lets running requests finish. */
  drainMs: number;
}

export const DEFAULT_TIMING: Timing = {
  epochSeconds: 3_600,
  overlapSeconds: 600,
  jitterSeconds: 300,
  handshakeMs: LIMITS.handshakeMs,
  backoffFirstMs: 250,
  backoffMostMs: 30_000,
  pingAfterMs: 15_000,
  bodySilenceMs: 30_000,
  creditSilenceMs: 30_000,
  padSilenceMs: LIMITS.padSilenceMs,
  coalesceMs: LIMITS.coalesceMs,
  strictFrameMs: 100,
  statusMs: 100,
  beaconMs: 15_000,
  registryMs: 60_000,
  releaseFileMs: 1_000,
  receiptRepeatMs: 30_000,
  renewEarlyMs: 3_000,
  finishMs: LIMITS.maxMs + LIMITS.detachMs,
  drainMs: 30_000,
};
