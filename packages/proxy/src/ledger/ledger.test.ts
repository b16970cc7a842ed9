// Do both ledgers keep every rule about money, and name each refusal by its code?
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChargeInput, GrantTerms, Ledger, Prices, ReserveInput } from './ledger.js';
import { createMemoryLedger } from './memory-ledger.js';
import { openSqliteLedger } from './sqlite-ledger.js';

const PRICES: Prices = { pricePerToken: 20n, workerPerToken: 19n };
const NOW = 1_900_000_000;
const ALICE = 'a11ce0';
const BOB = 'b0b0';

const op = (index: number): string => index.toString(16).padStart(32, '0');
const core = (index: number): string => index.toString(16).padStart(64, '0');
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

function call(index: number, changes: Partial<ReserveInput> = {}): ReserveInput {
  const input = { account: ALICE, op: op(index), coreHash: core(index), tokens: 100n, worker: 'w1' };
  return { ...input, expiresAt: NOW + 900, grants: [], at: NOW, ...changes };
}

function receipt(index: number, changes: Partial<ChargeInput> = {}): ChargeInput {
  return {
    account: ALICE,
    op: op(index),
    coreHash: core(index),
    worker: 'w1',
    tokens: 60n,
    finish: 'stop',
    receiptPublic: bytes(1, index),
    receiptSignature: bytes(2, index),
    authorization: bytes(3, index),
    at: NOW + 1,
    ...changes,
  };
}

function grant(id: string, changes: Partial<GrantTerms> = {}): GrantTerms {
  return { id, capTokens: 1_000n, expiresAt: NOW + 3_600, maxConcurrent: 4, ...changes };
}

function refusal(code: string): unknown {
  return expect.objectContaining({ name: 'CocoonError', code });
}

describe.each(['memory', 'sqlite'] as const)('%s ledger', (kind) => {
  let ledger: Ledger;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-'));
    ledger =
      kind === 'memory'
        ? createMemoryLedger({ prices: PRICES })
        : await openSqliteLedger({ path: join(folder, 'ledger.db'), prices: PRICES });
  });
  afterEach(async () => {
    await ledger.close();
    rmSync(folder, { recursive: true });
  });
  const fund = (nanoTon = 100_000n, account = ALICE) =>
    ledger.credit({ account, nanoTon, reference: `fund ${account}`, at: NOW });

  test('accepts: credit, reserve, charge; the rest of the reservation returns to the account', async () => {
    expect(await fund()).toEqual({ account: ALICE, balance: 100_000n, spendable: 100_000n, repeated: false });
    const reservation = ledger.reserve(call(1));
    expect(reservation).toMatchObject({ nanoTon: 2_000n, tokens: 100n, worker: 'w1', replaced: false });
    expect(ledger.account(ALICE)).toMatchObject({ reserved: 2_000n, spendable: 98_000n, running: 1 });
    expect(ledger.operation(op(1))).toEqual({
      account: ALICE,
      worker: 'w1',
      coreHash: core(1),
      state: 'reserved',
    });
    await reservation.durable;
    expect(await ledger.charge(receipt(1))).toEqual({
      account: ALICE,
      op: op(1),
      coreHash: core(1),
      worker: 'w1',
      tokens: 60n,
      finish: 'stop',
      sequence: 1,
      amounts: { client: 1_200n, worker: 1_140n, proxy: 60n },
      at: NOW + 1,
      repeated: false,
    });
    expect(ledger.account(ALICE)).toMatchObject({
      balance: 98_800n,
      spendable: 98_800n,
      reserved: 0n,
      spent: 1_200n,
      spentTokens: 60n,
      running: 0,
      charges: 1,
    });
    expect(ledger.worker('w1')).toEqual({ earnedNanoTon: 1_140n, receipts: 1 });
    expect(ledger.worker('nobody')).toEqual({ earnedNanoTon: 0n, receipts: 0 });
    expect(ledger.operation(op(1))?.state).toBe('charged');
    expect(ledger.totals()).toEqual({
      credited: 100_000n,
      charged: 1_200n,
      workers: 1_140n,
      proxy: 60n,
      reserved: 0n,
      clientTokens: 60n,
      workerTokens: 60n,
    });
  });

  test('accepts: the same payment reference is booked once', async () => {
    await fund(500n);
    expect(await fund(500n)).toMatchObject({ balance: 500n, repeated: true });
    expect(ledger.totals().credited).toBe(500n);
  });

  test('rejects: a payment reference used for another amount or account', async () => {
    await fund(500n);
    await expect(fund(501n)).rejects.toEqual(refusal('REFERENCE_REUSED'));
    const other = { account: BOB, nanoTon: 500n, reference: `fund ${ALICE}`, at: NOW };
    await expect(ledger.credit(other)).rejects.toEqual(refusal('REFERENCE_REUSED'));
    expect(ledger.totals().credited).toBe(500n);
  });

  test('rejects: an account this ledger does not hold', async () => {
    expect(() => ledger.reserve(call(1))).toThrow(refusal('ACCOUNT_UNKNOWN'));
    await expect(ledger.charge(receipt(1))).rejects.toEqual(refusal('ACCOUNT_UNKNOWN'));
    expect(() => ledger.account(ALICE)).toThrow(refusal('ACCOUNT_UNKNOWN'));
    const revoke = { account: ALICE, id: 'aa', at: NOW };
    await expect(ledger.revokeGrant(revoke)).rejects.toEqual(refusal('ACCOUNT_UNKNOWN'));
  });

  test('rejects: a call the balance does not cover, saying what is needed and available', async () => {
    await fund(2_999n);
    ledger.reserve(call(1));
    const details = { needed: '1000', available: '999' };
    expect(() => ledger.reserve(call(2, { tokens: 50n }))).toThrow(
      expect.objectContaining({ code: 'INSUFFICIENT_FUNDS', kind: 'payment', details }),
    );
    ledger.reserve(call(2, { tokens: 49n }));
  });

  test('accepts: a further attempt of an operation replaces the reservation of the earlier one', async () => {
    await fund(2_000n);
    ledger.reserve(call(1));
    const again = ledger.reserve(call(1, { coreHash: core(9), worker: 'w2', tokens: 90n }));
    expect(again.replaced).toBe(true);
    expect(ledger.account(ALICE)).toMatchObject({ reserved: 1_800n, reservedTokens: 90n, running: 1 });
    expect(ledger.operation(op(1))).toMatchObject({ worker: 'w2', coreHash: core(9) });
    await expect(ledger.charge(receipt(1))).rejects.toMatchObject({
      code: 'RESERVATION_UNKNOWN',
      details: { reason: 'replaced' },
    });
    const charge = await ledger.charge(receipt(1, { coreHash: core(9), worker: 'w2' }));
    expect(charge).toMatchObject({ worker: 'w2', tokens: 60n });
    expect(ledger.worker('w1').receipts).toBe(0);
    expect(await ledger.evidence(ALICE, 10)).toMatchObject([
      { worker: 'w1', reason: 'no_reservation', tokens: 60n },
    ]);
  });

  test('a refused further attempt leaves the earlier one as it was', async () => {
    await fund(2_000n);
    ledger.reserve(call(1));
    expect(() => ledger.reserve(call(1, { coreHash: core(9), tokens: 101n }))).toThrow(
      refusal('INSUFFICIENT_FUNDS'),
    );
    expect(ledger.operation(op(1))).toMatchObject({ coreHash: core(1), state: 'reserved' });
    expect(ledger.account(ALICE).reserved).toBe(2_000n);
  });

  test('rejects: a receipt of a worker the reservation does not name', async () => {
    await fund();
    ledger.reserve(call(1));
    await expect(ledger.charge(receipt(1, { worker: 'w2' }))).rejects.toEqual(refusal('RESERVATION_UNKNOWN'));
    expect(ledger.account(ALICE)).toMatchObject({ spent: 0n, running: 1 });
  });

  test('rejects: another attempt of an operation that was charged', async () => {
    await fund();
    ledger.reserve(call(1));
    await ledger.charge(receipt(1));
    expect(() => ledger.reserve(call(1, { coreHash: core(2) }))).toThrow(refusal('OP_ALREADY_CHARGED'));
    ledger.reserve(call(2));
  });

  test('accepts: a repeated receipt returns the first result and moves no money', async () => {
    await fund();
    ledger.reserve(call(1));
    const [first, second] = await Promise.all([
      ledger.charge(receipt(1)),
      ledger.charge(receipt(1, { at: NOW + 9 })),
    ]);
    expect(second).toEqual({ ...first, repeated: true });
    expect(ledger.totals().charged).toBe(1_200n);
    expect(await ledger.evidence(ALICE, 10)).toEqual([]);
  });

  test('a second, different receipt for one operation is kept as evidence, once, and never charged', async () => {
    await fund();
    ledger.reserve(call(1));
    await ledger.charge(receipt(1));
    const other = receipt(1, { tokens: 99n, receiptSignature: bytes(7, 7) });
    for (let times = 0; times < 3; times++) {
      expect(await ledger.charge(other)).toMatchObject({ tokens: 60n, repeated: true });
    }
    expect(ledger.totals().charged).toBe(1_200n);
    const evidence = await ledger.evidence(ALICE, 10);
    expect(evidence).toEqual([
      {
        op: op(1),
        coreHash: core(1),
        worker: 'w1',
        tokens: 99n,
        finish: 'stop',
        reason: 'second_receipt',
        receiptPublic: bytes(1, 1),
        receiptSignature: bytes(7, 7),
        authorization: bytes(3, 1),
        at: NOW + 1,
      },
    ]);
  });

  test('a worker cannot fill the disk with different receipts for one operation', async () => {
    await fund();
    ledger.reserve(call(1));
    await ledger.charge(receipt(1));
    for (let index = 0; index < 20; index++)
      await ledger.charge(receipt(1, { receiptSignature: bytes(8, index) }));
    expect(await ledger.evidence(ALICE, 100)).toHaveLength(4);
  });

  test('rejects: a receipt above the cap; it is kept as evidence and the reservation stays', async () => {
    await fund();
    ledger.reserve(call(1));
    const above = receipt(1, { tokens: 101n, receiptSignature: bytes(6) });
    await expect(ledger.charge(above)).rejects.toMatchObject({ code: 'RECEIPT_ABOVE_CAP', kind: 'protocol' });
    expect(ledger.account(ALICE)).toMatchObject({ spent: 0n, reserved: 2_000n, running: 1 });
    expect(await ledger.evidence(ALICE, 10)).toMatchObject([{ reason: 'above_cap', tokens: 101n }]);
    expect(await ledger.charge(receipt(1, { tokens: 100n }))).toMatchObject({ tokens: 100n });
  });

  test('rejects: a receipt without, after a release of, and after the end of its reservation', async () => {
    await fund();
    const unknown = (reason: string) => ({ code: 'RESERVATION_UNKNOWN', details: { reason } });
    await expect(ledger.charge(receipt(1))).rejects.toMatchObject(unknown('unknown'));
    ledger.reserve(call(1));
    await ledger.release({ account: ALICE, op: op(1), coreHash: core(1), reason: 'no_worker', at: NOW });
    await expect(ledger.charge(receipt(1))).rejects.toMatchObject(unknown('released'));
    ledger.reserve(call(2));
    await expect(ledger.charge(receipt(2, { at: NOW + 900 }))).rejects.toMatchObject(unknown('expired'));
    await expect(ledger.charge(receipt(2))).rejects.toMatchObject(unknown('released'));
    expect(ledger.account(ALICE)).toMatchObject({ balance: 100_000n, spendable: 100_000n, running: 0 });
    expect(ledger.totals()).toMatchObject({ charged: 0n, workers: 0n, reserved: 0n });
  });

  test('a release names its attempt: a late one does not end the attempt that took over', async () => {
    await fund();
    ledger.reserve(call(1));
    ledger.reserve(call(1, { coreHash: core(2) }));
    await ledger.release({ account: ALICE, op: op(1), coreHash: core(1), reason: 'worker_lost', at: NOW });
    expect(ledger.account(ALICE).running).toBe(1);
    await ledger.release({ account: ALICE, op: op(1), coreHash: core(2), reason: 'worker_lost', at: NOW });
    expect(ledger.account(ALICE)).toMatchObject({ running: 0, reserved: 0n });
    expect(ledger.operation(op(1))?.state).toBe('released');
  });

  test('accepts: finish error charges nothing, ends the reservation, and allows another attempt', async () => {
    await fund();
    ledger.reserve(call(1));
    const failed = await ledger.charge(receipt(1, { finish: 'error' }));
    expect(failed).toMatchObject({
      tokens: 0n,
      sequence: 0,
      finish: 'error',
      amounts: { client: 0n, worker: 0n },
    });
    expect(ledger.account(ALICE)).toMatchObject({ balance: 100_000n, reserved: 0n, running: 0, charges: 0 });
    expect(ledger.worker('w1')).toEqual({ earnedNanoTon: 0n, receipts: 0 });
    expect(ledger.operation(op(1))?.state).toBe('failed');
    expect(await ledger.charge(receipt(1, { finish: 'error' }))).toEqual({ ...failed, repeated: true });
    ledger.reserve(call(1, { coreHash: core(2) }));
    expect(await ledger.charge(receipt(1, { coreHash: core(2) }))).toMatchObject({
      tokens: 60n,
      repeated: false,
    });
    expect(await ledger.statement(ALICE, 0, 10)).toHaveLength(1);
    expect(await ledger.evidence(ALICE, 10)).toMatchObject([{ reason: 'finish_error' }]);
  });

  test('a receipt that both failed and succeeded is not charged', async () => {
    await fund();
    ledger.reserve(call(1));
    await ledger.charge(receipt(1, { finish: 'error' }));
    const changed = receipt(1, { receiptSignature: bytes(5, 5) });
    expect(await ledger.charge(changed)).toMatchObject({ tokens: 0n, repeated: true });
    expect(ledger.totals().charged).toBe(0n);
  });

  test.each(['length', 'tool_calls', 'cancelled'] as const)(
    'accepts: finish %s charges its tokens',
    async (finish) => {
      await fund();
      ledger.reserve(call(1));
      expect(await ledger.charge(receipt(1, { finish, tokens: 0n }))).toMatchObject({
        tokens: 0n,
        sequence: 1,
        finish,
      });
      ledger.reserve(call(2));
      expect(await ledger.charge(receipt(2, { finish }))).toMatchObject({ tokens: 60n, sequence: 2 });
    },
  );

  test('expiry releases what is due and nobody is paid', async () => {
    await fund();
    ledger.reserve(call(1, { expiresAt: NOW + 10 }));
    ledger.reserve(call(2, { expiresAt: NOW + 20 }));
    expect(await ledger.expire(NOW + 9)).toBe(0);
    expect(await ledger.expire(NOW + 10)).toBe(1);
    expect(ledger.account(ALICE)).toMatchObject({ running: 1, reserved: 2_000n });
    expect(await ledger.expire(NOW + 1_000)).toBe(1);
    expect(ledger.account(ALICE)).toMatchObject({ running: 0, spendable: 100_000n });
    expect(await ledger.expire(NOW + 1_000)).toBe(0);
    expect(ledger.totals()).toMatchObject({ charged: 0n, reserved: 0n });
  });

  test('an operation is forgotten 15 minutes after its reservation could have ended, its proof is not', async () => {
    await fund();
    ledger.reserve(call(1, { expiresAt: NOW + 10 }));
    await ledger.charge(receipt(1));
    await ledger.expire(NOW + 909);
    expect(ledger.operation(op(1))?.state).toBe('charged');
    await ledger.expire(NOW + 910);
    expect(ledger.operation(op(1))).toBeUndefined();
    expect(await ledger.statement(ALICE, 0, 10)).toHaveLength(1);
  });

  test('rejects: a reservation whose end is past', async () => {
    await fund();
    expect(() => ledger.reserve(call(1, { expiresAt: NOW }))).toThrow(refusal('RESERVATION_EXPIRED'));
  });

  test('rejects: the 33rd running call of an account', async () => {
    await fund();
    for (let index = 0; index < 32; index++) ledger.reserve(call(index));
    expect(() => ledger.reserve(call(32))).toThrow(refusal('TOO_MANY_RUNNING'));
    ledger.reserve(call(5, { coreHash: core(99) }));
    await ledger.charge(receipt(7));
    ledger.reserve(call(32));
  });

  test('the statement proves every charge, in order, without gaps, page by page', async () => {
    await fund(1_000_000n);
    await fund(1_000_000n, BOB);
    for (let index = 1; index <= 5; index++) {
      ledger.reserve(
        call(index, { grants: [grant('aa', { capTokens: 9_999n }), grant('bb', { capTokens: 9_999n })] }),
      );
      await ledger.charge(receipt(index));
    }
    ledger.reserve(call(1, { account: BOB }));
    await ledger.charge(receipt(1, { account: BOB }));
    const rows = await ledger.statement(ALICE, 0, 3);
    expect(rows.map((row) => [row.sequence, row.totalTokens])).toEqual([
      [1, 60n],
      [2, 120n],
      [3, 180n],
    ]);
    const rest = await ledger.statement(ALICE, 3, 100);
    expect(rest.map((row) => row.op)).toEqual([op(4), op(5)]);
    expect(rest[0]).toEqual({
      sequence: 4,
      op: op(4),
      coreHash: core(4),
      worker: 'w1',
      tokens: 60n,
      totalTokens: 240n,
      finish: 'stop',
      grants: ['aa', 'bb'],
      receiptPublic: bytes(1, 4),
      receiptSignature: bytes(2, 4),
      authorization: bytes(3, 4),
      at: NOW + 1,
    });
    expect(await ledger.statement(BOB, 0, 10)).toHaveLength(1);
    expect(await ledger.statement('cc', 0, 10)).toEqual([]);
  });

  test('proofs are kept for 90 days', async () => {
    await fund();
    ledger.reserve(call(1));
    await ledger.charge(receipt(1));
    await ledger.expire(NOW + 89 * 86_400);
    expect(await ledger.statement(ALICE, 0, 10)).toHaveLength(1);
    await ledger.expire(NOW + 91 * 86_400);
    expect(await ledger.statement(ALICE, 0, 10)).toEqual([]);
    expect(ledger.account(ALICE)).toMatchObject({ spent: 1_200n, charges: 1 });
  });

  test('the same operation id of two accounts is two operations', async () => {
    await fund();
    await fund(100_000n, BOB);
    ledger.reserve(call(1));
    ledger.reserve(call(1, { account: BOB, worker: 'w2' }));
    await ledger.charge(receipt(1));
    expect(ledger.operation(op(1))).toMatchObject({ account: ALICE, state: 'charged' });
    expect(ledger.operation(op(1), BOB)).toMatchObject({ worker: 'w2', state: 'reserved' });
  });

  test('the caller may reuse the buffers it passed', async () => {
    await fund();
    ledger.reserve(call(1));
    const shared = bytes(9, 9, 9, 9);
    const charge = ledger.charge(receipt(1, { receiptPublic: shared.subarray(1, 3) }));
    shared.fill(0);
    await charge;
    expect((await ledger.statement(ALICE, 0, 1))[0]?.receiptPublic).toEqual(bytes(9, 9));
  });

  test.each([
    ['upper-case account', { account: 'AB' }],
    ['op that is not hex', { op: 'xyz' }],
    ['no tokens', { tokens: 0n }],
    ['negative tokens', { tokens: -1n }],
    ['tokens beyond 62 bits', { tokens: 1n << 62n }],
    ['no worker', { worker: '' }],
    ['fractional time', { expiresAt: NOW + 0.5 }],
    ['three grants', { grants: [grant('aa'), grant('bb'), grant('cc')] }],
    ['one grant twice', { grants: [grant('aa'), grant('aa')] }],
  ] satisfies [string, Partial<ReserveInput>][])('rejects: a reservation with %s', async (_name, changes) => {
    await fund();
    expect(() => ledger.reserve(call(1, changes))).toThrow(refusal('LEDGER_BAD_INPUT'));
  });

  test.each([
    ['negative tokens', { tokens: -1n }],
    ['an oversized receipt', { receiptPublic: new Uint8Array(4_097) }],
    ['an oversized authorization', { authorization: new Uint8Array(8_193) }],
    ['an oversized signature', { receiptSignature: new Uint8Array(257) }],
  ] satisfies [string, Partial<ChargeInput>][])('rejects: a receipt with %s', async (_name, changes) => {
    await fund();
    ledger.reserve(call(1));
    await expect(ledger.charge(receipt(1, changes))).rejects.toEqual(refusal('LEDGER_BAD_INPUT'));
    expect(ledger.account(ALICE).running).toBe(1);
  });

  test('rejects: any call after close', async () => {
    await fund();
    await ledger.close();
    expect(() => ledger.reserve(call(1))).toThrow(refusal('LEDGER_CLOSED'));
    await expect(ledger.charge(receipt(1))).rejects.toEqual(refusal('LEDGER_CLOSED'));
    await expect(ledger.statement(ALICE, 0, 1)).rejects.toEqual(refusal('LEDGER_CLOSED'));
    await ledger.close();
  });
});
