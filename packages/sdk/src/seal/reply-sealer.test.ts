// Does a machine seal its answer in order, and pad it as it should?
import { describe, expect, it } from 'vitest';
import { billOf } from '../../scripts/fixed-exchange.js';
import { first, open, sealed } from '../../test/support/answer-scene.js';
import { utf8 } from '../internal/bytes.js';
import { finalBytes, signReceipt } from '../receipts/sign-receipt.js';

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
