// Do clients notice when workers are replaced one after another?
import { expect, it } from 'vitest';
import { startNetwork } from '../../packages/proxy/test/support/start-network.js';
import { CREDIT, openCocoon, openWorker, SUMMARY } from './support/in-process.js';

it('twenty clients go on while both workers are replaced in turn; no request fails, each is charged once', async () => {
  const network = await startNetwork({ limits: { addressRate: 100_000, addressBurst: 100_000 } });
  const open = (machine: string) => openWorker(network, { machine });
  let [first, second] = [await open('first'), await open('second')];
  const { cocoon, account } = await openCocoon(network);
  let over = false;
  const charged: bigint[] = [];
  const client = async (): Promise<void> => {
    while (!over) charged.push((await cocoon.chat(SUMMARY)).charge.client);
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
  expect(CREDIT - balance).toBe(charged.reduce((sum, one) => sum + one, 0n));
  cocoon.close();
  await first.stop();
  await second.stop();
  await network.stop();
}, 120_000);
