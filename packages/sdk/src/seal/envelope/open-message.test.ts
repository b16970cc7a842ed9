import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { fixedAccount, sealTo } from '../../../scripts/fixed-exchange.js';
import { type FixedMachine, fixedProxy, fixedRandom, fixedWorker } from '../../../scripts/fixed-machines.js';
import { concat, utf8 } from '../../internal/bytes.js';
import { encodeCore } from '../../protocol/core.js';
import { decodeSealedHeader, encodeSealedHeader, envelopeLayout } from '../../protocol/envelope.js';
import { RecordReader } from '../../protocol/record.js';
import { authorize } from '../authorize.js';
import { padDocument } from '../padded-document.js';
import { sealControl, sealEnvelope } from '../seal-envelope.js';
import type { SealedRequest } from '../seal-request.js';
import { prepareContext, takeContext } from '../warm-context.js';
import { answerSealerOf, openControl, openEnvelope } from './open-message.js';

const random = platform.randomBytes;
const [first, second, proxy, otherProxy] = [
  await fixedWorker('w0'),
  await fixedWorker('w1'),
  await fixedProxy('p'),
  await fixedProxy('q'),
];
const { account, signer } = await fixedAccount(fixedRandom('account'));
const sealed = await sealTo([first, second], random);
const authorization = await authorize({ account, grants: [], signer, coreHash: sealed.coreHash });
const INVALID = { code: 'ENVELOPE_INVALID' };

const context = (use: 'envelope' | 'control' = 'envelope') =>
  prepareContext(proxy.machine, use, 1, { random });

async function message(changes: Partial<SealedRequest> = {}) {
  const ticket = utf8('a ticket');
  return sealEnvelope({ context: await context(), sealed: { ...sealed, ...changes }, authorization, ticket });
}

function open(bytes: Uint8Array, to: FixedMachine = proxy) {
  const { headerBytes, suite } = decodeSealedHeader(bytes);
  const [head, rest] = [bytes.subarray(0, headerBytes), bytes.subarray(headerBytes)];
  return openEnvelope({ head, sealed: rest, suite, keys: to.keys, digest: to.digest });
}

const flipBit = (bytes: Uint8Array, bit: number) =>
  bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

describe('an envelope that somebody changed', () => {
  it('rejects: any flipped bit of head, ticket, encapsulation and ciphertext', async () => {
    const { bytes } = await message();
    const { headerBytes, suite } = decodeSealedHeader(bytes);
    const property = fc.asyncProperty(fc.nat(bytes.length * 8 - 1), async (bit) => {
      const bad = flipBit(bytes, bit);
      const [head, rest] = [bad.subarray(0, headerBytes), bad.subarray(headerBytes)];
      const opening = openEnvelope({ head, sealed: rest, suite, keys: proxy.keys, digest: proxy.digest });
      await expect(opening).rejects.toMatchObject(INVALID);
    });
    await fc.assert(property, { numRuns: 80 });
    for (let bit = 0; bit < headerBytes * 8; bit += 5) {
      const head = flipBit(bytes.subarray(0, headerBytes), bit);
      const opening = openEnvelope({
        head,
        sealed: bytes.subarray(headerBytes),
        suite,
        keys: proxy.keys,
        digest: proxy.digest,
      });
      await expect(opening).rejects.toMatchObject(INVALID);
    }
  });

  it('rejects: an envelope cut, extended, empty, above the limit, or for another proxy', async () => {
    const { bytes } = await message();
    const { headerBytes } = decodeSealedHeader(bytes);
    for (const bad of [
      bytes.subarray(0, -1),
      concat(bytes, Uint8Array.of(0)),
      bytes.subarray(0, headerBytes),
      concat(bytes, new Uint8Array(65_536)),
    ]) {
      await expect(open(bad)).rejects.toMatchObject(INVALID);
    }
    await expect(open(bytes, otherProxy)).rejects.toMatchObject(INVALID);
    await expect(open(bytes, { ...proxy, digest: otherProxy.digest })).rejects.toMatchObject(INVALID);
  });

  it('rejects: a control message taken for an envelope, and the other way round', async () => {
    const control = await sealControl({
      context: await context('control'),
      message: { operation: 'models', payload: utf8('') },
    });
    await expect(open(control.bytes)).rejects.toMatchObject(INVALID);
    const { bytes } = await message();
    const { headerBytes, suite } = decodeSealedHeader(bytes);
    const [head, rest] = [bytes.subarray(0, headerBytes), bytes.subarray(headerBytes)];
    await expect(
      openControl({ head, sealed: rest, suite, keys: proxy.keys, digest: proxy.digest }),
    ).rejects.toMatchObject(INVALID);
  });

  it('rejects: a suite nobody knows before any key is used', async () => {
    const { bytes } = await message();
    const head = bytes.subarray(0, 20);
    const opening = openEnvelope({
      head,
      sealed: bytes.subarray(20),
      suite: 9,
      keys: proxy.keys,
      digest: proxy.digest,
    });
    await expect(opening).rejects.toMatchObject({ code: 'UNSUPPORTED_SUITE' });
  });
});

describe('an envelope that opens but holds nonsense', () => {
  async function contents(document: Uint8Array) {
    const warm = await context();
    const taken = takeContext(warm, 'envelope');
    const plain = document;
    const head = encodeSealedHeader({
      type: 'infer',
      suite: 1,
      ticket: new Uint8Array(0),
      sealedBytes: 1120 + plain.length + 16,
    });
    return concat(head, taken.encapsulation, await taken.sender.seal(head, plain));
  }
  const document = (changes: { core?: Uint8Array; wraps?: Uint8Array }) =>
    padDocument(
      envelopeLayout.encode({
        core: sealed.coreBytes,
        wraps: concat(...sealed.wraps),
        authorization,
        ...changes,
      }),
    );

  it('accepts: the same bytes made by hand', async () => {
    expect((await open(await contents(document({})))).coreHash).toEqual(sealed.coreHash);
  });

  it.each<[string, string, Uint8Array]>([
    ['a wrap too few', 'MALFORMED', document({ wraps: sealed.wraps[0] ?? new Uint8Array(0) })],
    ['a wrap too many', 'MALFORMED', document({ wraps: concat(...sealed.wraps, ...sealed.wraps) })],
    ['no document', 'MALFORMED', padDocument(new Uint8Array(0))],
    ['padding that is no bucket', 'MALFORMED', document({}).subarray(0, -1)],
    [
      'another suite in the core',
      'UNSUPPORTED_SUITE',
      document({ core: encodeCore({ ...sealed.core, suite: 7 }) }),
    ],
    [
      'another version in the core',
      'UNSUPPORTED_VERSION',
      document({ core: encodeCore({ ...sealed.core, version: 2 }) }),
    ],
    [
      'an unknown critical field',
      'UNSUPPORTED_FIELD',
      document({ core: concat(sealed.coreBytes, Uint8Array.of(0, 44, 0, 0, 0, 0)) }),
    ],
  ])('rejects: %s, and the sender can be told so', async (_, code, plain) => {
    const error: unknown = await open(await contents(plain)).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code });
    expect(answerSealerOf(error)).toBeDefined();
  });

  it('has no sealer for what did not open', async () => {
    const { bytes } = await message();
    const error: unknown = await open(bytes, otherProxy).catch((cause: unknown) => cause);
    expect(answerSealerOf(error)).toBeUndefined();
    expect(answerSealerOf('text')).toBeUndefined();
  });

  it('ignores an unknown ordinary field, which the hash covers', async () => {
    const core = concat(sealed.coreBytes, Uint8Array.of(0, 45, 0, 0, 0, 1, 7));
    const opened = await open(await contents(document({ core })));
    expect(opened.coreHash).not.toEqual(sealed.coreHash);
  });
});

describe('what the proxy answers', () => {
  async function exchange() {
    const sent = await message();
    const { answers } = await open(sent.bytes);
    const payloads: Uint8Array[] = [];
    const reader = new RecordReader();
    for (const text of ['one', 'two', 'three']) {
      for (const record of reader.push(await answers.seal(utf8(text)))) {
        expect(record.kind).toBe('proxy');
        payloads.push(record.payload.slice());
      }
    }
    const [one, two, three] = payloads;
    if (one === undefined || two === undefined || three === undefined) throw new Error('no answers');
    return { one, two, three, opener: sent.answers };
  }
  const bad = { code: 'PROXY_ANSWER_INVALID' };

  it('accepts: answers in order', async () => {
    const { one, two, three, opener } = await exchange();
    for (const [payload, text] of [
      [one, 'one'],
      [two, 'two'],
      [three, 'three'],
    ] as const) {
      expect(await opener.open(payload)).toEqual(utf8(text));
    }
  });

  it('rejects: answers dropped, swapped, repeated, flipped, cut or for another message', async () => {
    const drop = await exchange();
    await expect(drop.opener.open(drop.two)).rejects.toMatchObject(bad);
    const repeat = await exchange();
    await repeat.opener.open(repeat.one);
    await expect(repeat.opener.open(repeat.one)).rejects.toMatchObject(bad);
    for (let bit = 0; bit < 19 * 8; bit += 12) {
      const flip = await exchange();
      await expect(flip.opener.open(flipBit(flip.one, bit))).rejects.toMatchObject(bad);
    }
    const [mine, theirs] = [await exchange(), await exchange()];
    await expect(mine.opener.open(theirs.one)).rejects.toMatchObject(bad);
    const cut = await exchange();
    await expect(cut.opener.open(cut.one.subarray(0, 10))).rejects.toMatchObject(bad);
    // And it stays closed: garbage in the place of the first answer must not let the second pass alone.
    await expect(cut.opener.open(cut.two)).rejects.toMatchObject(bad);
  });

  it('rejects: an answer above the limit', async () => {
    const { answers } = await open((await message()).bytes);
    await expect(answers.seal(new Uint8Array(1024 * 1024 + 1))).rejects.toMatchObject({
      code: 'ANSWER_TOO_LONG',
    });
  });

  it('rejects: a ticket or a message above the limit', async () => {
    const large = { operation: 'roster', payload: new Uint8Array(32_768) };
    const long = sealControl({
      context: await context('control'),
      message: large,
      ticket: new Uint8Array(65),
    });
    await expect(long).rejects.toMatchObject({ code: 'ENVELOPE_TOO_LARGE' });
    const reused = await context('control');
    await sealControl({ context: reused, message: large });
    await expect(sealControl({ context: reused, message: large })).rejects.toMatchObject({
      code: 'CONTEXT_USED',
    });
    const forEnvelope = await context('envelope');
    await expect(sealControl({ context: forEnvelope, message: large })).rejects.toMatchObject({
      code: 'CONTEXT_WRONG_USE',
    });
  });
});

describe('what a proxy may import', () => {
  const source = fileURLToPath(new URL('../..', import.meta.url));

  /** Every file that importing `entry` loads, types included. */
  function reachable(entry: string, seen = new Set<string>()): Set<string> {
    if (seen.has(entry)) return seen;
    seen.add(entry);
    const text = readFileSync(entry, 'utf8');
    for (const [, target] of text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)\.js'/g)) {
      reachable(join(dirname(entry), `${target}.ts`), seen);
    }
    return seen;
  }

  it('privacy: nothing it can reach opens a body or an answer', () => {
    const files = [...reachable(join(source, 'seal/envelope/index.ts'))].map((file) =>
      relative(source, file),
    );
    expect(files).toContain('seal/envelope/open-message.ts');
    for (const forbidden of [
      'seal/body.ts',
      'seal/open-request.ts',
      'seal/reply-opener.ts',
      'seal/reply-sealer.ts',
      'seal/response-keys.ts',
      'seal/seal-request.ts',
      'seal/index.ts',
    ]) {
      expect(files).not.toContain(forbidden);
    }
    // The label of the body key, spelled out or by name, occurs in no reachable code.
    for (const file of files.filter((name) => name.startsWith('seal/'))) {
      expect(readFileSync(join(source, file), 'utf8')).not.toMatch(
        /LABELS\.(body|commit|response)\b|ck1 (body|commit|resp)\b/,
      );
    }
  });

  it('privacy: the same holds for receipts, which the proxy imports too', () => {
    const files = [...reachable(join(source, 'receipts/index.ts'))].map((file) => relative(source, file));
    expect(files).toContain('receipts/verify-public-receipt.ts');
    expect(
      files.filter((file) => /seal\/(body|open-request|reply|response|seal-request|index)/.test(file)),
    ).toEqual([]);
  });

  it('only verification makes machines', () => {
    const minters = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .filter((file) => readFileSync(join(source, file), 'utf8').includes('mintVerifiedMachine'));
    expect(minters.sort()).toEqual(['attestation/verify-machine.ts', 'seal/verified-machine.ts']);
  });
});
