// A registry and a proxy on real sockets, with simulated quotes, for one test.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { creditAccount } from '../../src/credit-account.js';
import {
  createLog,
  type ProxyConfigInput,
  parseProxyConfig,
  simulatedRules,
  startProxy,
  startRegistry,
} from '../../src/index.js';

export const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** Client, proxy and worker of a test share one process: on a busy machine honest work may take longer than the usual limits. */
export const SILENCE_MS = 600_000;

/** What workers and clients need to know of a network, whether it runs in this process or in others. */
export interface Reachable {
  readonly registry: { readonly url: string; readonly network: string; readonly publicKey: string };
  readonly proxy: { readonly url: string };
  now(): Date;
  credit(account: string, nanoTon: bigint): Promise<unknown>;
}

/** Books funds the way the command does: through the admin listener, with the token of the proxy's directory. */
export function creditThrough(dir: string): Reachable['credit'] {
  const read = (name: string): string => readFileSync(join(dir, name), 'utf8').trim();
  return (account, nanoTon) =>
    creditAccount({
      adminUrl: read('admin.url'),
      token: read('admin.token'),
      account,
      nanoTon,
      reference: account,
      fetch,
    });
}

export async function startNetwork(
  options: {
    limits?: ProxyConfigInput['limits'];
    ledger?: 'memory' | 'sqlite';
    measurements?: Awaited<ReturnType<typeof simulatedRules>>;
    epochSeconds?: number;
    overlapSeconds?: number;
    canPay?: () => boolean;
    port?: number;
  } = {},
) {
  const dir = mkdtempSync(join(tmpdir(), 'cocoonkit-proxy-'));
  /** `silentMs` adds to the time that peers were silent. `stoppedAt` holds the clock still: what a bucket refills must not depend on how quick the test is. */
  const clock: { aheadMs: number; silentMs: number; stoppedAt?: number | undefined } = {
    aheadMs: 0,
    silentMs: 0,
  };
  const now = (): Date => new Date((clock.stoppedAt ?? Date.now()) + clock.aheadMs);
  const lines: string[] = [];
  const log = createLog({ write: (line: string) => lines.push(line) });
  const registry = await startRegistry({
    dir: join(dir, 'registry'),
    measurements: options.measurements ?? (await simulatedRules()),
    now,
    random,
  });
  const config = parseProxyConfig({
    dir: join(dir, 'proxy'),
    port: options.port,
    registry: registry.url,
    registryKey: registry.publicKey,
    quote: 'simulated',
    ledger: options.ledger ?? 'memory',
    epochSeconds: options.epochSeconds,
    overlapSeconds: options.overlapSeconds,
    limits: { drainMs: 2_000, silenceMs: SILENCE_MS, headMs: SILENCE_MS, ...options.limits },
  });
  const monotonicMs = (): number => performance.now() + clock.silentMs;
  const deps = { now, random, fetch, log, monotonicMs, canPay: options.canPay };
  const network = {
    dir,
    clock,
    now,
    lines,
    registry,
    credit: creditThrough(join(dir, 'proxy')),
    proxy: await startProxy(config, deps),
    /** Ends the proxy and starts another on the same directory, with new keys. */
    async restart({ stopped = false } = {}) {
      if (!stopped) await network.proxy.stop();
      network.proxy = await startProxy(config, deps);
    },
    /** Lets the registry allow other code, as an operator does: by restarting it; the proxy looks at once. */
    async allow(measurements: Awaited<ReturnType<typeof simulatedRules>>) {
      const port = Number(new URL(network.registry.url).port);
      await network.registry.stop();
      network.registry = await startRegistry({ dir: join(dir, 'registry'), port, measurements, now, random });
      const { registry } = network.proxy.parts;
      // A kept connection to the old process may fail the first look.
      while (JSON.stringify(registry.current().measurements) !== JSON.stringify(measurements))
        await registry.refresh();
    },
    async stop() {
      await network.proxy.stop();
      await network.registry.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return network;
}

export type TestNetwork = Awaited<ReturnType<typeof startNetwork>>;

/** Waits for a state that must come; the test's own limit ends it when it does not. */
export async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise((resolve) => setTimeout(resolve, 5));
}
