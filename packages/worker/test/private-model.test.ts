// Do encrypted weights reach a verified worker, and only it, and does it then answer sealed requests? And what of every way this can go wrong?
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WorkerDeps } from '../src/app.js';
import type { LogRecord } from '../src/log.js';
import type { AwaitingModel } from '../src/private-model/open-private-model.js';
import {
  type OwnedModel,
  type Owner,
  ownerOf,
  sealPlain,
  writeSealed,
} from '../test-support/sealed-model.js';
import { writeTinyGguf } from '../test-support/tiny-gguf.js';
import { offer, readAnswer, seal } from './support/ask.js';
import { until, useHarness } from './support/harness.js';
import { manualTime } from './support/manual-time.js';
import { startTestWorker, type TestWorker } from './support/start-test-worker.js';

const harness = useHarness();
let folder: string;
let plain: Buffer;
let model: OwnedModel;
let owner: Owner;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  const place = await mkdtemp(join(tmpdir(), 'private-plain-'));
  await writeTinyGguf(join(place, 'tiny.gguf'));
  plain = await readFile(join(place, 'tiny.gguf'));
  await rm(place, { recursive: true });
  model = await sealPlain(plain);
  owner = ownerOf(harness.network);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'private-'));
  await writeSealed(at('m.sealed'), model);
  return async () => rm(folder, { recursive: true });
});

const settings = () => ({
  engine: 'gguf' as const,
  modelSealedFile: at('m.sealed'),
  modelDigest: model.digestHex,
  modelReleaseListen: '127.0.0.1:0',
  // Whatever this machine's memory is: its rules have tests of their own.
  modelMemory: folder,
  modelOnDisk: true,
  model: 'tiny',
  gpu: 'off' as const,
  threads: 1,
  maxContext: 512,
});

interface Starting {
  worker: Promise<TestWorker>;
  /** Address of the waiting worker; empty with files alone. */
  url: string;
  records: LogRecord[];
  giveUp(): void;
}

/** A worker that waits. It is given up with the test if it still does. */
async function startWaiting(
  proxies: readonly string[],
  change: Record<string, unknown> = {},
  deps: Partial<WorkerDeps> = {},
): Promise<Starting> {
  const records: LogRecord[] = [];
  const stop = new AbortController();
  let told: (awaiting: AwaitingModel) => void = () => undefined;
  const awaiting = new Promise<AwaitingModel>((resolve) => {
    told = resolve;
  });
  const worker = startTestWorker({
    network: harness.network,
    proxies,
    settings: { ...settings(), ...change },
    timing: { releaseFileMs: 5 },
    deps: {
      ...deps,
      signal: stop.signal,
      onAwaitingModel: told,
      log: { write: (record) => void records.push(record) },
    },
  });
  const { url = '', digest } = await Promise.race([
    awaiting,
    worker.then(() => Promise.reject(new Error('did not wait'))),
  ]);
  expect(digest).toBe(model.digestHex);
  return { worker, url, records, giveUp: () => stop.abort() };
}

const evidenceAt = async (url: string): Promise<Uint8Array> =>
  new Uint8Array(await (await fetch(`${url}/v1/evidence`)).arrayBuffer());

async function post(
  url: string,
  release: Uint8Array,
): Promise<{ status: number; code?: string; accepted?: boolean }> {
  const response = await fetch(`${url}/v1/model-release`, { method: 'POST', body: Uint8Array.from(release) });
  const text = await response.text();
  return { status: response.status, ...(text === '' ? {} : JSON.parse(text)) };
}

/** No file but the sealed one, whatever happened. */
const leftBehind = async () => (await readdir(folder)).filter((name) => name !== 'm.sealed');

describe('with its key', () => {
  test('accepts: sealed weights, a release over HTTP, and a sealed request is answered', async () => {
    const peer = await harness.proxy();
    const waiting = await startWaiting([peer.url]);
    const evidence = await evidenceAt(waiting.url);
    const asked = await owner.verify(evidence);
    expect(asked.manifest.worker).toMatchObject({
      features: ['awaiting-model'],
      maxContext: 0,
      sealedModel: model.digest,
    });
    expect(await post(waiting.url, await owner.release(evidence, model))).toEqual({
      status: 200,
      accepted: true,
    });
    const worker = await waiting.worker;
    try {
      const channel = await peer.accept();
      const { worker: serving } = channel;
      expect(serving.manifest.worker).toMatchObject({ features: ['chat'], sealedModel: model.digest });
      // Other keys than those the release was sealed to.
      expect(serving.manifest.kemPublicKey).not.toEqual(asked.manifest.kemPublicKey);
      const sealed = await seal([serving], {
        json: { messages: [{ role: 'user', content: 'Hello' }], max_tokens: 16, seed: 3 },
      });
      const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
      expect(answer.receipt.private).toMatchObject({ countedBy: 'engine', usage: { completion: 16 } });
      expect(answer.receipt.receipt.finish).toBe('length');
      // Nothing waits any more, and the weights have no name.
      await expect(fetch(`${waiting.url}/v1/evidence`)).rejects.toThrow();
      expect(await leftBehind()).toEqual([]);
      expect(waiting.records.map(({ event }) => event)).toEqual(
        expect.arrayContaining(['awaiting-model', 'model-released', 'model-opened']),
      );
    } finally {
      await worker.stop();
    }
  });

  test('accepts: by files, also where an old release lies there already', async () => {
    const peer = await harness.proxy();
    const first = await startWaiting([peer.url]);
    await writeFile(at('release'), await owner.release(await evidenceAt(first.url), model));
    first.giveUp();
    await expect(first.worker).rejects.toMatchObject({ code: 'ABORTED' });

    const files = {
      modelReleaseListen: undefined,
      modelRequestFile: at('request'),
      modelReleaseFile: at('release'),
    };
    const second = await startWaiting([peer.url], files);
    expect(second.url).toBe('');
    await until(() => second.records.some(({ event }) => event === 'model-release-refused'));
    expect(second.records.find(({ event }) => event === 'model-release-refused')?.code).toBe(
      'RELEASE_WRONG_WORKER',
    );
    const evidence = new Uint8Array(await readFile(at('request')));
    await writeFile(at('release'), await owner.release(evidence, model));
    const worker = await second.worker;
    await until(() => !existsSync(at('request')));
    await worker.stop();
  });

  test('accepts: a release for keys that newer ones have joined; not for keys that ended', async () => {
    const peer = await harness.proxy();
    const time = manualTime();
    const waiting = await startWaiting([peer.url], {}, time.deps);
    const first = await evidenceAt(waiting.url);
    const toFirst = await owner.release(first, model);
    // The first keys end after 60 minutes, new ones come 10 to 15 minutes earlier.
    const next = async (old: Uint8Array): Promise<Uint8Array> => {
      const found = await evidenceAt(waiting.url);
      return Buffer.from(found).equals(old) ? next(old) : found;
    };
    time.pass(2_900_000);
    const second = await next(first);
    const wrongKey = await owner.release(first, { ...model, key: new Uint8Array(32) });
    expect(await post(waiting.url, wrongKey)).toMatchObject({ code: 'SEALED_MODEL_KEY' });
    time.pass(800_000);
    expect(await post(waiting.url, toFirst)).toMatchObject({ code: 'RELEASE_WRONG_WORKER' });
    expect(await post(waiting.url, await owner.release(second, model))).toMatchObject({ status: 200 });
    await (await waiting.worker).stop();
  });
});

describe('while it waits', () => {
  test('rejects: every release that is not for it, says which rule it broke, and goes on waiting', async () => {
    const peer = await harness.proxy();
    const waiting = await startWaiting([peer.url]);
    const other = await startWaiting([peer.url]);
    const evidence = await evidenceAt(waiting.url);
    const good = await owner.release(evidence, model);
    const past = { now: new Date(Date.now() - 120_000), lifeSeconds: 60 };
    const flipped = good.map((byte, i) => (i === good.length - 1 ? byte ^ 1 : byte));
    for (const [release, code] of [
      [await owner.release(await evidenceAt(other.url), model), 'RELEASE_WRONG_WORKER'],
      [await owner.release(evidence, model, past), 'RELEASE_EXPIRED'],
      [await owner.release(evidence, { ...model, key: new Uint8Array(32) }), 'SEALED_MODEL_KEY'],
      [flipped, 'RELEASE_INVALID'],
      [good.subarray(1), 'MALFORMED'],
      [new Uint8Array(0), 'MALFORMED'],
    ] as const)
      expect(await post(waiting.url, release)).toEqual({ status: 422, code });
    expect(waiting.records.filter(({ event }) => event === 'model-release-refused')).toHaveLength(6);
    expect((await post(waiting.url, new Uint8Array(5_000))).status).toBe(413);
    expect((await fetch(`${waiting.url}/v1/infer`)).status).toBe(404);
    expect((await fetch(`${waiting.url}/v1/model-release`)).status).toBe(404);
    expect(await post(waiting.url, good)).toMatchObject({ status: 200 });
    await (await waiting.worker).stop();
    other.giveUp();
    await expect(other.worker).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test('privacy: no log record and no answer holds key or release, and junk cannot fill the log', async () => {
    const peer = await harness.proxy();
    const waiting = await startWaiting([peer.url]);
    for (let i = 0; i < 120; i++) await post(waiting.url, new Uint8Array(10));
    const refused = waiting.records.filter(({ event }) => event === 'model-release-refused');
    expect(refused).toHaveLength(100);
    await post(waiting.url, await owner.release(await evidenceAt(waiting.url), model));
    await (await waiting.worker).stop();
    const said = JSON.stringify(waiting.records);
    for (const secret of [model.key, plain.subarray(0, 16)])
      for (const form of ['hex', 'base64'] as const)
        expect(said).not.toContain(Buffer.from(secret).toString(form));
  });

  test('accepts: being given up, and leaves nothing behind', async () => {
    const peer = await harness.proxy();
    const files = { modelRequestFile: at('request'), modelReleaseFile: at('release') };
    const waiting = await startWaiting([peer.url], files);
    expect(await leftBehind()).toEqual(['request']);
    waiting.giveUp();
    await expect(waiting.worker).rejects.toMatchObject({ code: 'ABORTED' });
    await until(() => !existsSync(at('request')));
    await expect(fetch(`${waiting.url}/v1/evidence`)).rejects.toThrow();
  });

  test('rejects: to wait where it cannot be reached, or cannot write', async () => {
    const peer = await harness.proxy();
    const port = { modelReleaseListen: `127.0.0.1:${peer.port}` };
    await expect(startWaiting([peer.url], port)).rejects.toMatchObject({ code: 'MODEL_LISTEN_FAILED' });
    const files = { modelRequestFile: at('no/folder'), modelReleaseFile: at('release') };
    await expect(startWaiting([peer.url], files)).rejects.toMatchObject({ code: 'MODEL_REQUEST_UNWRITABLE' });
  });
});

describe('before anybody is asked for a key', () => {
  const start = (change: Record<string, unknown> = {}) => startWaiting(['http://127.0.0.1:1'], change);
  test('rejects: a sealed file that is missing, a folder, no sealed model, cut, too long, another one, an altered header', async () => {
    const cases: [string, (() => Promise<unknown>) | undefined, Record<string, unknown>?][] = [
      ['SEALED_MODEL_UNREADABLE', undefined, { modelSealedFile: at('none') }],
      ['SEALED_MODEL_UNREADABLE', undefined, { modelSealedFile: folder }],
      ['SEALED_MODEL_FORMAT', () => writeFile(at('m.sealed'), plain)],
      ['SEALED_MODEL_LENGTH', () => writeSealed(at('m.sealed'), model, (bytes) => bytes.subarray(0, -1))],
      [
        'SEALED_MODEL_LENGTH',
        () => writeSealed(at('m.sealed'), model, (bytes) => Buffer.concat([bytes, Buffer.of(0)])),
      ],
      ['SEALED_MODEL_WRONG', async () => writeSealed(at('m.sealed'), await sealPlain(plain))],
      ['SEALED_MODEL_WRONG', () => writeSealed(at('m.sealed'), model, (bytes) => bytes.fill(9, 20, 24))],
    ];
    for (const [code, prepare, change] of cases) {
      await prepare?.();
      await expect(start(change)).rejects.toMatchObject({ code });
      await writeSealed(at('m.sealed'), model);
    }
  });

  test('rejects: a place that is not in memory, and a machine that swaps', async () => {
    const place = { modelOnDisk: false, modelMemory: '/proc' };
    await expect(start(place)).rejects.toMatchObject({ code: 'MODEL_PLACE_NOT_MEMORY' });
    await expect(start({ modelOnDisk: false, modelMemory: at('none') })).rejects.toMatchObject({
      code: 'MODEL_PLACE_NOT_MEMORY',
    });
  });
});

describe('with the right key and other bytes', () => {
  /** Exchanges the file's bytes while it waits, in place: the worker has checked its header already. */
  async function afterRelease(change: (bytes: Uint8Array) => Uint8Array, owned = model): Promise<unknown> {
    await writeSealed(at('m.sealed'), owned, undefined);
    const waiting = await startWaiting(['http://127.0.0.1:1'], { modelDigest: owned.digestHex });
    await writeSealed(at('m.sealed'), owned, change);
    await post(waiting.url, await owner.release(await evidenceAt(waiting.url), owned));
    const outcome = await waiting.worker.then(
      () => 'started',
      (error: unknown) => error,
    );
    expect(await leftBehind()).toEqual([]);
    return outcome;
  }

  test('rejects: each piece altered, two exchanged, the file cut meanwhile', async () => {
    const { pieces } = model;
    const [first = 0, second = 0, third = 0] = pieces;
    const flip = (place: number) => (bytes: Uint8Array) =>
      bytes.map((byte, i) => (i === place ? byte ^ 1 : byte));
    const swap = (bytes: Uint8Array) => {
      const copy = bytes.slice(first, second);
      bytes.copyWithin(first, second, third);
      bytes.set(copy, second);
      return bytes;
    };
    for (const change of [
      flip(first),
      flip(pieces[pieces.length >> 1] ?? 0),
      flip(model.bytes.length - 1),
      swap,
      (bytes: Uint8Array) => bytes.subarray(0, second + 5),
    ])
      expect(await afterRelease(change)).toMatchObject({ code: 'SEALED_MODEL_CHUNK' });
  });
});
