// Does the client notice every change to an answer, and every answer that is not for its request?
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { answer, sealTo } from '../../scripts/fixed-exchange.js';
import {
  answered,
  at,
  FRAME_INVALID,
  first,
  flipBit,
  open,
  prices,
  random,
  read,
  replaced,
  sealed,
  second,
  stranger,
  withPayload,
  workers,
} from '../../test/support/answer-scene.js';
import { concat } from '../internal/bytes.js';
import { openHpke } from './open-hpke.js';
import { openRequest } from './open-request.js';
import { createReplyOpener } from './reply-opener.js';
import { deriveResponse } from './response-keys.js';
import { createSuite } from './suites.js';
import { prepareContext, takeContext } from './warm-context.js';

describe('an answer that somebody on the path changed', () => {
  it('accepts: the untouched one', async () => {
    const types = (await read(answered)).map((event) => event.type);
    expect(types).toEqual(['head', 'item', 'usage', 'item', 'final']);
  });

  it('rejects: any flipped bit of any frame', async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: answered.length - 1 }),
      fc.nat(),
      async (i, seed) => {
        const { payload } = at(i);
        const bit = seed % (payload.length * 8);
        const bad = replaced(i, withPayload('frame', flipBit(payload, bit)));
        // The first byte is the type: most flips leave no type at all.
        const codes = bit < 8 ? ['FRAME_INVALID', 'MALFORMED'] : ['FRAME_INVALID'];
        const error: unknown = await read(bad).catch((cause: unknown) => cause);
        expect(codes).toContain(Reflect.get(Object(error), 'code'));
      },
    );
    await fc.assert(property, { numRuns: 150 });
  });

  it('rejects: any flipped bit of the head, at once or at the first frame', async () => {
    const property = fc.asyncProperty(fc.nat(at(0).payload.length * 8 - 1), async (bit) => {
      const bad = replaced(0, withPayload('head', flipBit(at(0).payload, bit)));
      const error: unknown = await read(bad).catch((cause: unknown) => cause);
      const code = bit < 256 ? ['ANSWER_NOT_A_CANDIDATE'] : ['FRAME_INVALID', 'HEAD_INVALID'];
      expect(code).toContain(Reflect.get(Object(error), 'code'));
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('rejects: frames dropped, swapped, repeated or cut', async () => {
    const [head, a, usage, b, pad, final] = [at(0), at(1), at(2), at(3), at(4), at(5)];
    for (const wire of [
      [head, b, usage, a, pad, final],
      [head, usage, b, pad, final],
      [head, a, usage, b, final],
      [head, a, a, usage, b, pad, final],
      [head, final],
      [head, withPayload('frame', a.payload.subarray(0, -1))],
      [head, withPayload('frame', concat(a.payload, Uint8Array.of(0)))],
      [head, withPayload('frame', a.payload.subarray(0, 1))],
    ]) {
      await expect(read(wire)).rejects.toMatchObject(FRAME_INVALID);
    }
    await expect(read([head, withPayload('frame', new Uint8Array(0))])).rejects.toMatchObject({
      code: 'MALFORMED',
    });
  });

  it('rejects: a frame relabelled as another type', async () => {
    for (const type of [0, 1, 2, 3, 4]) {
      const { payload } = at(1);
      if (type === payload[0]) continue;
      const bad = withPayload('frame', concat(Uint8Array.of(type), payload.subarray(1)));
      await expect(read(replaced(1, bad))).rejects.toMatchObject(FRAME_INVALID);
    }
  });

  it('rejects: an answer that ends before FINAL, wherever it ends', async () => {
    for (let length = 0; length < answered.length; length++) {
      await expect(read(answered.slice(0, length))).rejects.toMatchObject({ code: 'STREAM_TRUNCATED' });
    }
  });

  it('rejects: anything after FINAL', async () => {
    for (const extra of [at(0), at(1), at(5)]) {
      await expect(read([...answered, extra])).rejects.toMatchObject({ code: 'FRAME_AFTER_FINAL' });
    }
  });

  it('rejects: frames before the head, a second head, a record of the proxy', async () => {
    const unexpected = { code: 'RECORD_UNEXPECTED' };
    await expect(read(answered.slice(1))).rejects.toMatchObject(unexpected);
    await expect(read([withPayload('proxy', at(0).payload)])).rejects.toMatchObject(unexpected);
    await expect(read([at(0), at(0)])).rejects.toMatchObject(unexpected);
    await expect(read([at(0), withPayload('proxy', new Uint8Array(32))])).rejects.toMatchObject(unexpected);
  });

  it('rejects: a head of another length', async () => {
    for (const payload of [
      at(0).payload.subarray(1),
      concat(at(0).payload, Uint8Array.of(0)),
      new Uint8Array(0),
    ]) {
      await expect(read([withPayload('head', payload)])).rejects.toMatchObject({ code: 'HEAD_INVALID' });
    }
  });

  it('stays closed after the first failure', async () => {
    const opener = createReplyOpener(sealed, { prices });
    await opener.push(at(0));
    await expect(opener.push(at(2))).rejects.toMatchObject(FRAME_INVALID);
    await expect(opener.push(at(1))).rejects.toMatchObject(FRAME_INVALID);
    expect(opener.records).toBe(1);
    // Also where the counter did not move, so that the right frame would still open.
    const other = createReplyOpener(sealed, { prices });
    await other.push(at(0));
    const stray = withPayload('proxy', new Uint8Array(32));
    for (const record of [stray, at(1)]) {
      await expect(other.push(record)).rejects.toMatchObject({ code: 'RECORD_UNEXPECTED' });
    }
  });
});

describe('an answer from the wrong machine or for the wrong request', () => {
  it('rejects: a machine the request was not sealed to', async () => {
    const other = await sealTo([stranger], random);
    const { keys, digest } = stranger;
    const [wrap = new Uint8Array(0)] = other.wraps;
    const theirs = await openRequest({
      keys,
      digest,
      coreBytes: other.coreBytes,
      wrap,
      body: other.body,
      random,
    });
    await expect(read(await answer(theirs, stranger))).rejects.toMatchObject({
      code: 'ANSWER_NOT_A_CANDIDATE',
    });
  });

  it('rejects: an answer relabelled to another candidate', async () => {
    const head = at(0).payload.slice();
    head.set(second.digest);
    await expect(read(replaced(0, withPayload('head', head)))).rejects.toMatchObject(FRAME_INVALID);
  });

  it('rejects: the answer to an earlier request of the same client', async () => {
    const again = await sealTo(workers, random);
    await expect(read(answered, again)).rejects.toMatchObject(FRAME_INVALID);
  });

  it('rejects: frames of one answer under the head of another of the same request', async () => {
    const twice = await answer(await open(sealed, first), first);
    await expect(read([at(0), ...twice.slice(1)])).rejects.toMatchObject(FRAME_INVALID);
  });

  it('privacy: a candidate that re-wraps the data key to another cannot read or pass on that answer', async () => {
    // first, dishonest, seals the data key to second under an encapsulation whose exporter it knows.
    const [own = new Uint8Array(0)] = sealed.wraps;
    const { plaintext: dataKey } = await openHpke({
      keys: first.keys,
      digest: first.digest,
      suite: 1,
      use: 'request',
      encapsulation: own.subarray(0, 1120),
      ciphertext: own.subarray(1120),
      additionalData: sealed.coreHash,
    });
    const taken = takeContext(await prepareContext(second.machine, 'request', 1, { random }), 'request');
    const wrap = concat(taken.encapsulation, await taken.sender.seal(sealed.coreHash, dataKey));
    const victim = await open(sealed, second, wrap);
    const theirs = await answer(victim, second);
    // The client expects second's answer under its own encapsulation.
    await expect(read(theirs)).rejects.toMatchObject(FRAME_INVALID);
    // And the dishonest candidate knows everything but the secret of the one-time answer key.
    const [head, frame] = theirs;
    if (head === undefined || frame === undefined) throw new Error('no answer');
    const suite = createSuite(1, platform);
    const guess = await deriveResponse({
      suite,
      coreHash: sealed.coreHash,
      head: head.payload,
      encapsulationHash: platform.sha256(taken.encapsulation),
      exported: taken.exported,
      answerSecret: new Uint8Array(32),
    });
    await expect(guess.open(frame.payload.subarray(0, 1), frame.payload.subarray(1))).rejects.toThrow();
  });
});
