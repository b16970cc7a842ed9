// How does a worker stay connected to one proxy for as long as its keys live? (PROTOCOL.md §14)
import type { EvidenceBundle } from '@cocoonkit/sdk/protocol';
import type { VerifiedMachine } from '@cocoonkit/sdk/seal';
import { type Channel, runChannel } from './channel.js';
import { hostOf } from './log.js';
import type { Epoch } from './make-epoch.js';
import { openChannel } from './open-channel.js';
import { serveChannel } from './serve-channel.js';
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
  /** Ends the loop and the channel: the keys have ended, or the worker stops. */
  signal: AbortSignal;
  onOpen: (channel: Channel) => void;
}

/** Opens a channel, serves it until it ends, waits longer after each failure, and begins again. */
export async function keepConnected(options: ConnectionOptions): Promise<void> {
  const { parts, signal, url } = options;
  const { timing, log } = parts;
  const proxy = hostOf(url);
  let failures = 0;
  while (!signal.aborted) {
    try {
      await serveOnce(options, () => {
        failures = 0;
      });
    } catch (error) {
      if (!signal.aborted) log.write({ event: 'connect-failed', proxy, code: codeOf(error) });
    }
    if (signal.aborted) return;
    const longest = Math.min(timing.backoffMostMs, timing.backoffFirstMs * 2 ** Math.min(failures, 20));
    failures++;
    // Between half and the whole of it: workers cut off together do not come back together.
    await pause(longest * (0.5 + options.jitter() / 2), signal);
  }
}

async function serveOnce(options: ConnectionOptions, onReady: () => void): Promise<void> {
  const { url, epoch, parts, signal } = options;
  const proven = await openChannel({
    url: workerRoute(url),
    epoch,
    verify: options.verify,
    ready: () => ({ slots: parts.slots.total, running: parts.slots.running }),
    random: parts.random,
    timeoutMs: parts.timing.handshakeMs,
    signal,
  });
  const { proxy } = proven;
  const { channel, done } = runChannel(proven, {
    pingAfterMs: parts.timing.pingAfterMs,
    handlers: (opened) => serveChannel({ epoch, proxy, channel: opened, parts }),
  });
  const stop = (): void => channel.close();
  signal.addEventListener('abort', stop, { once: true });
  // Each side drops the channel when its own or the peer's manifest ends.
  const life = proxy.expiresAt.getTime() - parts.clock.now().getTime();
  const timer = setTimeout(stop, Math.min(MAX_TIMER_MS, Math.max(0, life)));
  if (signal.aborted) stop();
  const host = hostOf(url);
  parts.log.write({ event: 'connected', proxy: host, simulated: proxy.simulated });
  onReady();
  options.onOpen(channel);
  const code = await done;
  clearTimeout(timer);
  signal.removeEventListener('abort', stop);
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
