// What happens to a worker, and to its running answers, when the registry stops allowing its code?
import { simulatedMeasurementRule } from '@cocoonkit/sdk/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answerHonestly, connectWorker, type Job, type ScriptedWorker } from './support/scripted-worker.js';
import { startNetwork, type TestNetwork, until } from './support/start-network.js';
import { TestClient } from './support/test-client.js';

const FINISH_MS = 660_000;
const old = simulatedMeasurementRule('worker');
const other = simulatedMeasurementRule('proxy');
const both = { worker: [old, other], proxy: [other] };
const withoutOld = { worker: [other], proxy: [other] };

let network: TestNetwork;
let client: TestClient;

beforeEach(async () => {
  network = await startNetwork({ measurements: both });
  client = await TestClient.create(network);
});
afterEach(() => network.stop());

/** Answers when the test says so. */
function gated() {
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const script = async (job: Job, self: ScriptedWorker): Promise<void> => {
    await gate;
    await answerHonestly(job, self);
  };
  return { script, open };
}

const metric = async (line: string): Promise<boolean> =>
  (await network.proxy.parts.metrics.registry.metrics()).includes(`${line}\n`);

test('accepts: a running answer ends, is charged and marked; then the channel closes and the worker stays out', async () => {
  const { script, open } = gated();
  const worker = await connectWorker(network, { script });
  const { workers, ledger } = network.proxy.parts;
  const answer = client.infer(await client.seal([worker]));
  await until(() => worker.has('body-end') !== undefined);
  await network.allow(withoutOld);
  await until(() => workers.revoked === 1);
  expect(await metric('cocoonkit_revoked_workers 1')).toBe(true);
  // Sweeping while it answers must not cut it, and the worker hears that nothing new will come.
  workers.sweep();
  await until(() => worker.has('drain') !== undefined);
  expect(worker.closed).toBe(false);
  open();
  const { ended, notice } = await answer;
  expect(ended).toBe(true);
  expect(notice).toMatchObject({ type: 'settled', chargedTokens: 50n });
  expect(ledger.totals()).toMatchObject({ clientTokens: 50n, reserved: 0n });
  const lines = network.lines.map((line): Record<string, unknown> => JSON.parse(line));
  expect(lines.find(({ event }) => event === 'worker-revoked')).toMatchObject({
    code: 'ATTESTATION_MEASUREMENT',
    count: 1,
  });
  expect(lines.find(({ event }) => event === 'charged')).toMatchObject({ code: 'WORKER_REVOKED' });
  expect(await metric('cocoonkit_receipts_total{outcome="charged-revoked"} 1')).toBe(true);
  await until(() => {
    workers.sweep();
    return worker.closed;
  });
  await expect(connectWorker(network, { machine: worker.machine })).rejects.toThrow();
});

test('rejects: a new request for a revoked worker goes to no one, or to another candidate', async () => {
  const { script, open } = gated();
  const revoked = await connectWorker(network, { script });
  const allowed = await connectWorker(network, { measurements: 'proxy' });
  const running = client.infer(await client.seal([revoked]));
  await until(() => revoked.has('body-end') !== undefined);
  // Sealed under the old rules, on the way while they change.
  const late = await client.seal([revoked]);
  const choices = await Promise.all(Array.from({ length: 5 }, () => client.seal([revoked, allowed])));
  await network.allow(withoutOld);
  await until(() => network.proxy.parts.workers.revoked === 1);
  expect((await client.infer(late)).notice).toMatchObject({ code: 'RESELECT' });
  for (const sealed of choices) expect((await client.infer(sealed)).ended).toBe(true);
  expect(revoked.controls.filter(({ type }) => type === 'open')).toHaveLength(1);
  expect(allowed.controls.filter(({ type }) => type === 'open')).toHaveLength(5);
  expect(network.proxy.parts.workers.offering('test-model').map(({ digest }) => digest)).toEqual([
    Buffer.from(allowed.digest).toString('hex'),
  ]);
  open();
  expect((await running).ended).toBe(true);
});

test('accepts: an idle worker that is revoked is gone at once; one that is still allowed is not touched', async () => {
  const idle = await connectWorker(network);
  const allowed = await connectWorker(network, { measurements: 'proxy' });
  await network.allow(withoutOld);
  await until(() => idle.closed);
  expect((await client.infer(await client.seal([allowed]))).ended).toBe(true);
});

test('accepts: the channel waits for the bill of an answer that has ended', async () => {
  let sendBill = (): void => {};
  const worker = await connectWorker(network, {
    script: (job, self) =>
      answerHonestly(job, self, undefined, {
        keepBill: (bill) => {
          sendBill = () => self.send(bill);
        },
      }),
  });
  const { workers, ledger } = network.proxy.parts;
  const answer = client.infer(await client.seal([worker]));
  await until(() => workers.streams === 0 && worker.has('body-end') !== undefined);
  await network.allow(withoutOld);
  await until(() => workers.revoked === 1);
  workers.sweep();
  expect(worker.closed).toBe(false);
  sendBill();
  expect((await answer).ended).toBe(true);
  await until(() => {
    workers.sweep();
    return worker.closed;
  });
  expect(ledger.totals()).toMatchObject({ clientTokens: 50n, reserved: 0n });
});

test('rejects: a revoked worker that never ends is cut at the usual limit, and nothing is charged', async () => {
  const worker = await connectWorker(network, {
    script: (job, self) => answerHonestly(job, self, undefined, { onlyHead: true }),
  });
  const { workers, ledger, requests } = network.proxy.parts;
  const answer = client.infer(await client.seal([worker]));
  await until(() => workers.streams === 1 && worker.has('body-end') !== undefined);
  await network.allow(withoutOld);
  await until(() => workers.revoked === 1);
  network.clock.aheadMs = FINISH_MS + 1_000;
  workers.sweep();
  const { ended, notice } = await answer;
  expect(ended).toBe(false);
  expect(notice).toMatchObject({ type: 'refused', code: 'WORKER_LOST' });
  await until(() => worker.closed);
  network.clock.aheadMs = 3_600_000;
  const at = Math.floor(network.now().getTime() / 1000);
  await ledger.expire(at);
  requests.sweep(at);
  expect(ledger.totals()).toMatchObject({ clientTokens: 0n, reserved: 0n });
});
