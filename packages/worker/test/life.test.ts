// How does a worker change keys, follow its network, and stop?
import { DEFAULT_PRICES } from '@cocoonkit/sdk/protocol';
import { priceDigest } from '@cocoonkit/sdk/seal';
import { expect, test } from 'vitest';
import { offer, readAnswer, seal } from './support/ask.js';
import { until, useHarness } from './support/harness.js';
import { makeProxyMachine } from './support/local-network.js';
import { manualTime } from './support/manual-time.js';
import { chunk, end, hanging, type Script, saying, scriptedEngine } from './support/scripted-engine.js';

const harness = useHarness();
const SECOND = 1_000;
/** Blocks of the network would set back a clock that a test moved forward. */
const NO_BLOCKS = { beaconMs: 2 ** 30 };

test('new keys come before the old ones end; requests to both are answered; then the old channel closes', async () => {
  const engine = scriptedEngine({ run: saying(['ok']) });
  const time = manualTime();
  const {
    channel: old,
    peer,
    worker,
  } = await harness.connected({
    engine,
    deps: time.deps,
    timing: { epochSeconds: 300, overlapSeconds: 100, jitterSeconds: 0 },
  });
  time.pass(200 * SECOND);
  const fresh = await peer.accept();
  expect(fresh.worker.digest).not.toEqual(old.worker.digest);
  expect(worker.epochs).toHaveLength(2);
  for (const channel of [old, fresh]) {
    const sealed = await seal([channel.worker]);
    const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
    expect(answer.receipt.receipt.workerDigest).toEqual(channel.worker.digest);
  }
  // A request sealed to the new keys is not taken on the old keys' channel.
  const sealed = await seal([fresh.worker]);
  const stream = await offer(old, sealed);
  expect(await old.take((c) => c.stream === stream && c.type === 'refuse')).toMatchObject({
    code: 'KEY_EXPIRED',
  });
  time.pass(100 * SECOND);
  await old.closed;
  expect(worker.epochs.some(({ digest }) => Buffer.from(digest).equals(old.worker.digest))).toBe(false);
});

test('a request that runs when the keys end is finished on its channel; nothing new is taken there', async () => {
  const time = manualTime();
  const { channel, peer, worker } = await harness.connected({
    engine: scriptedEngine({ run: hanging() }),
    deps: time.deps,
    timing: { ...NO_BLOCKS, epochSeconds: 300, overlapSeconds: 100, jitterSeconds: 0 },
  });
  const sealed = await seal([channel.worker]);
  const stream = await offer(channel, sealed);
  await channel.stream(stream).changed();
  time.pass(200 * SECOND);
  await peer.accept();
  time.jump(300 * SECOND);
  time.pass(100 * SECOND);
  const isOld = (digest: Uint8Array): boolean => Buffer.from(digest).equals(channel.worker.digest);
  await until(() => !worker.epochs.some(({ digest }) => isOld(digest)));
  const late = await seal([channel.worker]);
  const refused = await offer(channel, late);
  expect(await channel.take((c) => c.stream === refused)).toMatchObject({
    type: 'refuse',
    code: 'KEY_EXPIRED',
  });
  await channel.send({ type: 'cancel', coreHash: sealed.coreHash, token: sealed.cancelToken });
  expect((await readAnswer(channel, sealed, stream)).text).toBe('begun');
  await channel.closed;
});

test('the channel ends with the proxy’s manifest and is made again', async () => {
  const peer = await harness.proxy(await makeProxyMachine(harness.network, { lifeSeconds: 600 }));
  const time = manualTime();
  const engine = scriptedEngine({ run: saying(['ok']) });
  const worker = await harness.worker([peer], { engine, deps: time.deps, timing: NO_BLOCKS });
  const channel = await peer.accept();
  await worker.connected;
  time.jump(700 * SECOND);
  time.pass(600 * SECOND);
  await channel.closed;
  await until(() => worker.records.some(({ code }) => code === 'MANIFEST_EXPIRED'));
});

test('a proxy that has made no next keys yet keeps its channel; the worker looks again', async () => {
  const ending = await makeProxyMachine(harness.network, { ageSeconds: 3_400 });
  const peer = await harness.proxy(ending);
  const worker = await harness.worker([peer], { engine: scriptedEngine({ run: saying(['ok']) }) });
  const channel = await peer.accept();
  await until(() => worker.records.filter(({ code }) => code === 'PROXY_NOT_RENEWED').length >= 2);
  const sealed = await seal([channel.worker]);
  expect((await readAnswer(channel, sealed, await offer(channel, sealed))).text).toBe('ok');
  expect(worker.records.filter(({ event }) => event === 'connected')).toHaveLength(1);
});

test('other prices mean new keys; the old ones keep what they promised', async () => {
  const { channel, peer } = await harness.connected({
    engine: scriptedEngine({ run: saying(['ok']) }),
    timing: { registryMs: 20 },
  });
  const prices = { ...DEFAULT_PRICES, paramsVersion: 2 };
  await harness.network.publish({ prices });
  const fresh = await peer.accept();
  expect(fresh.worker.manifest.worker?.priceDigest).toEqual(priceDigest(prices));
  expect(channel.worker.manifest.worker?.priceDigest).toEqual(priceDigest(DEFAULT_PRICES));
  await harness.network.publish({ prices: DEFAULT_PRICES });
});

test('one worker serves several proxies', async () => {
  const first = await harness.proxy();
  const second = await harness.proxy(await makeProxyMachine(harness.network));
  await harness.worker([first, second], { engine: scriptedEngine({ run: saying(['ok']) }) });
  for (const peer of [first, second]) {
    const channel = await peer.accept();
    const sealed = await seal([channel.worker]);
    expect((await readAnswer(channel, sealed, await offer(channel, sealed))).text).toBe('ok');
  }
});

test('a stopping worker says so, finishes what runs, takes nothing new, and ends', async () => {
  let finish = (): void => undefined;
  const run: Script['run'] = async function* () {
    yield chunk('begun', 1);
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    yield chunk(' and done', 2);
    yield end({ completion: 2 });
  };
  const { channel, worker } = await harness.connected({
    engine: scriptedEngine({ run }),
    timing: { drainMs: 60_000 },
  });
  const sealed = await seal([channel.worker]);
  const stream = await offer(channel, sealed);
  await channel.stream(stream).changed();
  const stopped = worker.stop();
  await channel.take((c) => c.type === 'drain');
  const late = await seal([channel.worker]);
  const refused = await offer(channel, late);
  expect(await channel.take((c) => c.stream === refused)).toMatchObject({
    type: 'refuse',
    code: 'WORKER_BUSY',
  });
  finish();
  expect((await readAnswer(channel, sealed, stream)).text).toBe('begun and done');
  await channel.send({ type: 'receipt-ack', coreHash: sealed.coreHash });
  await stopped;
  await channel.closed;
  expect(worker.parts.outbox.size).toBe(0);
});

test('a stopping worker does not wait for ever: what runs too long ends as cancelled, with its bill', async () => {
  const { channel, worker } = await harness.connected({
    engine: scriptedEngine({ run: hanging() }),
    timing: { drainMs: 30 },
  });
  const sealed = await seal([channel.worker]);
  const stream = await offer(channel, sealed);
  await channel.stream(stream).changed();
  const stopped = worker.stop();
  expect((await readAnswer(channel, sealed, stream)).receipt.receipt.finish).toBe('cancelled');
  await stopped;
});

test('load is reported', async () => {
  const { channel } = await harness.connected({
    engine: scriptedEngine({ run: hanging() }),
    settings: { slots: 3 },
  });
  const sealed = await seal([channel.worker]);
  const stream = await offer(channel, sealed);
  expect(await channel.take((c) => c.type === 'status' && c.running === 1)).toMatchObject({ slots: 3 });
  await channel.send({ type: 'cancel', coreHash: sealed.coreHash, token: sealed.cancelToken });
  await readAnswer(channel, sealed, stream);
  expect(await channel.take((c) => c.type === 'status' && c.running === 0)).toMatchObject({ slots: 3 });
});
