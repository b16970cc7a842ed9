import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { platform } from '#platform';
import {
  answer,
  billOf,
  fixedAccount,
  JSON_TEXT,
  records,
  sealTo,
  USAGE,
} from '../../scripts/fixed-exchange.js';
import { AUDIENCE, fixedProxy, fixedRandom, fixedWorker, MODEL, NOW } from '../../scripts/fixed-machines.js';
import { equalBytes, fromUtf8, utf8 } from '../internal/bytes.js';
import type { Padding } from '../protocol/core.js';
import { decodeSealedHeader } from '../protocol/envelope.js';
import { encodeItem } from '../protocol/frame.js';
import { padme } from '../protocol/padme.js';
import { DEFAULT_PRICES } from '../protocol/price.js';
import type { SuiteId } from '../protocol/suites.js';
import { finalBytes, signReceipt } from '../receipts/sign-receipt.js';
import { authorize, authorizeControl } from './authorize.js';
import { openControl, openEnvelope } from './envelope/open-message.js';
import { verifyAuthorization, verifyControlAuthorization } from './envelope/verify-authorization.js';
import { openRequest } from './open-request.js';
import { createReplyOpener, type ReplyEvent } from './reply-opener.js';
import { sealControl, sealEnvelope } from './seal-envelope.js';
import { prepareContext } from './warm-context.js';

const random = platform.randomBytes;
const SUITES: SuiteId[] = [1, 2, 3];
const workers = [await fixedWorker('w0'), await fixedWorker('w1'), await fixedWorker('w2')];
const [first, second, third] = workers;
if (first === undefined || second === undefined || third === undefined) throw new Error('no workers');
const proxy = await fixedProxy('p');
const { account, signer } = await fixedAccount(fixedRandom('account'));

function split(bytes: Uint8Array) {
  const { headerBytes, suite, sealedBytes } = decodeSealedHeader(bytes);
  expect(bytes.length).toBe(headerBytes + sealedBytes);
  return { head: bytes.subarray(0, headerBytes), sealed: bytes.subarray(headerBytes), suite };
}

describe.each(SUITES)('a whole request under suite %i', (suite) => {
  it('accepts: envelope, body, answer and receipt, whichever candidate is picked', async () => {
    const sealed = await sealTo(workers, random, { suite });
    const context = await prepareContext(proxy.machine, 'envelope', suite, { random });
    const authorization = await authorize({ account, grants: [], signer, coreHash: sealed.coreHash });
    const ticket = utf8('ticket');
    const message = await sealEnvelope({ context, sealed, authorization, ticket });

    const envelope = await openEnvelope({ ...split(message.bytes), keys: proxy.keys, digest: proxy.digest });
    expect(envelope.coreHash).toEqual(sealed.coreHash);
    expect(envelope.core).toEqual(sealed.core);
    const payer = await verifyAuthorization(envelope.authorization, {
      coreHash: envelope.coreHash,
      audience: AUDIENCE,
      model: MODEL,
      now: NOW,
    });
    expect(payer.account).toEqual(account);

    for (const [i, worker] of workers.entries()) {
      const wrap = envelope.wraps[i] ?? new Uint8Array(0);
      const opened = await openRequest({
        keys: worker.keys,
        digest: worker.digest,
        coreBytes: envelope.coreBytes,
        wrap,
        body: sealed.body,
        random,
      });
      expect(fromUtf8(opened.inner.json)).toBe(JSON_TEXT);
      const opener = createReplyOpener(sealed, { prices: DEFAULT_PRICES });
      const events: ReplyEvent[] = [];
      for (const record of await answer(opened, worker)) events.push(...(await opener.push(record)));
      opener.end();
      expect(events.map((event) => event.type)).toEqual(['head', 'item', 'usage', 'item', 'final']);
      expect(events[0]).toMatchObject({ worker: worker.machine });
      expect(events.at(-1)).toMatchObject({
        receipt: { cost: { client: 2320n, worker: 2204n, proxy: 116n } },
      });
      expect(opener.records).toBe(6);
    }

    const records = await answers(envelope.answers, ['first', 'second']);
    for (const [i, text] of ['first', 'second'].entries()) {
      expect(fromUtf8(await message.answers.open(records[i] ?? new Uint8Array(0)))).toBe(text);
    }
  });

  it('accepts: a control message with an authorization, and its answer', async () => {
    const context = await prepareContext(proxy.machine, 'control', suite, { random });
    const operation = 'account';
    const payload = utf8('payload');
    const authorization = await authorizeControl({
      account,
      grants: [],
      signer,
      context,
      operation,
      payload,
    });
    const message = await sealControl({ context, message: { operation, payload, authorization } });
    const opened = await openControl({ ...split(message.bytes), keys: proxy.keys, digest: proxy.digest });
    expect(opened.message).toMatchObject({ operation, payload });
    expect((await verifyControlAuthorization(opened, { audience: AUDIENCE, now: NOW })).account).toEqual(
      account,
    );
    const [record] = await answers(opened.answers, ['answer']);
    expect(fromUtf8(await message.answers.open(record ?? new Uint8Array(0)))).toBe('answer');
  });
});

async function answers(sealer: { seal(plaintext: Uint8Array): Promise<Uint8Array> }, texts: string[]) {
  const sealed = await Promise.all(texts.map((text) => sealer.seal(utf8(text))));
  return sealed.flatMap((bytes) => records(bytes).map((record) => record.payload));
}

/** Bytes of any length: drawing them one by one would take longer than sealing them. */
function content(maxLength: number) {
  return fc.tuple(fc.nat(maxLength), fc.nat(255)).map(([length, byte]) => new Uint8Array(length).fill(byte));
}

describe('any request comes out as it went in', () => {
  it('whatever its length, padding and suite', async () => {
    const property = fc.asyncProperty(
      content(200_000),
      fc.constantFrom<Padding>('fast', 'balanced', 'strict'),
      fc.constantFrom<SuiteId>(1, 2, 3),
      fc.array(
        content(90_000).filter((text) => text.length > 0),
        { maxLength: 4 },
      ),
      async (json, padding, suite, texts) => {
        const sealed = await sealTo([first], random, { suite, padding, json });
        const plain = sealed.body.length - 16 * Math.ceil(sealed.body.length / (65_536 + 16));
        expect(padme(plain)).toBe(plain);
        const opened = await open(sealed);
        expect(equalBytes(opened.inner.json, json)).toBe(true);
        const opener = createReplyOpener(sealed, { prices: DEFAULT_PRICES });
        const wire = [await opened.reply.head()];
        for (const text of texts) wire.push(await opened.reply.data(encodeItem(text)));
        const draft = billOf(opened, first);
        wire.push(await opened.reply.padBeforeFinal(finalBytes(draft.receipt, draft.details)));
        const { receipt, details } = billOf(opened, first);
        wire.push(await opened.reply.final(await signReceipt(first.keys.signer, receipt, details)));
        const total = wire.reduce((sum, bytes) => sum + bytes.length, 0);
        expect(padme(total)).toBe(total);
        const events: ReplyEvent[] = [];
        for (const record of wire.flatMap(records)) events.push(...(await opener.push(record)));
        opener.end();
        const items = events.flatMap((event) => (event.type === 'item' ? [event.json] : []));
        expect(items.length).toBe(texts.length);
        for (const [i, text] of texts.entries())
          expect(equalBytes(items[i] ?? new Uint8Array(0), text)).toBe(true);
      },
    );
    await fc.assert(property, { numRuns: 30 });
  });

  async function open(sealed: Awaited<ReturnType<typeof sealTo>>) {
    const [wrap] = sealed.wraps;
    if (first === undefined || wrap === undefined) throw new Error('no wrap');
    const { keys, digest } = first;
    return openRequest({ keys, digest, coreBytes: sealed.coreBytes, wrap, body: sealed.body, random });
  }

  it('strict padding makes every DATA frame equally long', async () => {
    const sealed = await sealTo([first], random, { padding: 'strict' });
    const opened = await open(sealed);
    await opened.reply.head();
    const lengths = [1, 100, 508, 509, 2000].map(async (length) => {
      return records(await opened.reply.data(new Uint8Array(length))).map((record) => record.bytes.length);
    });
    expect(new Set((await Promise.all(lengths)).flat())).toEqual(new Set([512 + 22]));
  });

  it('keeps the order of frames that were asked for at once', async () => {
    const sealed = await sealTo([first], random);
    const opened = await open(sealed);
    const texts = Array.from({ length: 20 }, (_, i) => utf8(`item ${i}`));
    const { reply } = opened;
    const wire = await Promise.all([reply.head(), ...texts.map((text) => reply.data(encodeItem(text)))]);
    const opener = createReplyOpener(sealed, { prices: DEFAULT_PRICES });
    const events = await Promise.all(wire.flatMap(records).map((record) => opener.push(record)));
    expect(events.flat().flatMap((event) => (event.type === 'item' ? [event.json] : []))).toEqual(texts);
  });

  it('a failed request ends with a receipt over nothing', async () => {
    const sealed = await sealTo([first], random);
    const opened = await open(sealed);
    const wire = [
      await opened.reply.head(),
      await opened.reply.error({ code: 'ENGINE_FAILED', message: 'it broke' }),
    ];
    const { receipt, details } = billOf(opened, first, {
      finish: 'error',
      usage: { ...USAGE, completion: 0 },
    });
    const free = { ...receipt, tokens: 0n };
    wire.push(await opened.reply.final(await signReceipt(first.keys.signer, free, details)));
    const opener = createReplyOpener(sealed, { prices: DEFAULT_PRICES });
    const events: ReplyEvent[] = [];
    for (const record of wire.flatMap(records)) events.push(...(await opener.push(record)));
    expect(events).toMatchObject([
      { type: 'head' },
      { type: 'error', code: 'ENGINE_FAILED' },
      { type: 'final', receipt: { cost: { client: 0n } } },
    ]);
  });
});

describe('what the path can see', () => {
  it('privacy: nothing of prompt, model, account or tokens in what leaves the client', async () => {
    const secret = 'a sentence that must not be seen';
    const sealed = await sealTo(workers, random, { json: utf8(JSON.stringify({ text: secret })) });
    const context = await prepareContext(proxy.machine, 'envelope', 1, { random });
    const authorization = await authorize({ account, grants: [], signer, coreHash: sealed.coreHash });
    const { bytes } = await sealEnvelope({ context, sealed, authorization });
    const outside = Buffer.concat([bytes, sealed.body]);
    for (const hidden of [
      utf8(secret),
      utf8(MODEL),
      account.walletPublicKey,
      sealed.cancelToken,
      sealed.core.operationId,
    ]) {
      expect(outside.includes(Buffer.from(hidden))).toBe(false);
    }
    // The proxy sees the model, never the text.
    expect(Buffer.from(sealed.coreBytes).includes(Buffer.from(utf8(MODEL)))).toBe(true);
    expect(Buffer.concat([sealed.coreBytes, ...sealed.wraps]).includes(Buffer.from(utf8(secret)))).toBe(
      false,
    );
  });

  it('privacy: requests of similar length have one length, and the same request never looks the same', async () => {
    const one = await sealTo([first], random, { json: utf8(`{"t":"${'x'.repeat(5000)}"}`) });
    const other = await sealTo([first], random, { json: utf8(`{"t":"${'y'.repeat(5010)}"}`) });
    expect(one.body.length).toBe(other.body.length);
    const again = await sealTo([first], random, { json: utf8(`{"t":"${'x'.repeat(5000)}"}`) });
    expect(again.body).not.toEqual(one.body);
    expect(again.core.bodyHash).not.toEqual(one.core.bodyHash);
  });

  it('privacy: secrets of a sealed request show in no copy, no JSON and no enumeration of it', async () => {
    const sealed = await sealTo([first], random);
    expect(Object.keys(sealed).sort()).toEqual(
      ['body', 'cancelToken', 'candidates', 'core', 'coreBytes', 'coreHash', 'resumeToken', 'wraps'].sort(),
    );
    expect(() => createReplyOpener({ ...sealed }, { prices: DEFAULT_PRICES })).toThrow(
      expect.objectContaining({ code: 'REQUEST_UNKNOWN' }),
    );
    expect(Object.keys(first.keys).sort()).toEqual([
      'classicalPublicKey',
      'kemPublicKey',
      'signer',
      'suites',
    ]);
  });
});
