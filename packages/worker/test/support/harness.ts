// One network per file, one proxy and one worker per test.
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type LocalNetwork, type Machine, makeProxyMachine, startLocalNetwork } from './local-network.js';
import { type PeerChannel, type ProxyPeer, startProxyPeer } from './proxy-peer.js';
import { startTestWorker, type TestWorker } from './start-test-worker.js';

type WorkerOptions = Omit<Parameters<typeof startTestWorker>[0], 'network' | 'proxies'>;

export interface Harness {
  readonly network: LocalNetwork;
  readonly machine: Machine;
  /** A proxy that is closed with the test. */
  proxy(machine?: Machine, options?: Parameters<typeof startProxyPeer>[2]): Promise<ProxyPeer>;
  /** A worker that is stopped with the test. */
  worker(proxies: readonly ProxyPeer[], options?: WorkerOptions): Promise<TestWorker>;
  /** A proxy, a worker and the channel between them. */
  connected(options?: WorkerOptions): Promise<{ peer: ProxyPeer; worker: TestWorker; channel: PeerChannel }>;
}

export function useHarness(): Harness {
  let network: LocalNetwork | undefined;
  let machine: Machine | undefined;
  const cleanUps: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    network = await startLocalNetwork();
    machine = await makeProxyMachine(network);
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });
  afterAll(async () => network?.close());
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the network has not started');
    return value;
  };
  const harness: Harness = {
    get network() {
      return there(network);
    },
    get machine() {
      return there(machine);
    },
    async proxy(own, options) {
      const peer = await startProxyPeer(there(network), own ?? there(machine), options);
      cleanUps.push(() => peer.close());
      return peer;
    },
    async worker(proxies, options = {}) {
      const worker = await startTestWorker({
        network: there(network),
        proxies: proxies.map(({ url }) => url),
        ...options,
      });
      cleanUps.push(() => worker.stop());
      return worker;
    },
    async connected(options) {
      const peer = await harness.proxy();
      const worker = await harness.worker([peer], options);
      return { peer, worker, channel: await peer.accept() };
    },
  };
  return harness;
}

/** Waits until `condition` holds; the test's own time limit ends a wait that never does. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}
