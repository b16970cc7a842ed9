// Does a request go through, and is nothing charged, reserved or left running when anything at all is wrong?
import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answerHonestly, connectWorker } from './support/scripted-worker.js';
import { startNetwork, type TestNetwork, until } from './support/start-network.js';
import { TestClient } from './support/test-client.js';

let network: TestNetwork;
let client: TestClient;

beforeEach(async () => {
  network = await startNetwork();
  client = await TestClient.create(network);
});
afterEach(() => network.stop());

/** The state every failure must leave behind. */
async function expectNothingLeft(): Promise<void> {
  const { ledger, workers, requests, state } = network.proxy.parts;
  await until(() => state.inferring === 0 && workers.streams === 0 && requests.size === 0);
  expect(ledger.totals()).toMatchObject({
    charged: 0n,
    workers: 0n,
    proxy: 0n,
    reserved: 0n,
    clientTokens: 0n,
  });
}

test('accepts: a request is relayed, charged once and settled', async () => {
  const worker = await connectWorker(network);
  const answered = await client.infer(await client.seal([worker]));
  expect(answered).toMatchObject({ status: 200, ended: true });
  expect(answered.notice).toMatchObject({ type: 'settled', chargedTokens: 50n, spendableTokens: 49_950n });
  expect(network.proxy.parts.ledger.totals()).toMatchObject({
    charged: 1_000n,
    workers: 950n,
    proxy: 50n,
    reserved: 0n,
  });
  await until(() => worker.has('receipt-ack') !== undefined);
  expect(worker.has('receipt-ack')?.code).toBeUndefined();
});

test('accepts: a body larger than the window, and an answer larger than it', async () => {
  const worker = await connectWorker(network, {
    script: (job, self) => answerHonestly(job, self, undefined, { bytes: 150_000 }),
  });
  const answered = await client.infer(await client.seal([worker], { jsonBytes: 1_500_000 }));
  expect(answered.ended).toBe(true);
  await until(() => worker.credited > 0);
});

test('rejects: a worker that bills above the cap is not paid', async () => {
  const worker = await connectWorker(network, {
    script: (job, self) =>
      answerHonestly(job, self, (receipt) => ({ ...receipt, tokens: job.core.capTokens + 1n })),
  });
  await client.infer(await client.seal([worker])).catch(() => undefined);
  await until(() => worker.has('receipt-ack') !== undefined);
  expect(worker.has('receipt-ack')?.code).toBe('RECEIPT_ABOVE_CAP');
  await expectNothingLeft();
});

test('rejects: a worker that bills another request is not paid', async () => {
  const worker = await connectWorker(network, {
    script: (job, self) =>
      answerHonestly(job, self, (receipt) => ({ ...receipt, coreHash: new Uint8Array(32) })),
  });
  await client.infer(await client.seal([worker])).catch(() => undefined);
  await until(() => worker.has('receipt-ack') !== undefined);
  expect(worker.has('receipt-ack')?.code).toBe('RECEIPT_WRONG_REQUEST');
  await expectNothingLeft();
});

test('rejects: a worker lost before its first record means sealing again', async () => {
  const worker = await connectWorker(network, { script: (_job, self) => self.close() });
  const { notice } = await client.infer(await client.seal([worker]));
  expect(notice).toMatchObject({ type: 'refused', code: 'RESELECT' });
  await expectNothingLeft();
});

test('rejects: a worker lost in the middle is told, and nothing is charged when its receipt never comes', async () => {
  const worker = await connectWorker(network, {
    script: async (job, self) => {
      await answerHonestly(job, self, undefined, { onlyHead: true });
      // The closing handshake goes behind the record.
      self.socket.close();
    },
  });
  const { notice, ended } = await client.infer(await client.seal([worker]));
  expect(ended).toBe(false);
  expect(notice).toMatchObject({ type: 'refused', code: 'WORKER_LOST' });
  network.clock.aheadMs = 3_600_000;
  const at = Math.floor(network.now().getTime() / 1000);
  await network.proxy.parts.ledger.expire(at);
  network.proxy.parts.requests.sweep(at);
  await expectNothingLeft();
});

test('rejects: a refusal of the worker reaches the client sealed', async () => {
  const worker = await connectWorker(network, {
    onOpen: (control, self) => self.send({ type: 'refuse', stream: control.stream, code: 'WORKER_BUSY' }),
  });
  const { notice } = await client.infer(await client.seal([worker]));
  expect(notice).toMatchObject({ type: 'refused', code: 'WORKER_BUSY' });
  await expectNothingLeft();
});

test('rejects: bad terms, each with its code', async () => {
  const worker = await connectWorker(network);
  const seconds = Math.floor(network.now().getTime() / 1000);
  const cases = [
    [{ audience: 'local:other' }, 'AUDIENCE_MISMATCH'],
    [{ expires: seconds - 100 }, 'REQUEST_EXPIRED'],
    [{ expires: seconds + 1_000 }, 'REQUEST_EXPIRED'],
    [{ priceDigest: new Uint8Array(32) }, 'PRICE_MISMATCH'],
    [{ maxCoefficient: 10 }, 'PRICE_ABOVE_CAP'],
    [{ model: 'unknown' }, 'MODEL_UNKNOWN'],
    [{ capTokens: 1_000_000n }, 'INSUFFICIENT_FUNDS'],
  ] as const;
  for (const [change, code] of cases) {
    const { notice } = await client.infer(await client.seal([worker], change));
    expect(notice).toMatchObject({ type: 'refused', code });
  }
  await expectNothingLeft();
});

test('rejects: anything while the proxy cannot pay its workers; health says so, and running answers end', async () => {
  await network.stop();
  let canPay = true;
  network = await startNetwork({ canPay: () => canPay });
  client = await TestClient.create(network);
  let go: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const worker = await connectWorker(network, {
    script: async (job, self) => {
      await gate;
      await answerHonestly(job, self);
    },
  });
  const running = client.infer(await client.seal([worker]));
  await until(() => worker.has('body-end') !== undefined);
  canPay = false;
  const { notice } = await client.infer(await client.seal([worker]));
  expect(notice).toMatchObject({ type: 'refused', code: 'NO_FUNDS_AT_PROXY' });
  const health = await fetch(`${network.proxy.url}/health`);
  expect([health.status, await health.json()]).toEqual([503, { status: 'no-funds' }]);
  expect(await network.proxy.parts.metrics.registry.metrics()).toContain('cocoonkit_can_pay 0\n');
  go();
  expect((await running).ended).toBe(true);
  canPay = true;
  expect((await fetch(`${network.proxy.url}/health`)).status).toBe(200);
  expect((await client.infer(await client.seal([worker]))).ended).toBe(true);
});

test('rejects: an account nobody funded', async () => {
  const worker = await connectWorker(network);
  const stranger = await TestClient.create(network, 0n);
  const { notice } = await stranger.infer(await stranger.seal([worker]));
  expect(notice).toMatchObject({ type: 'refused', code: 'ACCOUNT_UNKNOWN' });
  await expectNothingLeft();
});

test('rejects: the same request twice', async () => {
  const worker = await connectWorker(network);
  const sealed = await client.seal([worker]);
  expect((await client.infer(sealed)).ended).toBe(true);
  expect((await client.infer(sealed)).notice).toMatchObject({ code: 'REQUEST_REPLAYED' });
  const again = await client.seal([worker], { operationId: sealed.core.operationId });
  expect((await client.infer(again)).notice).toMatchObject({ code: 'OP_ALREADY_CHARGED' });
  expect(network.proxy.parts.ledger.totals()).toMatchObject({ clientTokens: 50n, reserved: 0n });
});

test('rejects: no candidate is connected', async () => {
  const gone = await connectWorker(network);
  await connectWorker(network);
  const sealed = await client.seal([gone]);
  gone.close();
  await until(() => network.proxy.parts.workers.size === 1);
  expect((await client.infer(sealed)).notice).toMatchObject({ code: 'RESELECT' });
  await expectNothingLeft();
});

test('rejects: flipped bytes anywhere in the envelope, with a bare 400', async () => {
  const worker = await connectWorker(network);
  const { bytes } = await client.envelope(await client.seal([worker]));
  for (const at of [4, 12, 600, bytes.length - 1]) {
    const flipped = bytes.slice();
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    const response = await client.post(`/v1/infer/${client.replica}`, flipped);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ code: 'BAD_MESSAGE' });
  }
  const wrong = await client.post('/v1/infer/0000000000000000', bytes);
  expect(wrong.status).toBe(421);
  await expectNothingLeft();
});

test('accepts: a client that leaves does not stop the bill', async () => {
  let go: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const worker = await connectWorker(network, {
    script: async (job, self) => {
      await gate;
      await answerHonestly(job, self);
    },
  });
  const sealed = await client.seal([worker]);
  const { message } = await client.envelope(sealed);
  const abort = new AbortController();
  const answer = client.post(`/v1/infer/${client.replica}`, message, abort.signal).catch(() => undefined);
  await until(() => worker.has('body-end') !== undefined);
  abort.abort();
  await answer;
  go();
  await until(() => worker.has('receipt-ack') !== undefined);
  expect(network.proxy.parts.ledger.totals()).toMatchObject({ clientTokens: 50n, reserved: 0n });
  await until(() => network.proxy.parts.workers.streams === 0);
});

test('rejects: a client that leaves in the middle of its body; the worker is told to stop', async () => {
  const worker = await connectWorker(network);
  worker.autoCredit = false;
  const sealed = await client.seal([worker], { jsonBytes: 400_000 });
  const { message } = await client.envelope(sealed);
  const upload = request(`${network.proxy.url}/v1/infer/${client.replica}`, {
    method: 'POST',
    headers: { 'Content-Length': message.length },
  });
  upload.on('error', () => {});
  upload.write(message.subarray(0, message.length - 100));
  // Without credit the proxy sends one window and not a byte more.
  await until(() => worker.bodyBytes === 262_144);
  upload.destroy();
  // With credit it reads on, and finds that the rest never comes.
  worker.send({ type: 'credit', stream: worker.has('open')?.stream, credit: 4_000_000 });
  await until(() => worker.has('revoke') !== undefined);
  worker.send({ type: 'revoked', coreHash: sealed.coreHash });
  await expectNothingLeft();
});

test('privacy: logs hold neither account nor content', async () => {
  const worker = await connectWorker(network);
  await client.infer(await client.seal([worker]));
  await client.ask('account', undefined, true);
  const log = network.lines.join('');
  expect(log).toContain('worker-connected');
  expect(log).not.toContain(client.id);
  expect(log).not.toContain('yyyy');
});
