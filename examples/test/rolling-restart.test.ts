// Do clients notice when workers are replaced one after another?
import { expect, it } from 'vitest';
import { startNetwork } from '../../packages/proxy/test/support/start-network.js';
import { CREDIT, openCocoon, openWorker, SUMMARY } from './support/in-process.js';

it('twenty clients go on while both workers are replaced in turn; no request fails, each is charged once', async () => {
  const network = await startNetwork({
    // An answer can be read before its charge is booked: for a moment an account has more running than callers.
    limits: { addressRate: 100_000, addressBurst: 100_000, accountRunning: 1_000 },
  });
  const open = (machine: string) => openWorker(network, { machine });
  let [first, second] = [await open('first'), await open('second')];
  const { cocoon, account } = await openCocoon(network);
  let over = false;
  const charged: bigint[] = [];
  const answeredBy = new Set<string>();
  const client = async (): Promise<void> => {
    while (!over) {
      const { charge, receipt } = await cocoon.chat(SUMMARY);
      charged.push(charge.client);
      answeredBy.add(Buffer.from(receipt.receipt.workerDigest).toString('hex'));
    }
  };
  const clients = Promise.all(Array.from({ length: 20 }, client));
  clients.catch(() => undefined);
  await first.stop();
  first = await open('first again');
  // The roster may be a second old: the next machine goes when clients know the new one.
  const fresh = Buffer.from(first.epochs[0]?.digest ?? []).toString('hex');
  await expect.poll(() => [over, answeredBy.has(fresh)]).toEqual([false, true]);
  await second.stop();
  second = await open('second again');
  over = true;
  await clients;
  expect(charged.length).toBeGreaterThanOrEqual(20);
  await expect.poll(() => network.proxy.parts.ledger.account(account.id).reservedTokens).toBe(0n);
  const { balance } = network.proxy.parts.ledger.account(account.id);
  expect(CREDIT - balance).toBe(charged.reduce((sum, one) => sum + one, 0n));
  cocoon.close();
  await first.stop();
  await second.stop();
  await network.stop();
}, 600_000);
