// How does a worker stay connected to one proxy for as long as its keys live? (PROTOCOL.md §14)
import type { EvidenceBundle } from '@cocoonkit/sdk/protocol';
import type { VerifiedMachine } from '@cocoonkit/sdk/seal';
import { type Channel, runChannel } from './channel.js';
import { hostOf } from './log.js';
import type { Epoch } from './make-epoch.js';
import { openChannel } from './open-channel.js';
import { serveChannel } from './serve-channel.js';
import { createTally } from './tally.js';
import { codeOf, workerError } from './worker-error.js';
import type { WorkerParts } from './worker-parts.js';

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

/** A channel that is open, and goes on by itself. */
interface Served {
  readonly proxy: VerifiedMachine;
  readonly done: Promise<void>;
  /** Resolves when the proxy should have made its next keys. */
  readonly renewal: Promise<void>;
}

/**
 * Opens a channel, serves it until it ends, waits longer after each failure, and begins again. Before the proxy's keys end a channel to
 * its next ones is opened; the old one is left to the proxy to close, when its answers have ended.
 */
export async function keepConnected(options: ConnectionOptions): Promise<void> {
  const { parts, ended, url } = options;
  const { timing, log } = parts;
  const proxy = hostOf(url);
  const open = new Set<Promise<void>>();
  let aging: VerifiedMachine | undefined;
  let failures = 0;
  while (!ended.aborted) {
    try {
      const served = await serve(options, aging);
      failures = 0;
      const over = served.done.then(() => {
        open.delete(over);
        if (aging === served.proxy) aging = undefined;
      });
      open.add(over);
      aging = undefined;
      const due = served.renewal.then(() => true);
      if (await Promise.race([over.then(() => false), due])) {
        aging = served.proxy;
        continue;
      }
    } catch (error) {
      if (!ended.aborted) log.write({ event: 'connect-failed', proxy, code: codeOf(error) });
    }
    if (ended.aborted) break;
    const longest = Math.min(timing.backoffMostMs, timing.backoffFirstMs * 2 ** Math.min(failures, 20));
    failures++;
    // Between half and the whole of it: workers cut off together do not come back together.
    await pause(longest * (0.5 + options.jitter() / 2), ended);
  }
  await Promise.all(open);
}

/** `aging`: the proxy's keys that a channel is open to already; a second one to the same keys would take its place. */
async function serve(options: ConnectionOptions, aging: VerifiedMachine | undefined): Promise<Served> {
  const { url, epoch, parts, ended, stopping } = options;
  const proven = await openChannel({
    url: workerRoute(url),
    epoch,
    verify: async (bundle) => {
      const machine = await options.verify(bundle);
      if (aging !== undefined && Buffer.compare(machine.digest, aging.digest) === 0) throw notRenewed();
      return machine;
    },
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
  const lifeMs = proxy.expiresAt.getTime() - parts.clock.now().getTime();
  const cancelEnd = parts.schedule(lifeMs, finish);
  let cancelRenewal = (): void => undefined;
  const renewal = new Promise<void>((resolve) => {
    const early = parts.timing.renewEarlyMs + spreadMs(proxy, options.jitter());
    cancelRenewal = parts.schedule(lifeMs - early, resolve);
  });
  ended.addEventListener('abort', finish, { once: true });
  stopping.addEventListener('abort', cut, { once: true });
  if (ended.aborted) finish();
  if (stopping.aborted) cut();
  const host = hostOf(url);
  parts.log.write({ event: 'connected', proxy: host, simulated: proxy.simulated });
  options.onOpen(channel);
  const over = done.then((code) => {
    cancelEnd();
    cancelRenewal();
    ended.removeEventListener('abort', finish);
    stopping.removeEventListener('abort', cut);
    parts.log.write({ event: 'disconnected', proxy: host, code });
  });
  return { proxy, done: over, renewal };
}

/** Half to a whole twelfth of the keys' life: a proxy has made its next keys by then, and not all workers come at once. */
function spreadMs({ manifest: { notBefore, notAfter } }: VerifiedMachine, jitter: number): number {
  return ((notAfter - notBefore) * 1000 * (0.5 + jitter / 2)) / 12;
}

function notRenewed(): Error {
  return workerError({
    kind: 'network',
    code: 'PROXY_NOT_RENEWED',
    message: 'The proxy still shows keys that end soon.',
    remedy: 'Nothing to do while it passes; otherwise look for epoch-failed in the proxy’s log.',
  });
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
