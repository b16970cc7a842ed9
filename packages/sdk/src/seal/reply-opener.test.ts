import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { answer, billOf, records, sealTo } from '../../scripts/fixed-exchange.js';
import { type FixedMachine, fixedWorker } from '../../scripts/fixed-machines.js';
import { concat, utf8 } from '../internal/bytes.js';
import { encodeItem, padFrame } from '../protocol/frame.js';
import { LIMITS } from '../protocol/limits.js';
import { DEFAULT_PRICES, type Usage, usageLayout } from '../protocol/price.js';
import { encodeRecord, type WireRecord } from '../protocol/record.js';
import { finalBytes, signReceipt } from '../receipts/sign-receipt.js';
import { AeadSequence, nonceAt } from './aead-sequence.js';
import { openHpke } from './open-hpke.js';
import { openRequest } from './open-request.js';
import { createReplyOpener, type ReplyEvent } from './reply-opener.js';
import { deriveResponse } from './response-keys.js';
import type { SealedRequest } from './seal-request.js';
import { createSuite } from './suites.js';
import { prepareContext, takeContext } from './warm-context.js';

const random = platform.randomBytes;
const prices = DEFAULT_PRICES;
const [first, second, stranger] = [await fixedWorker('w0'), await fixedWorker('w1'), await fixedWorker('w9')];
const workers = [first, second];
const sealed = await sealTo(workers, random);
const opened = await open(sealed, first);
const answered = await answer(opened, first);
const FRAME_INVALID = { code: 'FRAME_INVALID' };

function open(request: SealedRequest, worker: FixedMachine, wrap = request.wraps[workers.indexOf(worker)]) {
  const { keys, digest } = worker;
  const { coreBytes, body } = request;
  return openRequest({ keys, digest, coreBytes, wrap: wrap ?? new Uint8Array(0), body, random });
}

/** Pushes everything; the events, or the first error. */
async function read(wire: readonly WireRecord[], request: SealedRequest = sealed): Promise<ReplyEvent[]> {
  const opener = createReplyOpener(request, { prices });
  const events: ReplyEvent[] = [];
  for (const record of wire) events.push(...(await opener.push(record)));
  opener.end();
  return events;
}

const at = (i: number): WireRecord => {
  const record = answered.at(i);
  if (record === undefined) throw new Error('no such record');
  return record;
};
const replaced = (i: number, record: WireRecord) => answered.map((own, j) => (j === i ? record : own));
const withPayload = (kind: WireRecord['kind'], payload: Uint8Array): WireRecord => {
  return { kind, payload, bytes: encodeRecord(kind, payload) };
};
const flipBit = (bytes: Uint8Array, bit: number) =>
  bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

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

describe('a candidate that answers dishonestly', () => {
  /** Seals what an honest worker never would. */
  async function dishonest(
    build: (frame: (type: number, plain: Uint8Array) => Promise<WireRecord>) => Promise<WireRecord[]>,
  ) {
    const request = await sealTo(workers, random);
    const [own = new Uint8Array(0)] = request.wraps;
    const wrapped = await openHpke({
      keys: first.keys,
      digest: first.digest,
      suite: 1,
      use: 'request',
      encapsulation: own.subarray(0, 1120),
      ciphertext: own.subarray(1120),
      additionalData: request.coreHash,
    });
    const { inner } = await open(request, first);
    const suite = createSuite(1, platform);
    const { sharedSecret, encapsulated } = await (
      await suite.kem.publicKey(inner.answerPublicKey)
    ).encapsulate(random(64));
    const head = concat(first.digest, random(32), encapsulated);
    const sequence = await deriveResponse({
      suite,
      coreHash: request.coreHash,
      head,
      encapsulationHash: platform.sha256(own.subarray(0, 1120)),
      exported: wrapped.context.export(utf8('ck1 resp'), 32),
      answerSecret: sharedSecret,
    });
    const frame = async (type: number, plain: Uint8Array) => {
      const kind = Uint8Array.of(type);
      return withPayload('frame', concat(kind, await sequence.seal(kind, plain)));
    };
    return read([withPayload('head', head), ...(await build(frame))], request);
  }

  const usage = (changes: Partial<Usage> = {}) =>
    padFrame(usageLayout.encode({ prompt: 9, cached: 5, completion: 8, reasoning: 4, ...changes }), 64);

  it('accepts: running usage that stays', async () => {
    const same = dishonest(async (frame) => [await frame(3, usage()), await frame(3, usage())]);
    await expect(same).rejects.toMatchObject({ code: 'STREAM_TRUNCATED' });
  });

  it.each<Partial<Usage>>([{ prompt: 8 }, { cached: 4 }, { completion: 7 }, { reasoning: 3 }])(
    'rejects: running usage that falls: %o',
    async (next) => {
      const falling = dishonest(async (frame) => [await frame(3, usage()), await frame(3, usage(next))]);
      await expect(falling).rejects.toMatchObject(FRAME_INVALID);
    },
  );

  it('rejects: padding frames that carry something', async () => {
    const bad = dishonest(async (frame) => [await frame(2, padFrame(Uint8Array.of(0, 1), 64))]);
    await expect(bad).rejects.toMatchObject(FRAME_INVALID);
  });

  it('rejects: frame padding that is not zero, and a length beyond the frame', async () => {
    const dirty = padFrame(utf8('x'), 64);
    dirty[63] = 1;
    for (const plain of [dirty, new Uint8Array(64).fill(0xff), new Uint8Array(3)]) {
      await expect(dishonest(async (frame) => [await frame(0, plain)])).rejects.toMatchObject({
        code: 'MALFORMED',
      });
    }
  });

  it('rejects: FINAL in the middle of an item', async () => {
    const final = padFrame(new Uint8Array(0), 64);
    const half = padFrame(encodeItem(utf8('{"half":true}')).subarray(0, 8), 64);
    const bad = dishonest(async (frame) => [await frame(0, half), await frame(1, final)]);
    await expect(bad).rejects.toMatchObject(FRAME_INVALID);
  });

  it('rejects: a frame above the limit', async () => {
    const bad = dishonest(async (frame) => [await frame(2, new Uint8Array(LIMITS.frameBytes + 1))]);
    await expect(bad).rejects.toMatchObject({ code: 'MALFORMED' });
  });

  it('rejects: an answer whose receipt is for other frames', async () => {
    const bad = await open(sealed, first);
    const wire = [await bad.reply.head(), await bad.reply.data(encodeItem(utf8('{}')))];
    const early = billOf(bad, first);
    wire.push(await bad.reply.data(encodeItem(utf8('{}'))));
    wire.push(await bad.reply.final(await signReceipt(first.keys.signer, early.receipt, early.details)));
    await expect(read(wire.flatMap(records))).rejects.toMatchObject({ code: 'RECEIPT_TRANSCRIPT' });
  });
});

describe('sealing an answer', () => {
  it('rejects: calls in any other order than head, frames, final', async () => {
    const order = { code: 'REPLY_ORDER' };
    const { reply } = await open(sealed, first);
    await expect(reply.data(utf8('x'))).rejects.toMatchObject(order);
    expect(() => reply.transcript()).toThrow(expect.objectContaining(order));
    await reply.head();
    await expect(reply.head()).rejects.toMatchObject(order);
    const pending = reply.data(utf8('x'));
    expect(() => reply.transcript()).toThrow(expect.objectContaining(order));
    await pending;
    expect(reply.transcript().frames).toBe(1);
    await reply.final({
      receipt: new Uint8Array(1),
      signature: new Uint8Array(64),
      privateReceipt: new Uint8Array(1),
    });
    for (const late of [
      reply.data(utf8('x')),
      reply.pad(),
      reply.usage({ prompt: 1, cached: 0, completion: 0, reasoning: 0 }),
    ]) {
      await expect(late).rejects.toMatchObject(order);
    }
  });

  it('rejects: a padding record that cannot be that long', async () => {
    const { reply } = await open(sealed, first);
    await reply.head();
    for (const length of [25, 65_536 + 23])
      await expect(reply.pad(length)).rejects.toMatchObject({ code: 'REPLY_PAD' });
    for (const length of [26, 65_536 + 22]) expect(await reply.pad(length)).toHaveLength(length);
  });

  it('brings any answer to a bucket', async () => {
    const { reply } = await open(sealed, first);
    await reply.head();
    for (const length of [1, 300, 5_000, 60_000, 200_000]) {
      await reply.data(new Uint8Array(length));
      await reply.padBeforeFinal(900);
      const { bytes } = reply.transcript();
      const { padme } = await import('../protocol/padme.js');
      const total = bytes + Math.ceil(904 / 128) * 128 + 22;
      expect(padme(total)).toBe(total);
    }
  });

  it('knows the length of FINAL before its numbers', async () => {
    const { reply, ...rest } = await open(sealed, first);
    await reply.head();
    const { receipt, details } = billOf({ reply, ...rest }, first);
    const final = await signReceipt(first.keys.signer, receipt, details);
    const { finalLayout } = await import('../protocol/frame.js');
    expect(finalLayout.encode(final)).toHaveLength(
      finalBytes({ ...receipt, tokens: 0n, frames: 0 }, details),
    );
  });
});

describe('the counter of a key', () => {
  it('rejects: more messages than the limit', async () => {
    const keys = random(44);
    const sequence = await AeadSequence.create('aes-256-gcm', keys, { limit: 2 });
    const nothing = new Uint8Array(0);
    await sequence.seal(nothing, nothing);
    await sequence.seal(nothing, nothing);
    await expect(sequence.seal(nothing, nothing)).rejects.toMatchObject({ code: 'FRAME_LIMIT' });
    await expect(sequence.open(nothing, nothing)).rejects.toMatchObject({ code: 'FRAME_LIMIT' });
  });

  it('never gives two messages one nonce, however they interleave', async () => {
    const sequence = await AeadSequence.create('aes-256-gcm', random(44));
    const same = new Uint8Array(16);
    const sealedTexts = await Promise.all(Array.from({ length: 200 }, () => sequence.seal(same, same)));
    expect(new Set(sealedTexts.map((text) => text.join())).size).toBe(200);
    const nonces = [0, 1, 255, 256, 2 ** 31, 2 ** 32 - 2].map((counter) =>
      nonceAt(new Uint8Array(12).fill(0xff), counter).join(),
    );
    expect(new Set(nonces).size).toBe(6);
    expect(nonceAt(new Uint8Array(12), 0x01020304)).toEqual(
      Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4),
    );
  });
});
