// What becomes of requests, channels and money when the proxy changes its keys?
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answerHonestly, connectWorker, type Job, type ScriptedWorker } from './support/scripted-worker.js';
import { startNetwork, type TestNetwork, until } from './support/start-network.js';
import { TestClient } from './support/test-client.js';

const EPOCH_MS = 60_000;

let network: TestNetwork;
let client: TestClient;

beforeEach(async () => {
  network = await startNetwork({ epochSeconds: EPOCH_MS / 1000, overlapSeconds: 20 });
  client = await TestClient.create(network);
});
afterEach(() => network.stop());

test('accepts: what is sealed to the previous keys is served until they end; the next ones serve from the start', async () => {
  const worker = await connectWorker(network);
  await network.proxy.parts.identity.renew();
  const later = await TestClient.create(network);
  expect(later.replica).not.toBe(client.replica);
  for (const each of [client, later, client]) {
    const { ended, notice } = await each.infer(await each.seal([worker]));
    expect(ended).toBe(true);
    expect(notice).toMatchObject({ type: 'settled', chargedTokens: 50n });
  }
  expect((await client.ask('account', undefined, true)).code).toBeUndefined();
  expect(network.proxy.parts.ledger.totals()).toMatchObject({ clientTokens: 150n, reserved: 0n });
});

test('rejects: keys that have ended, with a hint that names the new ones; nothing is reserved', async () => {
  const worker = await connectWorker(network);
  const sealed = await client.seal([worker]);
  await network.proxy.parts.identity.renew();
  network.clock.aheadMs = EPOCH_MS + 1_000;
  const { message } = await client.envelope(sealed);
  for (const path of [`/v1/infer/${client.replica}`, `/v1/ctl/${client.replica}`]) {
    const response = await client.post(path, message);
    expect(response.status).toBe(421);
    const { digest } = network.proxy.parts.identity.current();
    expect(await response.json()).toEqual({
      code: 'WRONG_REPLICA',
      digest: Buffer.from(digest).toString('hex'),
    });
  }
  expect(worker.has('open')).toBeUndefined();
  expect(network.proxy.parts.ledger.totals()).toMatchObject({ reserved: 0n, clientTokens: 0n });
});

test('accepts: an answer ends on the channel of the old keys while new requests take the channel of the next ones', async () => {
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const script = async (job: Job, self: ScriptedWorker): Promise<void> => {
    await gate;
    await answerHonestly(job, self);
  };
  const old = await connectWorker(network, { script });
  const { workers, identity, ledger } = network.proxy.parts;
  const running = client.infer(await client.seal([old]));
  await until(() => old.has('body-end') !== undefined);
  network.clock.aheadMs = 20_000;
  await identity.renew();
  const fresh = await connectWorker(network, { machine: old.machine });
  await until(() => old.has('drain') !== undefined);
  workers.sweep();
  expect([old.closed, workers.size, workers.streams]).toEqual([false, 1, 1]);
  expect((await client.infer(await client.seal([fresh]))).ended).toBe(true);
  expect(old.controls.filter(({ type }) => type === 'open')).toHaveLength(1);
  // The old keys end while it answers; by then nothing but this answer needs them.
  const channels = [...workers.all()];
  for (const aheadMs of [EPOCH_MS / 2, EPOCH_MS + 1_000]) {
    network.clock.aheadMs = aheadMs;
    // Word from both, or they would count as silent.
    for (const worker of [old, fresh]) worker.send({ type: 'status', running: 0, slots: aheadMs / 1_000 });
    await until(() => channels.every(({ slots }) => slots === aheadMs / 1_000));
    workers.sweep();
  }
  expect(workers.streams).toBe(1);
  open();
  expect((await running).ended).toBe(true);
  await until(() => {
    workers.sweep();
    return old.closed;
  });
  expect(fresh.closed).toBe(false);
  expect(ledger.totals()).toMatchObject({ clientTokens: 100n, reserved: 0n });
});

test('accepts: an idle old channel is closed as soon as the next one is open', async () => {
  const old = await connectWorker(network);
  await network.proxy.parts.identity.renew();
  await connectWorker(network, { machine: old.machine });
  await until(() => {
    network.proxy.parts.workers.sweep();
    return old.closed;
  });
  expect(network.proxy.parts.workers.size).toBe(1);
});

test('rejects: two channels of one machine under the same keys: the newer takes the place of the older', async () => {
  const old = await connectWorker(network);
  const fresh = await connectWorker(network, { machine: old.machine });
  await until(() => old.closed);
  expect(fresh.closed).toBe(false);
});
