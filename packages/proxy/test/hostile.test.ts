// Does garbage, at every door, end where it arrived?
import { connect } from 'node:net';
import type { LinkControl } from '@cocoonkit/sdk/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { answerHonestly, connectWorker } from './support/scripted-worker.js';
import { random, startNetwork, type TestNetwork, until } from './support/start-network.js';
import { TestClient } from './support/test-client.js';

let network: TestNetwork;
let client: TestClient;

beforeEach(async () => {
  network = await startNetwork();
  client = await TestClient.create(network);
});
afterEach(() => network.stop());

test('rejects: bytes that are no sealed message, on both routes, and bodies above the limit', async () => {
  for (const route of ['infer', 'ctl']) {
    const path = `/v1/${route}/${client.replica}`;
    for (const body of [new Uint8Array(0), random(3), random(500), new Uint8Array(50_000)])
      expect((await client.post(path, body)).status).toBe(400);
  }
  const long = await client.post(`/v1/ctl/${client.replica}`, new Uint8Array(200_000)).catch(() => undefined);
  expect(long?.status ?? 413).toBe(413);
  expect((await client.post('/v1/other', random(10))).status).toBe(404);
  expect((await fetch(`${network.proxy.url}/v1/evidence/${'0'.repeat(64)}`)).status).toBe(404);
  expect((await fetch(`${network.proxy.url}/health`)).status).toBe(200);
});

test('rejects: headers above the limit, and lines that are not HTTP', async () => {
  const { port } = new URL(network.proxy.url);
  for (const text of [
    `GET /health HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
    'garbage\r\n\r\n',
  ]) {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
    socket.on('error', () => {});
    let answer = '';
    socket.on('data', (data: Buffer) => {
      answer += data.toString('latin1');
    });
    await new Promise((resolve) => socket.on('close', resolve));
    expect(answer).toMatch(/^HTTP\/1.1 4/);
  }
  expect((await fetch(`${network.proxy.url}/health`)).status).toBe(200);
});

test('rejects: garbage, text and oversized messages in the handshake', async () => {
  for (const message of [random(100), 'text', new Uint8Array(200_000)]) {
    const socket = new WebSocket(`${network.proxy.url.replace('http', 'ws')}/v1/worker`);
    socket.on('error', () => {});
    socket.on('open', () => socket.send(message));
    await new Promise((resolve) => socket.on('close', resolve));
  }
  expect(network.proxy.parts.workers.size).toBe(0);
});

test('rejects: a machine whose measurements are not a worker’s', async () => {
  await expect(connectWorker(network, { measurements: 'proxy' })).rejects.toThrow('closed the channel');
  expect(network.lines.join('')).toContain('ATTESTATION_');
});

test('rejects: a bad message ends its own channel and no other', async () => {
  const good = await connectWorker(network);
  const messages: ((worker: Awaited<ReturnType<typeof connectWorker>>) => void)[] = [
    (worker) => worker.socket.send(random(50)),
    (worker) => worker.socket.send(Uint8Array.of(1, 2, 3)),
    (worker) => worker.socket.send(Uint8Array.of(2, 0, 0, 0, 1, 5)),
    (worker) => worker.records(99, random(10)),
    (worker) => worker.send({ type: 'open' }),
    (worker) => worker.send({ type: 'receipt' }),
    (worker) => worker.send({ type: 'credit', stream: 1, credit: 5 }),
  ];
  for (const misbehave of messages) {
    const bad = await connectWorker(network);
    misbehave(bad);
    await until(() => bad.closed);
  }
  expect(good.closed).toBe(false);
  expect((await client.infer(await client.seal([good]))).ended).toBe(true);
});

test('rejects: records that are torn, out of order or beyond the window', async () => {
  const cases: Uint8Array[] = [
    Uint8Array.of(3, 0, 0, 0, 1, 1),
    Uint8Array.of(2, 0, 0, 0, 1, 1),
    Uint8Array.of(1, 0, 0, 0, 9, 1),
  ];
  for (const bytes of cases) {
    const worker = await connectWorker(network, { script: (job, self) => self.records(job.stream, bytes) });
    const { notice } = await client.infer(await client.seal([worker]));
    expect(notice).toMatchObject({ code: 'RESELECT' });
    await until(() => worker.closed);
  }
  const record = new Uint8Array(60_005);
  record.set([2, 0, 0, 234, 96]);
  const flood = await connectWorker(network, {
    script: (job, self) => {
      self.records(job.stream, Uint8Array.of(1, 0, 0, 0, 1, 1));
      for (let i = 0; i < 6; i++) self.records(job.stream, record);
    },
  });
  // What the client does not take from its socket is not credited, so six records are too many.
  const sealed = await client.seal([flood]);
  const { message } = await client.envelope(sealed);
  const { hostname, port } = new URL(network.proxy.url);
  const reader = connect(Number(port), hostname);
  reader.pause();
  reader.write(
    `POST /v1/infer/${client.replica} HTTP/1.1\r\nHost: x\r\nContent-Length: ${message.length}\r\n\r\n`,
  );
  reader.write(message);
  await until(() => flood.closed || flood.credited > 0);
  reader.destroy();
  flood.close();
  const { ledger, state, workers } = network.proxy.parts;
  await until(() => state.inferring === 0 && workers.streams === 0);
  expect(ledger.totals().charged).toBe(0n);
});

test('rejects: more from one address than its bucket holds', async () => {
  await network.stop();
  network = await startNetwork({ limits: { addressRate: 1, addressBurst: 3 } });
  client = await TestClient.create(network);
  network.clock.stoppedAt = Date.now();
  const statuses: number[] = [];
  for (let i = 0; i < 5; i++)
    statuses.push((await client.post(`/v1/infer/${client.replica}`, random(50))).status);
  expect(statuses).toContain(429);
});

test('the admin listener wants its token', async () => {
  const { adminUrl } = network.proxy;
  expect((await fetch(`${adminUrl}/metrics`)).status).toBe(401);
  const headers = { Authorization: `Bearer ${'0'.repeat(64)}` };
  expect((await fetch(`${adminUrl}/admin/accounts/${client.id}`, { headers })).status).toBe(401);
});

test('accepts: after a restart, a receipt of before is charged once, from the journal', async () => {
  await network.stop();
  network = await startNetwork({ ledger: 'sqlite' });
  client = await TestClient.create(network);
  const bills: LinkControl[] = [];
  const worker = await connectWorker(network, {
    script: (job, self) => answerHonestly(job, self, undefined, { keepBill: (bill) => bills.push(bill) }),
  });
  const answer = client.infer(await client.seal([worker])).catch(() => undefined);
  await until(() => bills.length === 1);
  await network.restart();
  await answer;
  const back = await connectWorker(network, { machine: worker.machine });
  for (const bill of [...bills, ...bills]) back.send(bill);
  await until(() => back.controls.filter(({ type }) => type === 'receipt-ack').length === 2);
  expect(back.controls.map(({ code }) => code).filter(Boolean)).toEqual([]);
  expect(network.proxy.parts.ledger.totals()).toMatchObject({ clientTokens: 50n, reserved: 0n });
});
