// Does a worker that stands still, or a client that takes nothing, end on its own account, with nobody else waiting?
import { connect } from 'node:net';
import { LIMITS, type LinkControl } from '@cocoonkit/sdk/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answerHonestly, connectWorker, type ScriptedWorker } from './support/scripted-worker.js';
import { SILENCE_MS, startNetwork, type TestNetwork, until } from './support/start-network.js';
import { TestClient } from './support/test-client.js';

let network: TestNetwork;
let client: TestClient;

beforeEach(async () => {
  network = await startNetwork();
  client = await TestClient.create(network);
});
afterEach(() => network.stop());

/** All that are silent now have been so for longer than the limit; nobody honest is under way at that moment. */
const passSilence = (): void => {
  network.clock.silentMs += SILENCE_MS;
};
const pongsOf = ({ controls }: ScriptedWorker): number =>
  controls.filter(({ type }) => type === 'pong').length;
const successOf = ({ digest }: ScriptedWorker): number =>
  network.proxy.parts.workers
    .reputation(Buffer.from(digest).toString('hex'))
    .success(network.now().getTime());

async function expectHonestService(): Promise<void> {
  const honest = await connectWorker(network);
  const other = await TestClient.create(network);
  for (let i = 0; i < 3; i++)
    expect((await other.infer(await other.seal([honest]))).notice).toMatchObject({ type: 'settled' });
}

/** No place is held, on either side. */
async function expectNothingRuns(): Promise<void> {
  const { state, workers } = network.proxy.parts;
  await until(() => state.inferring === 0 && workers.streams === 0);
}

test('silent before the first record: others go on, then the client may seal again, nothing is reserved', async () => {
  const stalled = await connectWorker(network, { script: () => {} });
  const sealed = await client.seal([stalled]);
  const waiting = client.infer(sealed);
  await until(() => stalled.has('body-end') !== undefined);
  await expectHonestService();
  expect(network.proxy.parts.state.inferring).toBe(1);
  passSilence();
  expect((await waiting).notice).toMatchObject({ type: 'refused', code: 'RESELECT' });
  await expectNothingRuns();
  expect(network.proxy.parts.ledger.totals()).toMatchObject({ clientTokens: 150n, reserved: 0n });
  expect(successOf(stalled)).toBeLessThan(1);
  // It is told to forget the request; what it would bill now is refused.
  await until(() => stalled.has('revoke') !== undefined);
  expect(stalled.has('revoke')?.coreHash).toEqual(sealed.coreHash);
  const honest = await connectWorker(network);
  const again = await client.seal([honest], { operationId: sealed.core.operationId });
  expect((await client.infer(again)).notice).toMatchObject({ type: 'settled', chargedTokens: 50n });
});

test('silent while the body should go on', async () => {
  const stalled = await connectWorker(network);
  stalled.autoCredit = false;
  const waiting = client.infer(await client.seal([stalled], { jsonBytes: 400_000 }));
  await until(() => stalled.bodyBytes === LIMITS.streamWindowBytes);
  await expectHonestService();
  passSilence();
  expect((await waiting).notice).toMatchObject({ type: 'refused', code: 'RESELECT' });
  await expectNothingRuns();
  expect(network.proxy.parts.ledger.totals()).toMatchObject({ clientTokens: 150n, reserved: 0n });
});

test.each([true, false])(
  'silent in the middle: the client is told, and only a bill is charged (%s)',
  async (bills) => {
    const kept: LinkControl[] = [];
    let wake: () => void = () => {};
    const awake = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const stalled = await connectWorker(network, {
      script: (job, self) =>
        answerHonestly(job, self, undefined, {
          afterHead: () => awake,
          keepBill: (bill) => kept.push(bill),
        }),
    });
    const { message, answers } = await (async () => {
      const sealed = await client.seal([stalled]);
      return { sealed, ...(await client.envelope(sealed)) };
    })();
    const response = await client.post(`/v1/infer/${client.replica}`, message);
    expect(response.status).toBe(200);
    await expectHonestService();
    passSilence();
    const records = new Uint8Array(await response.arrayBuffer());
    // The head, then the proxy's sealed notice.
    expect(records[0]).toBe(1);
    const notice = await client.openNotice(records, answers);
    expect(notice).toMatchObject({ type: 'refused', code: 'WORKER_LOST' });
    await expectNothingRuns();
    expect(successOf(stalled)).toBeLessThan(1);
    const { ledger, requests } = network.proxy.parts;
    expect(ledger.totals()).toMatchObject({ clientTokens: 150n, reserved: 20_000n });
    if (bills) {
      wake();
      await until(() => kept.length === 1);
      for (const bill of kept) stalled.send(bill);
      await until(() => stalled.has('receipt-ack') !== undefined);
      expect(ledger.totals()).toMatchObject({ clientTokens: 200n, reserved: 0n });
    } else {
      network.clock.aheadMs = 3_600_000;
      const at = Math.floor(network.now().getTime() / 1000);
      await ledger.expire(at);
      requests.sweep(at);
      expect(ledger.totals()).toMatchObject({ clientTokens: 150n, reserved: 0n });
    }
  },
);

test('a client that takes nothing loses its connection; its worker is not blamed and is free again', async () => {
  let stop = false;
  const worker = await connectWorker(network, {
    // Frames as fast as they are credited: without a reader all buffers fill.
    script: async (job, self) => {
      await answerHonestly(job, self, undefined, { onlyHead: true });
      const record = new Uint8Array(60_005);
      record.set([2, 0, 0, 234, 96]);
      for (let sent = 0; !stop && !self.closed; ) {
        if (sent + record.length > LIMITS.streamWindowBytes - 1_500 + self.credited) {
          await new Promise((resolve) => setTimeout(resolve, 2));
          continue;
        }
        sent += record.length;
        self.records(job.stream, record);
        await self.flush();
      }
    },
  });
  const { message } = await client.envelope(await client.seal([worker]));
  const { hostname, port } = new URL(network.proxy.url);
  const reader = connect(Number(port), hostname);
  reader.pause();
  reader.on('error', () => {});
  reader.write(
    `POST /v1/infer/${client.replica} HTTP/1.1\r\nHost: x\r\nContent-Length: ${message.length}\r\n\r\n`,
  );
  reader.write(message);
  // Nobody reads, so once the sockets are full they stay so: what was sent is there, and is not credited.
  for (let before = -1; before !== worker.credited || worker.credited === 0; ) {
    before = worker.credited;
    for (let i = 0; i < 5; i++) {
      const pongs = pongsOf(worker);
      worker.send({ type: 'ping' });
      await until(() => pongsOf(worker) > pongs);
    }
  }
  await expectHonestService();
  const { state } = network.proxy.parts;
  while (state.inferring > 0) {
    passSilence();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  stop = true;
  await expectNothingRuns();
  expect(successOf(worker)).toBe(1);
  reader.destroy();
  expect((await client.infer(await client.seal([await connectWorker(network)]))).ended).toBe(true);
});
