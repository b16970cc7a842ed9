// Do clients notice when workers are replaced, or when their only proxy restarts?
import { expect, it } from 'vitest';
import { startNetwork } from '../../packages/proxy/test/support/start-network.js';
import { CREDIT, openCocoon, openWorker, SUMMARY } from './support/in-process.js';
import { steadyPort } from './support/steady-port.js';

// An answer can be read before its charge is booked: for a moment an account has more running than callers.
const limits = { addressRate: 100_000, addressBurst: 100_000, accountRunning: 1_000 };

it('twenty clients go on while both workers are replaced in turn; no request fails, each is charged once', async () => {
  const network = await startNetwork({ limits });
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
  // No pause: a list that names neither of those that are there now costs a client a moment, not its answer.
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

it('eight clients go on while both workers are replaced at the same moment; no request fails', async () => {
  const network = await startNetwork({ limits });
  const old = await Promise.all(['first', 'second'].map((machine) => openWorker(network, { machine })));
  const { cocoon, account } = await openCocoon(network);
  let over = false;
  const charged: bigint[] = [];
  const client = async (): Promise<void> => {
    while (!over) charged.push((await cocoon.chat(SUMMARY)).charge.client);
  };
  const clients = Promise.all(Array.from({ length: 8 }, client));
  clients.catch(() => undefined);
  await expect.poll(() => charged.length).toBeGreaterThan(8);
  // Nobody who asks now has heard of the new ones, and all that everybody knows leave together.
  const fresh = await Promise.all(['third', 'fourth'].map((machine) => openWorker(network, { machine })));
  await Promise.all(old.map((worker) => worker.stop()));
  const before = charged.length;
  await expect.poll(() => charged.length).toBeGreaterThan(before + 16);
  over = true;
  await clients;
  const { ledger } = network.proxy.parts;
  await expect.poll(() => ledger.account(account.id).reservedTokens).toBe(0n);
  expect(CREDIT - ledger.account(account.id).balance).toBe(charged.reduce((sum, one) => sum + one, 0n));
  cocoon.close();
  await Promise.all(fresh.map((worker) => worker.stop()));
  await network.stop();
});

it('six clients go on while their only proxy restarts on its ledger and port; each request is charged once', async () => {
  const network = await startNetwork({ limits, ledger: 'sqlite', port: await steadyPort() });
  const worker = await openWorker(network, { machine: 'only' });
  // How long a restart takes is the machine's affair: waits of clients end when it is over.
  let restarted = Promise.resolve();
  const { cocoon, account } = await openCocoon(network, {
    wait: async (ms) => {
      await restarted;
      await new Promise((resolve) => setTimeout(resolve, ms));
    },
  });
  let over = false;
  const charged: bigint[] = [];
  const client = async (): Promise<void> => {
    while (!over) charged.push((await cocoon.chat(SUMMARY)).charge.client);
  };
  const clients = Promise.all(Array.from({ length: 6 }, client));
  clients.catch(() => undefined);
  await expect.poll(() => charged.length).toBeGreaterThan(6);
  let done = (): void => undefined;
  restarted = new Promise((resolve) => {
    done = resolve;
  });
  await network.restart();
  await expect.poll(() => network.proxy.parts.workers.size).toBe(1);
  done();
  const before = charged.length;
  await expect.poll(() => charged.length).toBeGreaterThan(before + 12);
  over = true;
  await clients;
  const { ledger } = network.proxy.parts;
  await expect.poll(() => ledger.account(account.id).reservedTokens).toBe(0n);
  expect(CREDIT - ledger.account(account.id).balance).toBe(charged.reduce((sum, one) => sum + one, 0n));
  cocoon.close();
  await worker.stop();
  await network.stop();
});
