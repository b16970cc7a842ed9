// Does everything still hold with very many streams, and with very many workers?
import { once } from 'node:events';
import {
  evidenceBundleLayout,
  evidenceQuestionLayout,
  modelsAnswerLayout,
  rosterAnswerLayout,
  rosterQuestionLayout,
} from '@cocoonkit/sdk/protocol';
import { acceptWorkerLink, startWorkerLink, verifyRoster, verifyRosterPage } from '@cocoonkit/sdk/seal';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { WorkerChannel } from '../src/workers/worker-channel.js';
import {
  answerHonestly,
  connectWorker,
  type ScriptedWorker,
  verifyBundle,
} from './support/scripted-worker.js';
import { random, startNetwork, type TestNetwork, until } from './support/start-network.js';
import { TestClient } from './support/test-client.js';

const STREAMS = 200;
const WORKERS = 3_000;
const PAGE = 128;
const MODEL = 'test-model';

let network: TestNetwork;
const ends: (() => void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await network.stop();
});

test('200 answers at once over one channel: each ends with its verified FINAL, and each is charged once', async () => {
  const wide = { addressRate: 100_000, addressBurst: 100_000, accountRunning: STREAMS };
  network = await startNetwork({ limits: wide });
  const client = await TestClient.create(network, 100_000_000n);
  const { parts } = network.proxy;
  const go: (() => void)[] = [];
  const worker = await connectWorker(network, {
    slots: STREAMS,
    script: async (job, self) => {
      await new Promise<void>((resolve) => go.push(resolve));
      await answerHonestly(job, self, undefined, { bytes: 70_000 });
    },
  });
  // All wait for the last one to be sealed, however long that takes.
  const terms = { expires: Math.floor(network.now().getTime() / 1000) + 300, maxMs: 600_000 };
  const answers = Array.from({ length: STREAMS }, async () =>
    client.infer(await client.seal([worker], terms)),
  );
  await until(() => go.length === STREAMS);
  expect(parts.workers.streams).toBe(STREAMS);
  for (const start of go) start();
  for (const { ended, notice } of await Promise.all(answers))
    expect({ ended, notice: notice?.type }).toEqual({ ended: true, notice: 'settled' });
  expect(parts.ledger.totals()).toMatchObject({ clientTokens: 50n * BigInt(STREAMS), reserved: 0n });
  await until(() => parts.requests.size === 0 && parts.workers.streams === 0);
});

test('3,000 workers: every page of the roster is signed for and each worker is on exactly one; answers stay small', async () => {
  network = await startNetwork();
  const client = await TestClient.create(network);
  const worker = await connectWorker(network);
  const crowd = await addCrowd(worker, WORKERS - 1);
  expect(network.proxy.parts.workers.size).toBe(WORKERS);

  const pages = Math.ceil(WORKERS / PAGE);
  const seen: string[] = [];
  for (let first = 0; first < pages; first += 4) {
    const draws = [0, 1, 2, 3].map((more) => pages * 1_000 + Math.min(first + more, pages - 1));
    const question = rosterQuestionLayout.encode({ model: MODEL, draws });
    const { payload } = await client.ask('roster', question);
    expect(payload?.length).toBeLessThan(40_000);
    const answer = rosterAnswerLayout.decode(payload ?? new Uint8Array(0));
    const now = network.now();
    const roster = await verifyRoster(client.proxy, answer.roster, answer.signature, { now, model: MODEL });
    expect(roster).toMatchObject({ total: WORKERS });
    expect(roster.pageHashes).toHaveLength(pages);
    for (const page of answer.pages)
      seen.push(...verifyRosterPage(roster, page).map(({ digest }) => Buffer.from(digest).toString('hex')));
  }
  const all = [worker.digest, ...crowd.map(({ worker: { digest } }) => digest)];
  expect(seen).toEqual(all.map((digest) => Buffer.from(digest).toString('hex')).sort());

  const { payload } = await client.ask('models');
  const { models } = modelsAnswerLayout.decode(payload ?? new Uint8Array(0));
  expect(models).toMatchObject([{ model: MODEL, workers: WORKERS }]);
  const digests = all.slice(-16);
  const wanted = evidenceQuestionLayout.encode({ digests, have: [] });
  const { payload: evidence } = await client.ask('evidence', wanted);
  const bundle = evidenceBundleLayout.decode(evidence ?? new Uint8Array(0));
  // What they have in common is sent once.
  expect([bundle.machines.length, bundle.collaterals.length]).toEqual([16, 1]);
  const page = await (await fetch(network.proxy.url)).text();
  expect(page).toContain(`workers (${WORKERS})`);
  expect(page.length).toBeLessThan(20_000);

  // The one that can answer is found among all the others.
  const { ended, notice } = await client.infer(await client.seal([worker]));
  expect([ended, notice?.type]).toEqual([true, 'settled']);
  // Leaving takes each off the list again, wherever it stood.
  for (const channel of crowd.filter((_, index) => index % 3 === 0)) channel.close();
  const left = network.proxy.parts.workers.offering(MODEL).map(({ digest }) => digest);
  expect(left).toHaveLength(WORKERS - 1_000);
  expect(left).toEqual([...left].sort());
  // Silence is looked for a few channels at a time, and yet none is passed over.
  network.clock.aheadMs = 46_000;
  await until(() => network.proxy.parts.workers.size === 0);
  expect(network.proxy.parts.workers.offers(MODEL)).toBe(false);
});

/** Channels of machines that are like a verified one but for their digests: what the table sees of ten minutes of handshakes. */
async function addCrowd({ keys, machine }: ScriptedWorker, count: number): Promise<WorkerChannel[]> {
  const { identity, workers, audience } = network.proxy.parts;
  const epoch = identity.current();
  const hand = startWorkerLink({ keys, evidence: machine.bundle, random });
  const { worker, finish, hello } = await acceptWorkerLink({
    ...{ keys: epoch.keys, digest: epoch.digest, evidence: epoch.bundle, audience, random },
    hello: hand.hello,
    verify: (bundle) => verifyBundle(bundle, 'worker', network),
  });
  const { key } = await hand.finish(hello, (bundle) => verifyBundle(bundle, 'proxy', network));
  const link = await finish(key);
  const claims = worker.manifest.worker;
  if (claims === undefined) throw new TypeError('not a worker');
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const address = server.address();
  const socket = new WebSocket(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  socket.setMaxListeners(0);
  ends.push(() => {
    socket.terminate();
    server.close();
  });
  await once(socket, 'open');
  const events = {
    receipt: async () => {},
    revoked: () => {},
    closed: (channel: WorkerChannel) => workers.remove(channel),
  };
  const { now } = network;
  return Array.from({ length: count }, () => {
    const like = { ...worker, digest: random(32) };
    const channel = new WorkerChannel({ socket, link, worker: like, claims, epoch, slots: 1, events, now });
    workers.add(channel);
    return channel;
  });
}
