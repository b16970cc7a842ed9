// Does the client refuse what only a dishonest candidate would seal?
import { describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { billOf, records, sealTo } from '../../scripts/fixed-exchange.js';
import {
  FRAME_INVALID,
  first,
  open,
  random,
  read,
  sealed,
  withPayload,
  workers,
} from '../../test/support/answer-scene.js';
import { concat, utf8 } from '../internal/bytes.js';
import { encodeItem, padFrame } from '../protocol/frame.js';
import { LIMITS } from '../protocol/limits.js';
import { type Usage, usageLayout } from '../protocol/price.js';
import type { WireRecord } from '../protocol/record.js';
import { signReceipt } from '../receipts/sign-receipt.js';
import { openHpke } from './open-hpke.js';
import { deriveResponse } from './response-keys.js';
import { createSuite } from './suites.js';

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
