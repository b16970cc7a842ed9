import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { JSON_TEXT, sealTo } from '../../scripts/fixed-exchange.js';
import { AUDIENCE, type FixedMachine, fixedWorker, NOW, NOW_SECONDS } from '../../scripts/fixed-machines.js';
import { concat, utf8 } from '../internal/bytes.js';
import { type Core, coreLayout, encodeCore } from '../protocol/core.js';
import { type InnerRequest, innerRequestLayout } from '../protocol/inner-request.js';
import { LIMITS } from '../protocol/limits.js';
import { padme } from '../protocol/padme.js';
import type { SuiteId } from '../protocol/suites.js';
import { prepareAnswerKey } from './answer-key.js';
import { bodyCommitment, openBody, sealBody } from './body.js';
import { checkCore } from './check-core.js';
import { coreHash } from './envelope/digests.js';
import { openHpke } from './open-hpke.js';
import { openRequest } from './open-request.js';
import type { SealedRequest } from './seal-request.js';
import { prepareContext, takeContext } from './warm-context.js';

const random = platform.randomBytes;
const [first, second, stranger] = [await fixedWorker('w0'), await fixedWorker('w1'), await fixedWorker('w9')];
const sealed = await sealTo([first, second], random);
const [wrap, otherWrap] = sealed.wraps;
if (wrap === undefined || otherWrap === undefined) throw new Error('no wraps');

function open(
  changes: Partial<{ coreBytes: Uint8Array; wrap: Uint8Array; body: Uint8Array; digest: Uint8Array }> = {},
  worker: FixedMachine = first,
) {
  const { coreBytes, body } = sealed;
  return openRequest({
    keys: worker.keys,
    digest: worker.digest,
    coreBytes,
    wrap: wrap ?? body,
    body,
    random,
    ...changes,
  });
}

const flipAt = (bytes: Uint8Array, bit: number) =>
  bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
const refused = { code: 'REQUEST_REFUSED', message: 'The request cannot be opened by this worker.' };

/** What a dishonest client or candidate could send: any inner request and core, sealed correctly otherwise. */
async function forge(
  changes: {
    inner?: Partial<InnerRequest>;
    innerBytes?: Uint8Array;
    core?: Partial<Core>;
    wrapped?: Uint8Array;
    padded?: boolean;
    suite?: SuiteId;
  },
  to: FixedMachine = first,
) {
  const suite = changes.suite ?? 1;
  const context = await prepareContext(to.machine, 'request', suite, { random });
  const taken = takeContext(context, 'request');
  const answerKey = await prepareAnswerKey(suite, { random });
  const dataKey = random(32);
  const requestId = random(16);
  const { model, maxOutput, capTokens } = sealed.core;
  const inner: InnerRequest = {
    operation: 'chat.completions',
    json: utf8(JSON_TEXT),
    answerPublicKey: answerKey.publicKey,
    cacheSalt: random(32),
    model,
    maxOutput,
    capTokens,
    ...changes.inner,
  };
  const key = { dataKey, requestId, suite, aead: taken.suite.aead };
  const body = await sealBody(key, changes.innerBytes ?? innerRequestLayout.encode(inner));
  const core: Core = {
    ...sealed.core,
    suite,
    requestId,
    candidates: [to.digest],
    bodyBytes: body.length,
    bodyHash: platform.sha256(body),
    commitment: bodyCommitment(key),
    ...changes.core,
  };
  const coreBytes = encodeCore(core);
  const sealedKey = await taken.sender.seal(coreHash(coreBytes), changes.wrapped ?? dataKey);
  return { coreBytes, body, wrap: concat(taken.encapsulation, sealedKey), dataKey, inner };
}

describe('a request that is not what the client sealed', () => {
  it('accepts: the untouched one, and a forged one without changes', async () => {
    expect((await open()).inner.json).toEqual(utf8(JSON_TEXT));
    expect((await open(await forge({}))).inner.json).toEqual(utf8(JSON_TEXT));
  });

  it('rejects: any flipped bit of body, wrap or core', async () => {
    const property = fc.asyncProperty(
      fc.constantFrom<'body' | 'wrap'>('body', 'wrap'),
      fc.nat(),
      async (part, seed) => {
        const bytes = part === 'body' ? sealed.body : wrap;
        await expect(open({ [part]: flipAt(bytes, seed % (bytes.length * 8)) })).rejects.toMatchObject(
          refused,
        );
      },
    );
    await fc.assert(property, { numRuns: 120 });
    // In the core a flip may also break its layout, hit the version, or this worker's digest: never is it opened.
    const codes = new Set<unknown>();
    for (let bit = 0; bit < sealed.coreBytes.length * 8; bit += 7) {
      const error: unknown = await open({ coreBytes: flipAt(sealed.coreBytes, bit) }).then(
        () => ({ code: `opened with bit ${bit} flipped` }),
        (cause: unknown) => cause,
      );
      codes.add(Reflect.get(Object(error), 'code'));
    }
    const expected = [
      'KEY_EXPIRED',
      'MALFORMED',
      'REQUEST_REFUSED',
      'UNSUPPORTED_FIELD',
      'UNSUPPORTED_SUITE',
      'UNSUPPORTED_VERSION',
    ];
    for (const code of codes) expect(expected).toContain(code);
  });

  it('rejects: a body cut, extended, or swapped for another', async () => {
    const other = await sealTo([first, second], random);
    for (const body of [
      sealed.body.subarray(0, -1),
      sealed.body.subarray(1),
      concat(sealed.body, Uint8Array.of(0)),
      new Uint8Array(0),
      other.body,
    ]) {
      await expect(open({ body })).rejects.toMatchObject(refused);
    }
  });

  it('rejects: a body whose hash is right in another core', async () => {
    const other = await sealTo([first, second], random);
    await expect(open({ body: other.body, coreBytes: other.coreBytes })).rejects.toMatchObject(refused);
    await expect(open({ coreBytes: other.coreBytes })).rejects.toMatchObject(refused);
  });

  it("rejects: another candidate's wrap, a cut wrap, an empty one", async () => {
    for (const bad of [otherWrap, wrap.subarray(0, -1), concat(wrap, wrap), new Uint8Array(0)]) {
      await expect(open({ wrap: bad })).rejects.toMatchObject(refused);
    }
    await expect(open({ wrap }, second)).rejects.toMatchObject(refused);
  });

  it('rejects: a wrap under another manifest of the same keys', async () => {
    const digest = new Uint8Array(32).fill(5);
    const forged = await forge({ core: { candidates: [first.digest, digest] } });
    await expect(open({ ...forged, digest })).rejects.toMatchObject(refused);
    await expect(open(forged)).resolves.toBeDefined();
  });

  it('rejects: a machine that is no candidate', async () => {
    await expect(open({}, stranger)).rejects.toMatchObject({ code: 'KEY_EXPIRED' });
  });

  it('rejects: a data key wrapped to a machine the client did not choose', async () => {
    // A dishonest candidate opens its wrap and seals the data key to a stranger, adding it to the core.
    const dataKey = await dataKeyOf(sealed, first);
    const context = await prepareContext(stranger.machine, 'request', 1, { random });
    const taken = takeContext(context, 'request');
    const forWrap = async (hash: Uint8Array) =>
      concat(taken.encapsulation, await taken.sender.seal(hash, dataKey));
    await expect(open({ wrap: await forWrap(sealed.coreHash) }, stranger)).rejects.toMatchObject({
      code: 'KEY_EXPIRED',
    });
    const candidates = [...sealed.core.candidates, stranger.digest];
    const coreBytes = encodeCore({ ...sealed.core, candidates });
    // With a list of candidates the client never made, the client's own wraps are worthless.
    await expect(open({ coreBytes })).rejects.toMatchObject(refused);
    await expect(open({ coreBytes, wrap: otherWrap }, second)).rejects.toMatchObject(refused);
  });

  it('rejects: another prompt under the data key that a dishonest candidate learned', async () => {
    const key = {
      dataKey: await dataKeyOf(sealed, first),
      requestId: sealed.core.requestId,
      suite: 1 as const,
    };
    const aead = 'aes-256-gcm';
    const inner = innerRequestLayout.decode(await openBody({ ...key, aead }, sealed.body));
    const other = { ...inner, json: utf8(JSON_TEXT.replace('question', 'Question')) };
    const body = await sealBody({ ...key, aead }, innerRequestLayout.encode(other));
    expect(body).toHaveLength(sealed.body.length);
    await expect(open({ body, wrap: otherWrap }, second)).rejects.toMatchObject(refused);
  });

  it('rejects: a data key that the commitment does not name', async () => {
    await expect(open(await forge({ core: { commitment: random(32) } }))).rejects.toMatchObject(refused);
    await expect(open(await forge({ wrapped: random(32) }))).rejects.toMatchObject(refused);
  });

  it('rejects: a request without a key for its answer, or with one of another suite', async () => {
    const { inner } = await forge({});
    const encoded = innerRequestLayout.encode(inner);
    const at = encoded.findIndex((_, i) => encoded[i] === 0 && encoded[i + 1] === 6 && encoded[i + 4] === 4);
    expect(at).toBeGreaterThan(0);
    const innerBytes = concat(encoded.subarray(0, at), encoded.subarray(at + 6 + 1216));
    await expect(open(await forge({ innerBytes }))).rejects.toMatchObject(refused);
    await expect(open(await forge({ inner: { answerPublicKey: random(32) } }))).rejects.toMatchObject(
      refused,
    );
    const xWing = { answerPublicKey: inner.answerPublicKey };
    await expect(open(await forge({ suite: 3, inner: xWing }))).rejects.toMatchObject(refused);
  });

  it('rejects: an inner request that differs from what the proxy routed on', async () => {
    for (const inner of [{ model: 'another/model' }, { maxOutput: 257 }, { capTokens: 99_999n }]) {
      await expect(open(await forge({ inner }))).rejects.toMatchObject(refused);
    }
  });

  it('rejects: an inner request with a field this version does not know, in the same words', async () => {
    const { inner } = await forge({});
    const innerBytes = concat(innerRequestLayout.encode(inner), Uint8Array.of(0, 16, 0, 0, 0, 0));
    await expect(open(await forge({ innerBytes }))).rejects.toMatchObject(refused);
  });

  it('rejects: other versions, suites and critical fields before any key is used', async () => {
    const unknown = { ...sealed.core, version: 2 };
    await expect(open({ coreBytes: coreLayout.encode(unknown) })).rejects.toMatchObject({
      code: 'UNSUPPORTED_VERSION',
    });
    const suite = { ...sealed.core, suite: 9 };
    await expect(open({ coreBytes: encodeCore(suite) })).rejects.toMatchObject({ code: 'UNSUPPORTED_SUITE' });
    const field = concat(sealed.coreBytes, Uint8Array.of(0, 44, 0, 0, 0, 0));
    await expect(open({ coreBytes: field })).rejects.toMatchObject({ code: 'UNSUPPORTED_FIELD' });
  });

  it('rejects: a suite the keys do not have', async () => {
    const modern = await fixedWorker('modern', { suites: [1, 2] });
    const classical = await forge({ suite: 3 });
    const coreBytes = encodeCore({ ...coreLayout.decode(classical.coreBytes), candidates: [modern.digest] });
    await expect(open({ ...classical, coreBytes }, modern)).rejects.toMatchObject(refused);
  });

  it('rejects: an unusable answer key only when the answer starts, still in the same words', async () => {
    const answerPublicKey = new Uint8Array(1216).fill(0xff);
    const opened = await open(await forge({ inner: { answerPublicKey } }));
    await expect(opened.reply.head()).rejects.toMatchObject(refused);
    await expect(opened.reply.data(utf8('x'))).rejects.toMatchObject({ code: 'REPLY_ORDER' });
  });
});

async function dataKeyOf(request: SealedRequest, worker: FixedMachine): Promise<Uint8Array> {
  const [own = new Uint8Array(0)] = request.wraps;
  const opened = await openHpke({
    keys: worker.keys,
    digest: worker.digest,
    suite: 1,
    use: 'request',
    encapsulation: own.subarray(0, 1120),
    ciphertext: own.subarray(1120),
    additionalData: request.coreHash,
  });
  return opened.plaintext;
}

describe('the chunks of a long body', () => {
  const key = { dataKey: random(32), requestId: random(16), suite: 1 as const, aead: 'aes-256-gcm' as const };
  const CHUNK = LIMITS.bodyChunkBytes + 16;

  it('rejects: chunks dropped, swapped, repeated, cut or relabelled', async () => {
    const document = new Uint8Array(3 * LIMITS.bodyChunkBytes).map((_, i) => i & 0xff);
    const body = await sealBody(key, document);
    expect(await openBody(key, body)).toEqual(document);
    const chunks = [0, 1, 2, 3].map((i) => body.subarray(i * CHUNK, (i + 1) * CHUNK));
    const [a, b, c, d] = chunks;
    if (a === undefined || b === undefined || c === undefined || d === undefined)
      throw new Error('no chunks');
    for (const bad of [
      [b, a, c, d],
      [a, b, c],
      [a, b, d],
      [a, a, b, c, d],
      [a, b, c, d, d],
      [a],
      [d],
      [a, b, c, d.subarray(0, -1)],
    ]) {
      await expect(openBody(key, concat(...bad))).rejects.toThrow();
    }
    await expect(openBody(key, new Uint8Array(0))).rejects.toMatchObject({ code: 'MALFORMED' });
    await expect(openBody({ ...key, requestId: random(16) }, body)).rejects.toThrow();
    await expect(openBody({ ...key, suite: 3 }, body)).rejects.toThrow();
  });

  it('rejects: an empty last chunk, which would give one text two bodies', async () => {
    const { AeadSequence } = await import('./aead-sequence.js');
    const { hkdfExpand, hkdfExtract } = await import('./hkdf.js');
    const info = concat(utf8('ck1 body'), Uint8Array.of(0, 0, 1));
    const keys = hkdfExpand(platform, hkdfExtract(platform, key.requestId, key.dataKey), info, 44);
    const sequence = await AeadSequence.create('aes-256-gcm', keys);
    const plain = new Uint8Array(65_536);
    new DataView(plain.buffer).setUint32(0, 65_532);
    expect(padme(65_536)).toBe(65_536);
    const chunk = await sequence.seal(Uint8Array.of(0), plain);
    const empty = await sequence.seal(Uint8Array.of(1), new Uint8Array(0));
    await expect(openBody(key, concat(chunk, empty))).rejects.toMatchObject({ code: 'MALFORMED' });
  });

  it('rejects: padding that is not zero, not the bucket, or a length beyond it', async () => {
    const { unpadDocument, padDocument } = await import('./padded-document.js');
    const good = padDocument(utf8('text'));
    expect(unpadDocument(good, 'text')).toEqual(utf8('text'));
    const nonZero = good.slice();
    nonZero[255] = 1;
    for (const bad of [
      nonZero,
      good.subarray(0, 255),
      concat(good, Uint8Array.of(0)),
      good.subarray(0, 3),
      new Uint8Array(256).fill(0xff),
    ]) {
      expect(() => unpadDocument(bad, 'text')).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
    }
  });
});

describe('the cheap checks before any key is used', () => {
  const claims = first.manifest.worker;
  if (claims === undefined) throw new Error('no claims');
  const check = (core: Partial<Core>, expected: Partial<Parameters<typeof checkCore>[1]> = {}) =>
    checkCore(
      { ...sealed.core, ...core },
      { digest: first.digest, claims, audience: AUDIENCE, now: NOW, ...expected },
    );
  const seconds = (offset: number) => new Date((NOW_SECONDS + offset) * 1000);

  it('accepts: a fresh request for this worker', () => {
    expect(check({})).toBeUndefined();
    expect(check({}, { now: seconds(179) })).toBeUndefined();
    expect(check({}, { now: seconds(-240) })).toBeUndefined();
  });

  it.each<[string, Partial<Core>, Partial<Parameters<typeof checkCore>[1]>]>([
    ['BODY_TOO_LARGE', { bodyBytes: claims.maxBodyBytes + 1 }, {}],
    ['UNSUPPORTED_SUITE', { suite: 4 }, {}],
    ['KEY_EXPIRED', {}, { digest: stranger.digest }],
    ['AUDIENCE_MISMATCH', {}, { audience: 'another' }],
    ['REQUEST_EXPIRED', {}, { now: seconds(180) }],
    ['REQUEST_EXPIRED', {}, { now: seconds(-241) }],
    ['MODEL_UNKNOWN', { model: 'another/model' }, {}],
    ['PRICE_MISMATCH', { priceDigest: new Uint8Array(32) }, {}],
    ['PRICE_ABOVE_CAP', { maxCoefficient: 999 }, {}],
  ])('rejects: %s', (code, core, expected) => {
    expect(() => check(core, expected)).toThrow(expect.objectContaining({ code }));
  });
});
