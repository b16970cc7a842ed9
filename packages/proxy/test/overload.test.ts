// Does an honest client get its answer while others abuse the proxy's sockets? Real sockets, no timing asserted.
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectWorker } from './support/scripted-worker.js';
import { random, startNetwork, type TestNetwork, until } from './support/start-network.js';
import { TestClient } from './support/test-client.js';

const IDLE = 1_000;
const SLOW = 50;
const HONEST = 10;
/** HTTP status and sealed code for a clock two hours behind, and ahead: then the proxy's own keys are over. */
const PAST = [200, 'REQUEST_EXPIRED'];
const FUTURE = [421, undefined];

let network: TestNetwork;
let client: TestClient;
const sockets: Socket[] = [];

beforeEach(async () => {
  network = await startNetwork({
    limits: { headMs: 3_000, bodyIdleMs: 3_000, addressRate: 100_000, addressBurst: 100_000 },
  });
  client = await TestClient.create(network);
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await network.stop();
});

function open(first: string): Promise<Socket> {
  const { hostname, port } = new URL(network.proxy.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    sockets.push(socket);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      socket.resume();
      if (first.length > 0) socket.write(first);
      resolve(socket);
    });
  });
}

async function workHonestly(): Promise<void> {
  const worker = await connectWorker(network);
  for (let i = 0; i < HONEST; i++)
    expect(await client.infer(await client.seal([worker]))).toMatchObject({ status: 200, ended: true });
  const { ledger } = network.proxy.parts;
  await until(() => ledger.totals().clientTokens === 50n * BigInt(HONEST));
  await until(() => ledger.totals().reserved === 0n);
}

test(`${IDLE} idle connections keep nobody from working`, async () => {
  await Promise.all(Array.from({ length: IDLE }, () => open('')));
  await workHonestly();
  expect((await fetch(`${network.proxy.url}/health`)).status).toBe(200);
});

test('clients that send a byte now and then are cut off, and hold no place', async () => {
  const request = `POST /v1/infer/${client.replica} HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n`;
  const starts = ['POST /v1/in', request, `${request}CK1`];
  const slow = await Promise.all(Array.from({ length: SLOW }, (_, i) => open(starts[i % 3] ?? '')));
  const dripping = setInterval(() => {
    for (const socket of slow) if (!socket.destroyed) socket.write('a');
  }, 100);
  try {
    await workHonestly();
    await until(() => slow.every((socket) => socket.destroyed));
  } finally {
    clearInterval(dripping);
  }
  await until(() => network.proxy.parts.state.inferring === 0);
});

test('junk at full speed keeps nobody from working, and changes no balance', async () => {
  let flooding = true;
  let junk = 0;
  const flood = Array.from({ length: 8 }, async () => {
    while (flooding) {
      const route = junk++ % 2 === 0 ? 'infer' : 'ctl';
      const response = await client.post(`/v1/${route}/${client.replica}`, random(1_500));
      expect([400, 429]).toContain(response.status);
      await response.arrayBuffer();
    }
  });
  await until(() => junk > 16);
  await workHonestly();
  flooding = false;
  await Promise.all(flood);
  expect(network.proxy.parts.ledger.totals()).toMatchObject({ clientTokens: 50n * BigInt(HONEST) });
});

test('half-open connections in the middle of an answer leave no reservation behind', async () => {
  const worker = await connectWorker(network);
  const { hostname, port } = new URL(network.proxy.url);
  for (let i = 0; i < 5; i++) {
    const { message } = await client.envelope(await client.seal([worker]));
    const socket = connect(Number(port), hostname);
    sockets.push(socket);
    socket.on('error', () => {});
    const head = `POST /v1/infer/${client.replica} HTTP/1.1\r\nHost: x\r\nContent-Length: ${message.length}\r\n\r\n`;
    socket.write(Buffer.concat([Buffer.from(head), message]));
    await new Promise((resolve) => socket.once('data', resolve));
    socket.resetAndDestroy();
  }
  const { ledger, state } = network.proxy.parts;
  await until(() => state.inferring === 0 && ledger.totals().reserved === 0n);
  // The bill counts, not its delivery: each of the five was answered once.
  expect(ledger.totals()).toMatchObject({ clientTokens: 250n });
});

test('a clock that jumps costs requests, never money, and heals when it is right again', async () => {
  const worker = await connectWorker(network);
  const { ledger } = network.proxy.parts;
  for (const jump of [-7_200_000, 7_200_000]) {
    const sealed = await client.seal([worker]);
    network.clock.aheadMs = jump;
    const answered = await client.infer(sealed);
    expect(answered.ended).toBe(false);
    expect([answered.status, answered.notice?.code]).toEqual(jump < 0 ? PAST : FUTURE);
    network.clock.aheadMs = 0;
    expect(ledger.totals()).toMatchObject({ charged: 0n, reserved: 0n });
  }
  expect((await client.infer(await client.seal([worker]))).ended).toBe(true);
});
