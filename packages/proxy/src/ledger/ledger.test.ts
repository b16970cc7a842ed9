// Do both ledgers keep every rule about accounts and reservations, and name each refusal by its code?
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ALICE,
  BOB,
  call,
  core,
  grant,
  KINDS,
  NOW,
  op,
  openLedger,
  receipt,
  refusal,
} from '../../test/support/ledger-scene.js';
import type { Ledger, ReserveInput } from './ledger.js';

describe.each(KINDS)('%s ledger: accounts and reservations', (kind) => {
  let ledger: Ledger;
  let end: () => Promise<void>;

  beforeEach(async () => {
    ({ ledger, end } = await openLedger(kind));
  });
  afterEach(() => end());
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

  test('a refused further attempt leaves the earlier one as it was', async () => {
    await fund(2_000n);
    ledger.reserve(call(1));
    expect(() => ledger.reserve(call(1, { coreHash: core(9), tokens: 101n }))).toThrow(
      refusal('INSUFFICIENT_FUNDS'),
    );
    expect(ledger.operation(op(1))).toMatchObject({ coreHash: core(1), state: 'reserved' });
    expect(ledger.account(ALICE).reserved).toBe(2_000n);
  });

  test('rejects: another attempt of an operation that was charged', async () => {
    await fund();
    ledger.reserve(call(1));
    await ledger.charge(receipt(1));
    expect(() => ledger.reserve(call(1, { coreHash: core(2) }))).toThrow(refusal('OP_ALREADY_CHARGED'));
    ledger.reserve(call(2));
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

  test('the same operation id of two accounts is two operations', async () => {
    await fund();
    await fund(100_000n, BOB);
    ledger.reserve(call(1));
    ledger.reserve(call(1, { account: BOB, worker: 'w2' }));
    await ledger.charge(receipt(1));
    expect(ledger.operation(op(1))).toMatchObject({ account: ALICE, state: 'charged' });
    expect(ledger.operation(op(1), BOB)).toMatchObject({ worker: 'w2', state: 'reserved' });
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

  test('rejects: any call after close', async () => {
    await fund();
    await ledger.close();
    expect(() => ledger.reserve(call(1))).toThrow(refusal('LEDGER_CLOSED'));
    await expect(ledger.charge(receipt(1))).rejects.toEqual(refusal('LEDGER_CLOSED'));
    await expect(ledger.statement(ALICE, 0, 1)).rejects.toEqual(refusal('LEDGER_CLOSED'));
    await ledger.close();
  });
});
