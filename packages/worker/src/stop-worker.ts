// In which order does a worker end so that answers finish and bills arrive?
import type { Channel } from './channel.js';
import type { RunningEngine } from './create-engine.js';
import type { Identity } from './identity.js';
import type { WorkerParts } from './worker-parts.js';

/** After `drainMs`, running requests get this long to end as cancelled, and bills to be acknowledged. */
const LAST_MS = 5_000;

export interface StopOptions {
  parts: WorkerParts;
  identity: Identity;
  channels: ReadonlySet<Channel>;
  loops: ReadonlySet<Promise<void>>;
  engine: RunningEngine;
  /** Closes every channel and ends every loop. */
  cut: () => void;
}

export async function stopWorker(options: StopOptions): Promise<void> {
  const { parts, identity, channels, loops, engine } = options;
  const { running, deliveries, outbox, slots, log, timing } = parts;
  log.write({ event: 'draining', running: running.size });
  slots.close();
  for (const channel of channels) void channel.send({ type: 'drain' });
  await running.idle(AbortSignal.timeout(timing.drainMs));
  running.stopAll('stopping');
  const last = AbortSignal.timeout(Math.min(LAST_MS, timing.drainMs));
  await running.idle(last);
  await deliveries.idle(last);
  // Bills that nobody acknowledged stay in the outbox file, where there is one.
  if (channels.size > 0) await outbox.empty(last);
  options.cut();
  identity.stop();
  await Promise.all([...loops]);
  await engine.close();
  parts.answers.close();
  outbox.close();
  log.write({ event: 'stopped' });
}
