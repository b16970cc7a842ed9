// How does a worker stay connected to one proxy for as long as its keys live? (PROTOCOL.md §14)
import type { EvidenceBundle } from '@cocoonkit/sdk/protocol';
import type { VerifiedMachine } from '@cocoonkit/sdk/seal';
import { type Channel, runChannel } from './channel.js';
import { hostOf } from './log.js';
import type { Epoch } from './make-epoch.js';
import { openChannel } from './open-channel.js';
import { serveChannel } from './serve-channel.js';
import { createTally } from './tally.js';
import { codeOf } from './worker-error.js';
import type { WorkerParts } from './worker-parts.js';

const MAX_TIMER_MS = 2 ** 31 - 1;

export interface ConnectionOptions {
  url: string;
  epoch: Epoch;
  parts: WorkerParts;
  verify: (bundle: EvidenceBundle) => Promise<VerifiedMachine>;
  /** 0 <= x < 1 */
  jitter: () => number;
  /** The keys have ended: nothing new is taken, what is under way may finish, then the loop ends. */
  ended: AbortSignal;
  /** The worker stops: the channel closes at once. Fires `ended` as well. */
  stopping: AbortSignal;
  onOpen: (channel: Channel) => void;
}

/** Opens a channel, serves it until it ends, waits longer after each failure, and begins again. */
export async function keepConnected(options: ConnectionOptions): Promise<void> {
  const { parts, ended, url } = options;
  const { timing, log } = parts;
  const proxy = hostOf(url);
  let failures = 0;
  while (!ended.aborted) {
    try {
      await serveOnce(options, () => {
        failures = 0;
      });
    } catch (error) {
      if (!ended.aborted) log.write({ event: 'connect-failed', proxy, code: codeOf(error) });
    }
    if (ended.aborted) return;
    const longest = Math.min(timing.backoffMostMs, timing.backoffFirstMs * 2 ** Math.min(failures, 20));
    failures++;
    // Between half and the whole of it: workers cut off together do not come back together.
    await pause(longest * (0.5 + options.jitter() / 2), ended);
  }
}

async function serveOnce(options: ConnectionOptions, onReady: () => void): Promise<void> {
  const { url, epoch, parts, ended, stopping } = options;
  const proven = await openChannel({
    url: workerRoute(url),
    epoch,
    verify: options.verify,
    ready: () => ({ slots: parts.slots.total, running: parts.slots.running }),
    random: parts.random,
    timeoutMs: parts.timing.handshakeMs,
    signal: ended,
  });
  const { proxy } = proven;
  const busy = createTally();
  const { channel, done } = runChannel(proven, {
    pingAfterMs: parts.timing.pingAfterMs,
    handlers: (opened) => serveChannel({ epoch, proxy, channel: opened, parts, busy }),
  });
  // Each side drops the channel when its own or the peer's manifest ends; running answers may end first.
  const finish = (): void => {
    void busy.idle(AbortSignal.timeout(parts.timing.finishMs)).then(() => channel.close());
  };
  const cut = (): void => channel.close();
  const life = proxy.expiresAt.getTime() - parts.clock.now().getTime();
  const timer = setTimeout(finish, Math.min(MAX_TIMER_MS, Math.max(0, life)));
  ended.addEventListener('abort', finish, { once: true });
  stopping.addEventListener('abort', cut, { once: true });
  if (ended.aborted) finish();
  if (stopping.aborted) cut();
  const host = hostOf(url);
  parts.log.write({ event: 'connected', proxy: host, simulated: proxy.simulated });
  onReady();
  options.onOpen(channel);
  const code = await done;
  clearTimeout(timer);
  ended.removeEventListener('abort', finish);
  stopping.removeEventListener('abort', cut);
  parts.log.write({ event: 'disconnected', proxy: host, code });
}

/** `http(s)` and `ws(s)` addresses of a proxy mean the same. */
export function workerRoute(url: string): string {
  const route = new URL(url);
  if (route.protocol === 'http:') route.protocol = 'ws:';
  if (route.protocol === 'https:') route.protocol = 'wss:';
  route.pathname = `${route.pathname.replace(/\/$/, '')}/v1/worker`;
  return route.href;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal.addEventListener('abort', wake, { once: true });
  });
}
