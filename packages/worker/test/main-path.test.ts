// Does one request travel the whole way: opened, computed, sealed, billed, acknowledged?
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { offer, readAnswer, seal } from './support/ask.js';
import {
  type LocalNetwork,
  type Machine,
  makeProxyMachine,
  startLocalNetwork,
} from './support/local-network.js';
import { AUDIENCE, type ProxyPeer, startProxyPeer } from './support/proxy-peer.js';
import { saying, scriptedEngine } from './support/scripted-engine.js';
import { startTestWorker, type TestWorker } from './support/start-test-worker.js';

let network: LocalNetwork;
let machine: Machine;
let peer: ProxyPeer;
let worker: TestWorker | undefined;

beforeAll(async () => {
  network = await startLocalNetwork();
  machine = await makeProxyMachine(network);
  peer = await startProxyPeer(network, machine);
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
});
afterAll(async () => {
  await peer.close();
  await network.close();
});

test('a request is answered, and its bill is verified and acknowledged', async () => {
  const engine = scriptedEngine({ run: saying(['One', ' two', ' three.']) });
  worker = await startTestWorker({ network, proxies: [peer.url], engine });
  const channel = await peer.accept();
  expect(await worker.connected).toBe(peer.url);
  const sealed = await seal([channel.worker]);
  const stream = await offer(channel, sealed);
  const answer = await readAnswer(channel, sealed, stream);
  expect(answer.text).toBe('One two three.');
  expect(answer.receipt.receipt.finish).toBe('stop');
  expect(answer.receipt.private.usage).toEqual({ prompt: 5, cached: 0, completion: 3, reasoning: 0 });
  expect(answer.receipt.receipt.tokens).toBe(5n + 24n);
  expect(answer.receipt.receipt.audience).toBe(AUDIENCE);

  const bill = await channel.take((control) => control.type === 'receipt');
  expect(bill?.receipt).toEqual(answer.receipt.final.receipt);
  expect(bill?.held).toBe(1);
  expect(worker.parts.outbox.size).toBe(1);
  await channel.send({ type: 'receipt-ack', coreHash: sealed.coreHash });
  await worker.parts.outbox.empty(new AbortController().signal);
  expect(worker.parts.outbox.size).toBe(0);
  expect(engine.requests[0]?.maxOutputTokens).toBe(1_000);
});

test('the extractive engine summarizes through the whole path', async () => {
  worker = await startTestWorker({ network, proxies: [peer.url] });
  const channel = await peer.accept();
  const text =
    'Summarize: The harbour was busy. Ships came from the north with timber and iron. Ships left for the south with wool. ' +
    'The harbour master counted ships and timber every day. Nobody else counted anything.';
  const sealed = await seal([channel.worker], {
    json: { messages: [{ role: 'user', content: text }] },
    padding: 'balanced',
  });
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  expect(answer.text.length).toBeGreaterThan(0);
  expect(text).toContain(answer.text.split('\n')[0]);
  expect(answer.receipt.private.countedBy).toBe('tokenizer');
});

test.each(['fast', 'balanced', 'strict'] as const)(
  'the %s answer ends on a bucket of sizes',
  async (padding) => {
    const engine = scriptedEngine({ run: saying(Array.from({ length: 20 }, (_, i) => `word ${i} `)) });
    worker = await startTestWorker({ network, proxies: [peer.url], engine, timing: { strictFrameMs: 2 } });
    const channel = await peer.accept();
    const sealed = await seal([channel.worker], { padding });
    const stream = await offer(channel, sealed);
    const answer = await readAnswer(channel, sealed, stream);
    expect(answer.items).toHaveLength(20);
    const { padme } = await import('@cocoonkit/sdk/protocol');
    expect(channel.stream(stream).bytes).toBe(padme(channel.stream(stream).bytes));
  },
);

test('every suite of the manifest works', async () => {
  const engine = scriptedEngine({ run: saying(['ok']) });
  worker = await startTestWorker({ network, proxies: [peer.url], engine });
  const channel = await peer.accept();
  for (const suite of [1, 2] as const) {
    const sealed = await seal([channel.worker], { suite });
    expect((await readAnswer(channel, sealed, await offer(channel, sealed))).text).toBe('ok');
  }
});

test('a body of many windows arrives by credit', async () => {
  const engine = scriptedEngine({ run: saying(['read']) });
  worker = await startTestWorker({ network, proxies: [peer.url], engine });
  const channel = await peer.accept();
  const content = 'x'.repeat(1_500_000);
  const sealed = await seal([channel.worker], { json: { messages: [{ role: 'user', content }] } });
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  expect(answer.text).toBe('read');
  expect(engine.requests[0]?.request['messages']).toEqual([{ role: 'user', content }]);
});

test('as many requests run at once as there are slots', async () => {
  const engine = scriptedEngine({ run: saying(['a', 'b', 'c']) });
  worker = await startTestWorker({ network, proxies: [peer.url], engine, settings: { slots: 8 } });
  const channel = await peer.accept();
  const answers = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const sealed = await seal([channel.worker]);
      return readAnswer(channel, sealed, await offer(channel, sealed));
    }),
  );
  expect(answers.map(({ text }) => text)).toEqual(Array.from({ length: 8 }, () => 'abc'));
  const sequences = answers.map(({ receipt }) => receipt.receipt.sequence);
  expect(new Set(sequences).size).toBe(8);
});
