// Real workers and a real client on a proxy of this process: for tests that need its insides, or their own engine.
import {
  type Account,
  type CocoonOptions,
  createAccount,
  createCocoon,
  fetchLocalRegistry,
} from '@cocoonkit/sdk';
import { httpBeaconSource } from '@cocoonkit/sdk/registry';
import { simulatedRootDer } from '@cocoonkit/sdk/testing';
import { simulatedAnchor } from '@cocoonkit/sdk/unsafe';
import type { Reachable } from '../../../packages/proxy/test/support/start-network.js';
import { startWorker, type Worker } from '../../../packages/worker/src/app.js';
import { parseConfig } from '../../../packages/worker/src/config.js';
import type { Engine } from '../../../packages/worker/src/engines/engine.js';
import type { LogRecord } from '../../../packages/worker/src/log.js';
import type { Timing } from '../../../packages/worker/src/timing.js';

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

/** Its channel is open. Without an engine it extracts sentences. */
export async function openWorker(
  network: Reachable,
  options: { machine: string; engine?: Engine; timing?: Partial<Timing>; proxies?: readonly string[] },
): Promise<Worker & { records: LogRecord[] }> {
  const { machine, engine, timing, proxies = [network.proxy.url] } = options;
  const records: LogRecord[] = [];
  const config = parseConfig({
    proxy: proxies.join(','),
    registry: network.registry.url,
    registryKey: network.registry.publicKey,
    quote: 'simulated',
    engine: 'extractive',
    model: engine?.card.model ?? 'cocoonkit/extractive',
    slots: 32,
    machine,
  });
  const worker = await startWorker(config, {
    log: { write: (record) => records.push(record) },
    random,
    monotonicMs: () => performance.now(),
    hostTime: () => network.now(),
    jitter: () => 0.5,
    fetch,
    timing: { backoffFirstMs: 20, backoffMostMs: 200, ...timing },
    ...(engine === undefined ? {} : { engine: { engine, close: async () => undefined } }),
  });
  await worker.connected;
  return Object.assign(worker, { records });
}

export const CREDIT = 1_000_000_000n;

/** A client with an account that has `CREDIT` nanoTON at the network's proxy. */
export async function openCocoon(network: Reachable, more: Partial<CocoonOptions> = {}) {
  const account: Account = (await createAccount()).account;
  await network.credit(account.id, CREDIT);
  const { url, publicKey } = network.registry;
  const registry = await fetchLocalRegistry(`${url}/registry.json`, Buffer.from(publicKey, 'hex'), fetch);
  const cocoon = createCocoon({
    proxy: network.proxy.url,
    network: { registry, beacons: httpBeaconSource(registry.beaconUrl ?? '', fetch) },
    account,
    anchor: simulatedAnchor(simulatedRootDer()),
    ...more,
  });
  return { cocoon, account };
}

export const SUMMARY = {
  model: 'cocoonkit/extractive',
  messages: [{ role: 'user' as const, content: 'The ferry stops in October. The council pays for a boat.' }],
  cocoonkit: { task: 'summarize' as const, sentences: 1 },
};
