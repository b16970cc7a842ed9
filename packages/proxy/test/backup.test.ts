// After a lost disk: is what the last backup knows right, and is nothing paid twice when workers hand in their receipts again?
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LinkControl } from '@cocoonkit/sdk/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { restoreBackup } from '../src/backup/restore-backup.js';
import { takeBackup } from '../src/backup/take-backup.js';
import { answerHonestly, connectWorker } from './support/scripted-worker.js';
import { startNetwork, type TestNetwork, until } from './support/start-network.js';
import { TestClient } from './support/test-client.js';

let network: TestNetwork;
let client: TestClient;
let dir: string;

beforeEach(async () => {
  network = await startNetwork({ ledger: 'sqlite' });
  client = await TestClient.create(network);
  dir = join(network.dir, 'proxy');
});
afterEach(() => network.stop());

const backup = (name: string) => takeBackup({ dir, out: join(network.dir, name), fetch, now: network.now });

test('accepts: backups under load are each whole and add up, and requests go on', async () => {
  const worker = await connectWorker(network);
  const load = (async () => {
    for (let call = 0; call < 12; call++)
      expect((await client.infer(await client.seal([worker]))).notice).toMatchObject({ type: 'settled' });
  })();
  const sums = [];
  for (let index = 0; index < 4; index++) {
    const taken = await backup(`load-${index}`);
    expect(taken.online).toBe(true);
    const back = join(network.dir, `back-${index}`);
    sums.push((await restoreBackup({ file: join(network.dir, `load-${index}`), dir: back })).manifest.sums);
  }
  await load;
  expect(sums.map(({ credited }) => credited)).toEqual([1_000_000n, 1_000_000n, 1_000_000n, 1_000_000n]);
  const charges = sums.map(({ charges }) => charges);
  expect(charges).toEqual([...charges].sort((a, b) => a - b));
  for (const { charged, charges: count } of sums) expect(charged).toBe(BigInt(count) * 1_000n);
  expect(network.proxy.parts.ledger.totals()).toMatchObject({ clientTokens: 600n });
  expect(existsSync(join(dir, 'backup.tmp'))).toBe(false);
});

test('rejects: two backups at once; one that its receiver leaves is cleaned away', async () => {
  const outcomes = await Promise.allSettled([backup('a'), backup('b'), backup('c')]);
  const codes = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'ok'));
  expect(codes).toContain('ok');
  for (const code of codes) expect(['ok', 'BACKUP_RUNNING']).toContain(code);
  const token = { Authorization: `Bearer ${'0'.repeat(64)}` };
  const { adminUrl } = network.proxy;
  expect((await fetch(`${adminUrl}/admin/backup`, { method: 'POST', headers: token })).status).toBe(401);
  const leaving: typeof fetch = async (url, init) => {
    const response = await fetch(url, init);
    await response.body?.cancel();
    return response;
  };
  await expect(
    takeBackup({ dir, out: join(network.dir, 'd'), fetch: leaving, now: network.now }),
  ).rejects.toMatchObject({ code: 'BACKUP_REFUSED' });
  await until(() => !existsSync(join(dir, 'backup.tmp')));
  await backup('e');
  expect(readdirSync(network.dir)).not.toContain('d');
  expect(readdirSync(network.dir)).not.toContain('d.part');
});

test('accepts: an older backup, and workers that hand in everything again: charged once or refused', async () => {
  const bills: LinkControl[] = [];
  let keep = false;
  const worker = await connectWorker(network, {
    script: (job, self) =>
      answerHonestly(job, self, undefined, {
        keepBill: (bill) => {
          bills.push(bill);
          if (!keep) self.send(bill);
        },
      }),
  });
  const infer = async () => client.infer(await client.seal([worker]));
  // Charged before the backup; under way while it is made, charged after it; begun and charged after it.
  await infer();
  keep = true;
  const underWay = infer();
  await until(() => bills.length === 2);
  const before = await backup('older');
  expect(before.manifest.sums).toMatchObject({ charged: 1_000n, charges: 1, reservations: 1 });
  keep = false;
  const [, held] = bills;
  if (held !== undefined) worker.send(held);
  await underWay;
  await infer();
  expect(network.proxy.parts.ledger.totals()).toMatchObject({ clientTokens: 150n, reserved: 0n });
  const { audience } = network.proxy.parts;
  await network.proxy.stop();
  rmSync(dir, { recursive: true });
  await restoreBackup({ file: join(network.dir, 'older'), dir });
  await network.restart({ stopped: true });

  expect(network.proxy.parts.audience).toBe(audience);
  const back = await connectWorker(network, { machine: worker.machine });
  for (const bill of [...bills, ...bills]) back.send(bill);
  const acks = () => back.controls.filter(({ type }) => type === 'receipt-ack');
  await until(() => acks().length === 6);
  const unknown = 'RESERVATION_UNKNOWN';
  expect(acks().map(({ code }) => code)).toEqual([
    undefined,
    undefined,
    unknown,
    undefined,
    undefined,
    unknown,
  ]);
  const { ledger } = network.proxy.parts;
  expect(ledger.totals()).toEqual({
    credited: 1_000_000n,
    charged: 2_000n,
    workers: 1_900n,
    proxy: 100n,
    reserved: 0n,
    clientTokens: 100n,
    workerTokens: 100n,
  });
  expect((await ledger.statement(client.id, 0, 10)).map(({ sequence }) => sequence)).toEqual([1, 2]);
  expect(ledger.account(client.id)).toMatchObject({ balance: 998_000n, charges: 2, running: 0 });
});
