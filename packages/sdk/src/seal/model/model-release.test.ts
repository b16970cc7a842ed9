// Does a released key reach exactly the worker it was meant for, for exactly this model and time?
import { describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { type FixedMachine, fixedProxy, fixedWorker, NOW } from '../../../scripts/fixed-machines.js';
import { MODEL_KEY } from '../../../scripts/fixed-model.js';
import {
  AWAITING_MODEL,
  decodeModelRelease,
  type ModelReleaseTerms,
  modelReleaseLayout,
  modelReleaseTermsLayout,
} from '../../protocol/model-release.js';
import { openModelKey, sealModelKey } from './index.js';

const random = platform.randomBytes;
const modelDigest = platform.sha256(Uint8Array.of(1));
const otherDigest = platform.sha256(Uint8Array.of(2));
const waiting = (seed: string) =>
  fixedWorker(seed, { claims: { features: [AWAITING_MODEL], sealedModel: modelDigest } });
const [worker, other] = [await waiting('waits'), await waiting('waits too')];
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

const release = (change: Partial<Parameters<typeof sealModelKey>[0]> = {}) =>
  sealModelKey({
    machine: worker.machine,
    key: MODEL_KEY,
    modelDigest,
    now: NOW,
    lifeSeconds: 600,
    random,
    ...change,
  });
const open = (
  bytes: Uint8Array,
  at: FixedMachine = worker,
  change: { now?: Date; modelDigest?: Uint8Array } = {},
) => openModelKey({ release: bytes, keys: at.keys, digest: at.digest, modelDigest, now: NOW, ...change });

/** The same release under other terms, as somebody on the way could write them. */
function reword(bytes: Uint8Array, change: Partial<ModelReleaseTerms>): Uint8Array {
  const { terms, sealedKey } = decodeModelRelease(bytes);
  return modelReleaseLayout.encode({
    terms: modelReleaseTermsLayout.encode({ ...modelReleaseTermsLayout.decode(terms), ...change }),
    sealedKey,
  });
}

describe('a released key', () => {
  it('accepts: the worker gets the key, until the second it expires', async () => {
    const { release: bytes, expires } = await release();
    expect(expires).toEqual(later(600));
    expect(await open(bytes)).toEqual(MODEL_KEY);
    expect(await open(bytes, worker, { now: later(599.9) })).toEqual(MODEL_KEY);
    await expect(open(bytes, worker, { now: later(600) })).rejects.toMatchObject({ code: 'RELEASE_EXPIRED' });
  });

  it('privacy: it holds no byte sequence of the key, and no two are alike', async () => {
    const [a, b] = [(await release()).release, (await release()).release];
    expect(Buffer.from(a).includes(Buffer.from(MODEL_KEY.subarray(0, 8)))).toBe(false);
    expect(decodeModelRelease(a).sealedKey).not.toEqual(decodeModelRelease(b).sealedKey);
  });

  it('accepts: it never outlives the keys it is sealed to', async () => {
    const { expires } = await release({ lifeSeconds: 86_400 });
    expect(expires).toEqual(worker.machine.expiresAt);
  });

  it('rejects: to open at another worker of the same kind', async () => {
    const { release: bytes } = await release();
    await expect(open(bytes, other)).rejects.toMatchObject({ code: 'RELEASE_WRONG_WORKER' });
    await expect(open(reword(bytes, { workerDigest: other.digest }), other)).rejects.toMatchObject({
      code: 'RELEASE_INVALID',
    });
  });

  it('rejects: to open for another model, also when its terms are rewritten', async () => {
    const { release: bytes } = await release();
    await expect(open(bytes, worker, { modelDigest: otherDigest })).rejects.toMatchObject({
      code: 'RELEASE_WRONG_MODEL',
    });
    await expect(
      open(reword(bytes, { modelDigest: otherDigest }), worker, { modelDigest: otherDigest }),
    ).rejects.toMatchObject({ code: 'RELEASE_INVALID' });
  });

  it('rejects: a longer life written into its terms', async () => {
    const { release: bytes } = await release();
    const longer = reword(bytes, { expires: later(6_000).getTime() / 1000 });
    await expect(open(longer, worker, { now: later(700) })).rejects.toMatchObject({
      code: 'RELEASE_INVALID',
    });
  });

  it('rejects: another version, another suite', async () => {
    const { release: bytes } = await release();
    await expect(open(reword(bytes, { version: 2 }))).rejects.toMatchObject({ code: 'UNSUPPORTED_VERSION' });
    await expect(open(reword(bytes, { suite: 2 }))).rejects.toMatchObject({ code: 'UNSUPPORTED_SUITE' });
  });

  it('rejects: any byte changed, any length', async () => {
    const { release: bytes } = await release();
    // The terms whole; of the encapsulation every seventh byte.
    for (let at = 0; at < bytes.length; at += at < 160 ? 1 : 7) {
      const bad = bytes.map((byte, i) => (i === at ? byte ^ 0x40 : byte));
      await expect(open(bad), `byte ${at}`).rejects.toMatchObject({
        code: expect.stringMatching(
          /^(RELEASE_(INVALID|WRONG_WORKER|WRONG_MODEL|EXPIRED)|MALFORMED|UNSUPPORTED_\w+)$/,
        ),
      });
      await expect(open(bytes.subarray(0, at)), `length ${at}`).rejects.toMatchObject({ code: 'MALFORMED' });
    }
    await expect(open(new Uint8Array(4_096))).rejects.toMatchObject({ code: 'MALFORMED' });
  });
});

describe('before anything is released', () => {
  it('rejects: a machine that verification did not make', async () => {
    await expect(release({ machine: { ...worker.machine } })).rejects.toMatchObject({
      code: 'MACHINE_NOT_VERIFIED',
    });
  });

  it('rejects: a proxy', async () => {
    const { machine } = await fixedProxy('p');
    await expect(release({ machine })).rejects.toMatchObject({ code: 'MACHINE_ROLE' });
  });

  it.each([
    ['that serves already', { sealedModel: modelDigest }],
    ['that names no model', { features: [AWAITING_MODEL] }],
  ])('rejects: a worker %s', async (_, claims) => {
    const { machine } = await fixedWorker('serves', { claims });
    await expect(release({ machine })).rejects.toMatchObject({ code: 'RELEASE_NOT_AWAITED' });
  });

  it('rejects: a worker that waits for another model', async () => {
    await expect(release({ modelDigest: otherDigest })).rejects.toMatchObject({
      code: 'RELEASE_WRONG_MODEL',
    });
  });

  it('rejects: keys that end, and keys that have ended', async () => {
    const end = worker.machine.expiresAt.getTime();
    for (const before of [29, 0, -60])
      await expect(release({ now: new Date(end - before * 1000) })).rejects.toMatchObject({
        code: 'RELEASE_EPOCH_ENDING',
      });
    expect((await release({ now: new Date(end - 30_000) })).expires).toEqual(worker.machine.expiresAt);
  });

  it('rejects: a key of the wrong length', async () => {
    await expect(release({ key: MODEL_KEY.subarray(1) })).rejects.toMatchObject({ code: 'KEYS_INVALID' });
  });
});
