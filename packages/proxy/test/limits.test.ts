// Who is turned away, with which code and until when; and do those who are being served stay so while junk pours in?
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ProxyConfigInput } from '../src/index.js';
import { answerHonestly, connectWorker } from './support/scripted-worker.js';
import { random, startNetwork, type TestNetwork, until } from './support/start-network.js';
import { TestClient } from './support/test-client.js';

let network: TestNetwork | undefined;
let clients: TestClient[] = [];

const open = async (limits: ProxyConfigInput['limits']): Promise<TestNetwork> => {
  network = await startNetwork({ limits });
  return network;
};
beforeEach(() => {
  clients = [];
});
afterEach(() => network?.stop());

/** Sends envelopes that do not open, over many connections, as fast as they are answered. */
const FLOOD = `
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
const [url, file] = process.argv.slice(2);
const body = readFileSync(file);
const agent = new Agent({ keepAlive: true, maxSockets: 40 });
const next = () => {
  const sent = request(url, { method: 'POST', agent, headers: { 'Content-Length': body.length } }, (answer) => {
    answer.resume();
    answer.on('end', next);
  });
  sent.on('error', () => setTimeout(next, 10));
  sent.end(body);
};
for (let lane = 0; lane < 40; lane++) next();
`;

test('an address above its rate: 429 with Retry-After, readable from pages, on sealed routes and evidence', async () => {
  const { proxy, clock } = await open({ addressRate: 1, addressBurst: 2 });
  clock.stoppedAt = Date.now();
  const replica = proxy.parts.identity.current().replica;
  const ask = () =>
    fetch(`${proxy.url}/v1/infer/${replica}`, { method: 'POST', body: new Uint8Array(random(60)) });
  const evidence = () => fetch(`${proxy.url}/v1/evidence/${'0'.repeat(64)}`);
  const answers = [await ask(), await ask(), await ask(), await evidence()].slice(2);
  for (const answer of answers) {
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.headers.get('access-control-expose-headers')).toBe('Retry-After');
    expect(await answer.json()).toEqual({ code: 'TOO_MANY_REQUESTS' });
  }
});

test('an account above what it may run at once: TOO_MANY_RUNNING, again after a second; logged under its support id', async () => {
  const { lines, ...running } = await open({ accountRunning: 1 });
  const client = await TestClient.create(running);
  const go: (() => void)[] = [];
  const worker = await connectWorker(running, {
    script: async (job, self) => {
      await new Promise<void>((resolve) => go.push(resolve));
      await answerHonestly(job, self);
    },
  });
  const first = client.infer(await client.seal([worker]));
  await until(() => go.length === 1);
  const sealed = await client.seal([worker]);
  const { notice } = await client.infer(sealed);
  expect(notice).toMatchObject({ type: 'refused', code: 'TOO_MANY_RUNNING', retryAfterMs: 1_000 });
  const request = createHash('sha256').update(sealed.core.operationId).digest('hex').slice(0, 16);
  const logged = lines.map((line) => JSON.parse(line)).filter((line) => line.request === request);
  expect(logged).toMatchObject([{ event: 'refused', code: 'TOO_MANY_RUNNING' }]);
  expect(lines.join('')).not.toContain(client.id);
  expect(lines.join('')).not.toContain(Buffer.from(sealed.core.operationId).toString('hex'));
  for (const end of go) end();
  expect((await first).ended).toBe(true);
});

test('under a flood of junk, clients with tickets are served; a newcomer gets 429, and is served afterwards', {
  timeout: 240_000,
}, async () => {
  const limits = {
    junkRate: 20,
    addressRate: 1_000_000,
    addressBurst: 1_000_000,
  };
  const running = await open(limits);
  const worker = await connectWorker(running);
  for (let index = 0; index < 3; index++) {
    const client = await TestClient.create(running);
    expect((await client.infer(await client.seal([worker]))).notice?.type).toBe('settled');
    client.useTickets = true;
    clients.push(client);
  }
  const newcomer = await TestClient.create(running);
  const { bytes } = await newcomer.envelope(await newcomer.seal([worker]));
  const junk = join(running.dir, 'junk');
  writeFileSync(
    junk,
    bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte)),
  );
  writeFileSync(join(running.dir, 'flood.mjs'), FLOOD);
  const url = `${running.proxy.url}/v1/infer/${newcomer.replica}`;
  const flood = spawn(process.execPath, [join(running.dir, 'flood.mjs'), url, junk], { stdio: 'ignore' });
  const { metrics } = running.proxy.parts;
  const refused = async (): Promise<number> =>
    Number(/tickets_total\{outcome="refused"\} (\d+)/.exec(await metrics.registry.metrics())?.[1] ?? 0);
  try {
    while ((await refused()) < 20) await new Promise((resolve) => setTimeout(resolve, 5));
    const served = clients.map(async (client) => {
      for (let call = 0; call < 3; call++)
        expect((await client.infer(await client.seal([worker]))).notice).toMatchObject({ type: 'settled' });
    });
    await Promise.all(served);
    // Each second a few pieces of junk are opened before the door closes, so a newcomer may also be lucky.
    let turnedAway: Response | undefined;
    while (turnedAway?.status !== 429) {
      const { message } = await newcomer.envelope(await newcomer.seal([worker]));
      turnedAway = await newcomer.post(`/v1/infer/${newcomer.replica}`, message);
      if (turnedAway.status !== 429) await turnedAway.arrayBuffer();
    }
    expect(turnedAway.headers.get('retry-after')).toBe('1');
    expect(await turnedAway.json()).toEqual({ code: 'TOO_MANY_REQUESTS' });
  } finally {
    flood.kill('SIGKILL');
  }
  // Junk that was on its way is still answered; the newcomer does as Retry-After says.
  const charged = running.proxy.parts.ledger.totals().clientTokens;
  let answered = await newcomer.infer(await newcomer.seal([worker]));
  while (answered.status === 429) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    answered = await newcomer.infer(await newcomer.seal([worker]));
  }
  expect(answered.notice).toMatchObject({ type: 'settled' });
  expect(running.proxy.parts.ledger.totals().clientTokens).toBe(charged + 50n);
});
