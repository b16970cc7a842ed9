// Do both ledgers charge what was reserved, once, to whom it was reserved for, and keep what contradicts it?
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ALICE,
  bytes,
  call,
  core,
  KINDS,
  NOW,
  op,
  openLedger,
  receipt,
  refusal,
} from '../../test/support/ledger-scene.js';
import type { ChargeInput, Ledger } from './ledger.js';

describe.each(KINDS)('%s ledger: receipts', (kind) => {
  let ledger: Ledger;
  let end: () => Promise<void>;

  beforeEach(async () => {
    ({ ledger, end } = await openLedger(kind));
  });
  afterEach(() => end());
  const fund = (nanoTon = 100_000n, account = ALICE) =>
    ledger.credit({ account, nanoTon, reference: `fund ${account}`, at: NOW });

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

  test('rejects: a receipt of a worker the reservation does not name', async () => {
    await fund();
    ledger.reserve(call(1));
    await expect(ledger.charge(receipt(1, { worker: 'w2' }))).rejects.toEqual(refusal('RESERVATION_UNKNOWN'));
    expect(ledger.account(ALICE)).toMatchObject({ spent: 0n, running: 1 });
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
});
