import { describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { billOf, records, sealTo } from '../../scripts/fixed-exchange.js';
import { fixedWorker } from '../../scripts/fixed-machines.js';
import { concat, utf8 } from '../internal/bytes.js';
import type { Padding } from '../protocol/core.js';
import { encodeItem } from '../protocol/frame.js';
import { DEFAULT_PRICES } from '../protocol/price.js';
import type { SuiteId } from '../protocol/suites.js';
import { signReceipt } from '../receipts/sign-receipt.js';
import { openRequest } from './open-request.js';
import { createReplyOpener, type ReplyEvent } from './reply-opener.js';
import { restoreReplyOpener, saveReplyOpener } from './save-reply.js';
import { decodeSavedReply } from './saved-reply.js';

const random = platform.randomBytes;
const prices = DEFAULT_PRICES;
const [first, second] = [await fixedWorker('w0'), await fixedWorker('w1')];
const usage = { prompt: 20, cached: 0, completion: 6, reasoning: 0 };

/** An answer whose items span several frames. */
async function exchange(suite: SuiteId = 1, padding: Padding = 'strict') {
  const sealed = await sealTo([first, second], random, { suite, padding });
  const [wrap = new Uint8Array(0)] = sealed.wraps;
  const { keys, digest } = first;
  const opened = await openRequest({
    keys,
    digest,
    coreBytes: sealed.coreBytes,
    wrap,
    body: sealed.body,
    random,
  });
  const { reply } = opened;
  const items = concat(encodeItem(new Uint8Array(1300).fill(1)), encodeItem(utf8('{"short":true}')));
  const wire = [await reply.head(), await reply.data(items), await reply.usage(usage), await reply.pad()];
  const { receipt, details } = billOf(opened, first);
  wire.push(await reply.final(await signReceipt(first.keys.signer, receipt, details)));
  return { sealed, wire: wire.flatMap(records) };
}

describe('an answer that goes on after a restart', () => {
  it.each<SuiteId>([1, 2, 3])('accepts: the same events, wherever it was cut (suite %i)', async (suite) => {
    const { sealed, wire } = await exchange(suite);
    const whole: ReplyEvent[] = [];
    const uncut = createReplyOpener(sealed, { prices });
    for (const record of wire) whole.push(...(await uncut.push(record)));
    for (let cut = 1; cut <= wire.length; cut++) {
      const before = createReplyOpener(sealed, { prices });
      const events: ReplyEvent[] = [];
      for (const record of wire.slice(0, cut)) events.push(...(await before.push(record)));
      const saved = saveReplyOpener(before);
      const { workerDigest, records: from, resumeToken } = decodeSavedReply(saved);
      expect([workerDigest, from, resumeToken]).toEqual([first.digest, cut, sealed.resumeToken]);
      if (cut === wire.length) continue;
      const after = await restoreReplyOpener(saved, { worker: first.machine, prices });
      for (const record of wire.slice(from)) events.push(...(await after.push(record)));
      after.end();
      expect(events).toEqual(whole);
    }
  });

  it('rejects: records left out or repeated at the cut', async () => {
    const { sealed, wire } = await exchange();
    const before = createReplyOpener(sealed, { prices });
    for (const record of wire.slice(0, 3)) await before.push(record);
    for (const from of [2, 4]) {
      const after = await restoreReplyOpener(saveReplyOpener(before), { worker: first.machine, prices });
      const [record] = wire.slice(from);
      if (record === undefined) throw new Error('no record');
      await expect(after.push(record)).rejects.toMatchObject({ code: 'FRAME_INVALID' });
    }
    const again = await restoreReplyOpener(saveReplyOpener(before), { worker: first.machine, prices });
    const [head] = wire;
    if (head === undefined) throw new Error('no head');
    await expect(again.push(head)).rejects.toMatchObject({ code: 'RECORD_UNEXPECTED' });
  });

  it('remembers the running usage, which may never fall', async () => {
    const { sealed, wire } = await exchange();
    const before = createReplyOpener(sealed, { prices });
    for (const record of wire.slice(0, -2)) await before.push(record);
    expect(decodeSavedReply(saveReplyOpener(before)).usage).toEqual(usage);
  });

  it('rejects: another machine than the one that answered, or one nobody verified', async () => {
    const { sealed, wire } = await exchange();
    const before = createReplyOpener(sealed, { prices });
    for (const record of wire.slice(0, 2)) await before.push(record);
    const saved = saveReplyOpener(before);
    const wrong = restoreReplyOpener(saved, { worker: second.machine, prices });
    await expect(wrong).rejects.toMatchObject({ code: 'ANSWER_NOT_A_CANDIDATE' });
    const copy = restoreReplyOpener(saved, { worker: { ...first.machine }, prices });
    await expect(copy).rejects.toMatchObject({ code: 'MACHINE_NOT_VERIFIED' });
    const cut = restoreReplyOpener(saved.subarray(0, -1), { worker: first.machine, prices });
    await expect(cut).rejects.toMatchObject({ code: 'MALFORMED' });
  });

  it('rejects: a copy of an opener', async () => {
    const { sealed } = await exchange();
    const copy = { ...createReplyOpener(sealed, { prices }) };
    expect(() => saveReplyOpener(copy)).toThrow(expect.objectContaining({ code: 'REPLY_UNKNOWN' }));
  });

  it('rejects: saving before the head, while opening, and after a failure', async () => {
    const { sealed, wire } = await exchange();
    const opener = createReplyOpener(sealed, { prices });
    expect(() => saveReplyOpener(opener)).toThrow(expect.objectContaining({ code: 'REPLY_NOT_STARTED' }));
    const [head, , later] = wire;
    if (head === undefined || later === undefined) throw new Error('no records');
    const pending = opener.push(head);
    expect(() => saveReplyOpener(opener)).toThrow(expect.objectContaining({ code: 'REPLY_ORDER' }));
    await pending;
    await expect(opener.push(later)).rejects.toMatchObject({ code: 'FRAME_INVALID' });
    expect(() => saveReplyOpener(opener)).toThrow(expect.objectContaining({ code: 'FRAME_INVALID' }));
  });
});
