// Do clients notice when workers are replaced one after another?
import { createAccount, createCocoon, fetchLocalRegistry } from '@cocoonkit/sdk';
import { httpBeaconSource } from '@cocoonkit/sdk/registry';
import { simulatedRootDer } from '@cocoonkit/sdk/testing';
import { simulatedAnchor } from '@cocoonkit/sdk/unsafe';
import { expect, it } from 'vitest';
import { startNetwork } from '../../packages/proxy/test/support/start-network.js';
import { startWorker } from '../../packages/worker/src/app.js';
import { parseConfig } from '../../packages/worker/src/config.js';

const random = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

it('twenty clients go on while both workers are replaced in turn; no request fails, each is charged once', async () => {
  const network = await startNetwork({ limits: { addressRate: 100_000, addressBurst: 100_000 } });
  const { url, publicKey } = network.registry;
  const open = async (machine: string) => {
    const config = parseConfig({
      proxy: network.proxy.url,
      registry: url,
      registryKey: publicKey,
      quote: 'simulated',
      engine: 'extractive',
      model: 'cocoonkit/extractive',
      slots: 32,
      machine,
    });
    const worker = await startWorker(config, {
      log: { write: () => undefined },
      random,
      monotonicMs: () => performance.now(),
      hostTime: () => new Date(),
      jitter: () => 0.5,
      fetch,
    });
    await worker.connected;
    return worker;
  };
  let [first, second] = [await open('first'), await open('second')];
  const { account } = await createAccount();
  await network.credit(account.id, 1_000_000_000n);
  const registry = await fetchLocalRegistry(`${url}/registry.json`, Buffer.from(publicKey, 'hex'), fetch);
  const cocoon = createCocoon({
    proxy: network.proxy.url,
    network: { registry, beacons: httpBeaconSource(registry.beaconUrl ?? '', fetch) },
    account,
    anchor: simulatedAnchor(simulatedRootDer()),
  });
  let over = false;
  const charged: bigint[] = [];
  const client = async (): Promise<void> => {
    while (!over) {
      const reply = await cocoon.chat({
        model: 'cocoonkit/extractive',
        messages: [{ role: 'user', content: 'The ferry stops in October. The council pays for a boat.' }],
        cocoonkit: { task: 'summarize', sentences: 1 },
      });
      charged.push(reply.charge.client);
    }
  };
  const clients = Promise.all(Array.from({ length: 20 }, client));
  clients.catch(() => undefined);
  await first.stop();
  first = await open('first again');
  // The roster may be a second old: the next machine goes when clients can know the new one.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await second.stop();
  second = await open('second again');
  over = true;
  await clients;
  expect(charged.length).toBeGreaterThan(20);
  await expect.poll(() => network.proxy.parts.ledger.account(account.id).reservedTokens).toBe(0n);
  const { balance } = network.proxy.parts.ledger.account(account.id);
  expect(1_000_000_000n - balance).toBe(charged.reduce((sum, one) => sum + one, 0n));
  cocoon.close();
  await first.stop();
  await second.stop();
  await network.stop();
}, 120_000);
