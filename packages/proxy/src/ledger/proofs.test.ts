// How long do both ledgers know an operation, and can they prove every charge?
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ALICE,
  BOB,
  bytes,
  call,
  core,
  grant,
  KINDS,
  NOW,
  op,
  openLedger,
  receipt,
} from '../../test/support/ledger-scene.js';
import type { Ledger } from './ledger.js';

describe.each(KINDS)('%s ledger: proofs', (kind) => {
  let ledger: Ledger;
  let end: () => Promise<void>;

  beforeEach(async () => {
    ({ ledger, end } = await openLedger(kind));
  });
  afterEach(() => end());
  const fund = (nanoTon = 100_000n, account = ALICE) =>
    ledger.credit({ account, nanoTon, reference: `fund ${account}`, at: NOW });

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
});
