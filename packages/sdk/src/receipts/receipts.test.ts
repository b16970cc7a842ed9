import { describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { billOf, sealTo, USAGE } from '../../scripts/fixed-exchange.js';
import { fixedProxy, fixedWorker } from '../../scripts/fixed-machines.js';
import { concat } from '../internal/bytes.js';
import type { Signer } from '../internal/primitives.js';
import type { Final } from '../protocol/frame.js';
import { adjustedTokens, DEFAULT_PRICES, type PriceTable, type Usage } from '../protocol/price.js';
import { type PrivateReceipt, privateReceiptLayout, receiptLayout } from '../protocol/receipt.js';
import { priceDigest } from '../seal/envelope/digests.js';
import { openRequest } from '../seal/open-request.js';
import { checkBounds } from './check-bounds.js';
import { signReceipt, type UnsignedReceipt } from './sign-receipt.js';
import { verifyPublicReceipt } from './verify-public-receipt.js';
import { checkVerifiedReceipt, costOf, verifyReceipt } from './verify-receipt.js';

const random = platform.randomBytes;
const [worker, other, proxy] = [
  await fixedWorker('w0', { coefficient: 1500 }),
  await fixedWorker('w1'),
  await fixedProxy('p'),
];
const sealed = await sealTo([worker, other], random);
const [wrap = new Uint8Array(0)] = sealed.wraps;
const { keys, digest } = worker;
const opened = await openRequest({
  keys,
  digest,
  coreBytes: sealed.coreBytes,
  wrap,
  body: sealed.body,
  random,
});
await opened.reply.head();
const honest = billOf(opened, worker);
const { signer } = worker.keys;
const { core, coreHash } = sealed;
const { hash: transcript, frames } = opened.reply.transcript();

interface Changes {
  receipt?: Partial<UnsignedReceipt>;
  details?: Partial<PrivateReceipt>;
  signer?: Signer;
  final?: (final: Final) => Final;
  prices?: PriceTable;
  verify?: Partial<Parameters<typeof verifyReceipt>[0]>;
}

async function bill(changes: Changes = {}): Promise<Final> {
  const receipt = { ...honest.receipt, ...changes.receipt };
  const final = await signReceipt(changes.signer ?? signer, receipt, {
    ...honest.details,
    ...changes.details,
  });
  return changes.final?.(final) ?? final;
}

async function clientView(changes: Changes = {}) {
  const final = await bill(changes);
  const prices = changes.prices ?? DEFAULT_PRICES;
  return verifyReceipt({
    final,
    worker: worker.machine,
    core,
    coreHash,
    transcript,
    frames,
    prices,
    ...changes.verify,
  });
}

async function proxyView(changes: Changes = {}) {
  const { receipt, signature } = await bill(changes);
  const { assignmentHash } = honest.receipt;
  return verifyPublicReceipt({ receipt, signature, worker: worker.machine, core, coreHash, assignmentHash });
}

const usage = (changes: Partial<Usage>): Partial<PrivateReceipt> => ({ usage: { ...USAGE, ...changes } });
const flipped = (bytes: Uint8Array, position: number) =>
  bytes.map((byte, i) => (i === position ? byte ^ 1 : byte));

describe("the client's view of a bill", () => {
  it('accepts: an honest one, and says what it costs', async () => {
    const verified = await clientView();
    // 20 prompt tokens × 1.5 × 1, and 12 completion tokens × 1.5 × 8.
    expect(verified.receipt.tokens).toBe(174n);
    expect(verified.cost).toEqual({ client: 3480n, worker: 3306n, proxy: 174n });
    expect(checkVerifiedReceipt(verified)).toBe(verified);
  });

  it('rejects: a receipt that verification did not make', async () => {
    const copy = { ...(await clientView()) };
    expect(() => checkVerifiedReceipt(copy)).toThrow(
      expect.objectContaining({ code: 'RECEIPT_NOT_VERIFIED' }),
    );
  });

  it.each<[string, string, Changes]>([
    ['inflated completion tokens', 'RECEIPT_ARITHMETIC', { details: usage({ completion: 13 }) }],
    ['an inflated bill', 'RECEIPT_ARITHMETIC', { receipt: { tokens: 175n } }],
    ['a bill that is too small', 'RECEIPT_ARITHMETIC', { receipt: { tokens: 173n } }],
    [
      'more cached tokens than prompt tokens, with the sum that gives',
      'RECEIPT_ARITHMETIC',
      {
        receipt: { tokens: adjustedTokens({ ...USAGE, cached: 21 }, 1500, DEFAULT_PRICES) },
        details: usage({ cached: 21 }),
      },
    ],
    [
      'more reasoning tokens than completion tokens',
      'RECEIPT_ARITHMETIC',
      { details: usage({ reasoning: 13 }) },
    ],
    ['a charge for a failed request', 'RECEIPT_ARITHMETIC', { receipt: { finish: 'error' } }],
    ['another coefficient', 'RECEIPT_WRONG_PRICE', { receipt: { coefficient: 1501 } }],
    ['another price table', 'RECEIPT_WRONG_PRICE', { receipt: { priceDigest: random(32) } }],
    ['another model', 'RECEIPT_WRONG_PRICE', { receipt: { model: 'another/model' } }],
    [
      'a model that was not asked for',
      'RECEIPT_WRONG_PRICE',
      { verify: { core: { ...core, model: 'another/model' } } },
    ],
    [
      'a model that the worker does not run',
      'RECEIPT_WRONG_PRICE',
      { receipt: { model: 'another/model' }, verify: { core: { ...core, model: 'another/model' } } },
    ],
    [
      'a coefficient above the cap',
      'RECEIPT_WRONG_PRICE',
      { verify: { core: { ...core, maxCoefficient: 1499 } } },
    ],
    ['another request', 'RECEIPT_WRONG_REQUEST', { receipt: { coreHash: random(32) } }],
    ['another operation', 'RECEIPT_WRONG_REQUEST', { receipt: { operationId: random(16) } }],
    ['another ledger', 'RECEIPT_WRONG_REQUEST', { receipt: { audience: 'another' } }],
    ['another worker', 'RECEIPT_WRONG_WORKER', { receipt: { workerDigest: other.digest } }],
    ['the signature of another worker', 'RECEIPT_SIGNATURE', { signer: other.keys.signer }],
    [
      'a proxy as signer',
      'RECEIPT_WRONG_WORKER',
      { signer: proxy.keys.signer, verify: { worker: proxy.machine } },
    ],
    ['other frames', 'RECEIPT_TRANSCRIPT', { receipt: { transcript: random(32) } }],
    ['another number of frames', 'RECEIPT_TRANSCRIPT', { receipt: { frames: frames + 1 } }],
    ['tokens above the cap', 'RECEIPT_ABOVE_CAP', { verify: { core: { ...core, capTokens: 173n } } }],
    ['more output than asked for', 'RECEIPT_ABOVE_CAP', { verify: { core: { ...core, maxOutput: 11 } } }],
    ['another version', 'UNSUPPORTED_VERSION', { receipt: { version: 2 } }],
    ['a worker nobody verified', 'MACHINE_NOT_VERIFIED', { verify: { worker: { ...worker.machine } } }],
  ])('rejects: %s', async (_, code, changes) => {
    await expect(clientView(changes)).rejects.toMatchObject({ code });
  });

  it('rejects: a known price digest with an unknown table', async () => {
    const dearer = { ...DEFAULT_PRICES, pricePerToken: 21n };
    await expect(clientView({ prices: dearer })).rejects.toMatchObject({ code: 'RECEIPT_WRONG_PRICE' });
  });

  it('rejects: a private half that was exchanged after signing', async () => {
    const cheaper = privateReceiptLayout.encode({ ...honest.details, ...usage({ prompt: 19 }) });
    const final = (own: Final) => ({ ...own, privateReceipt: cheaper });
    await expect(clientView({ final })).rejects.toMatchObject({ code: 'RECEIPT_COMMITMENT' });
    const salted = (own: Final) => ({
      ...own,
      privateReceipt: privateReceiptLayout.encode({ ...honest.details, salt: random(32) }),
    });
    await expect(clientView({ final: salted })).rejects.toMatchObject({ code: 'RECEIPT_COMMITMENT' });
  });

  it('rejects: any changed byte of receipt or signature', async () => {
    const { receipt } = await bill();
    for (let position = 0; position < receipt.length; position += 3) {
      const final = (own: Final) => ({ ...own, receipt: flipped(own.receipt, position) });
      await expect(clientView({ final })).rejects.toMatchObject({ code: 'RECEIPT_SIGNATURE' });
    }
    for (let position = 0; position < 64; position++) {
      const final = (own: Final) => ({ ...own, signature: flipped(own.signature, position) });
      await expect(clientView({ final })).rejects.toMatchObject({ code: 'RECEIPT_SIGNATURE' });
    }
    const longer = (own: Final) => ({ ...own, receipt: concat(own.receipt, Uint8Array.of(0)) });
    await expect(clientView({ final: longer })).rejects.toMatchObject({ code: 'RECEIPT_SIGNATURE' });
  });

  it('rejects: a signature made for another purpose over the same bytes', async () => {
    const { signLabelled } = await import('../seal/envelope/sign-digest.js');
    const { receipt } = await bill();
    const signature = await signLabelled(signer, 'ck1 assign', receipt);
    const final = (own: Final) => ({ ...own, signature });
    await expect(clientView({ final })).rejects.toMatchObject({ code: 'RECEIPT_SIGNATURE' });
  });

  it('accepts: a failed request that costs nothing, whatever its counts', async () => {
    const verified = await clientView({ receipt: { finish: 'error', tokens: 0n } });
    expect(verified.cost.client).toBe(0n);
  });
});

describe("the proxy's view of a bill", () => {
  it('accepts: an honest one without seeing how its tokens split', async () => {
    const { receipt } = await bill();
    expect(await proxyView()).toEqual(receiptLayout.decode(receipt));
    expect(Object.keys(await proxyView())).not.toContain('usage');
  });

  it('privacy: the clear half does not change with the split of the same total', async () => {
    // 8 prompt tokens cost what 1 completion token costs.
    const one = await bill({ details: usage({ prompt: 28, completion: 11 }) });
    const two = await bill({ details: usage({ prompt: 20, completion: 12 }) });
    const clear = (final: Final) => ({
      ...receiptLayout.decode(final.receipt),
      privateCommitment: undefined,
    });
    expect(clear(one)).toEqual(clear(two));
    // And the salt keeps the commitment from being guessed.
    const salted = await bill({ details: { salt: random(32) } });
    expect(receiptLayout.decode(salted.receipt).privateCommitment).not.toEqual(
      receiptLayout.decode(two.receipt).privateCommitment,
    );
  });

  it.each<[string, string, Changes]>([
    ['the signature of another worker', 'RECEIPT_SIGNATURE', { signer: other.keys.signer }],
    ['another worker', 'RECEIPT_WRONG_WORKER', { receipt: { workerDigest: other.digest } }],
    ['another request', 'RECEIPT_WRONG_REQUEST', { receipt: { coreHash: random(32) } }],
    ['another operation', 'RECEIPT_WRONG_REQUEST', { receipt: { operationId: random(16) } }],
    ['another ledger', 'RECEIPT_WRONG_REQUEST', { receipt: { audience: 'another' } }],
    ['another assignment', 'RECEIPT_WRONG_REQUEST', { receipt: { assignmentHash: random(32) } }],
    ['another coefficient', 'RECEIPT_WRONG_PRICE', { receipt: { coefficient: 1501 } }],
    ['another price table', 'RECEIPT_WRONG_PRICE', { receipt: { priceDigest: random(32) } }],
    ['another model', 'RECEIPT_WRONG_PRICE', { receipt: { model: 'another/model' } }],
    ['a charge for a failed request', 'RECEIPT_ARITHMETIC', { receipt: { finish: 'error' } }],
    ['tokens above the cap', 'RECEIPT_ABOVE_CAP', { receipt: { tokens: core.capTokens + 1n } }],
  ])('rejects: %s', async (_, code, changes) => {
    await expect(proxyView(changes)).rejects.toMatchObject({ code });
  });
});

describe('bounds for the report', () => {
  it('shows tokens that so few bytes cannot be', async () => {
    const verified = await clientView();
    const seen = { textBytes: 12, choices: 0, jsonBytes: 20, messages: 0 };
    expect(checkBounds(verified, seen).map((check) => check.passed)).toEqual([true, true]);
    expect(checkBounds(verified, { ...seen, textBytes: 11 })[0]).toEqual({
      name: 'completion',
      tokens: 12,
      limit: 11,
      passed: false,
    });
    expect(checkBounds(verified, { ...seen, jsonBytes: 19 })[1]).toEqual({
      name: 'prompt',
      tokens: 20,
      limit: 19,
      passed: false,
    });
    expect(
      checkBounds(verified, { textBytes: 0, choices: 1, jsonBytes: 0, messages: 1 }).map(
        (check) => check.limit,
      ),
    ).toEqual([64, 64]);
  });

  it('splits the price without a rest', () => {
    expect(costOf(10n ** 18n, DEFAULT_PRICES)).toEqual({
      client: 20n * 10n ** 18n,
      worker: 19n * 10n ** 18n,
      proxy: 10n ** 18n,
    });
    expect(priceDigest(DEFAULT_PRICES)).toHaveLength(32);
  });
});
