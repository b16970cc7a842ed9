// Do grants bind spending at every level, in both ledgers?
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

describe.each(['memory', 'sqlite'] as const)('grants in the %s ledger', (kind) => {
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
  const fund = () => ledger.credit({ account: ALICE, nanoTon: 100_000n, reference: 'fund', at: NOW });

  test('rejects: more calls at once than a grant allows, at either level', async () => {
    await fund();
    const issuer = grant('aa', { maxConcurrent: 2 });
    const leaf = grant('bb', { maxConcurrent: 1 });
    ledger.reserve(call(1, { grants: [issuer, leaf] }));
    expect(() => ledger.reserve(call(2, { grants: [issuer, leaf] }))).toThrow(refusal('GRANT_BUSY'));
    ledger.reserve(call(1, { coreHash: core(9), grants: [issuer, leaf] }));
    ledger.reserve(call(2, { grants: [issuer, grant('cc')] }));
    expect(() => ledger.reserve(call(3, { grants: [issuer, grant('dd')] }))).toThrow(
      expect.objectContaining({ code: 'GRANT_BUSY', details: { grant: 'aa', limit: 2 } }),
    );
    await ledger.charge(receipt(1, { coreHash: core(9) }));
    ledger.reserve(call(3, { grants: [issuer, leaf] }));
  });

  test('rejects: spending above the cap of a grant at either level, counting what is reserved', async () => {
    await fund();
    const issuer = grant('aa', { capTokens: 250n });
    const leaf = grant('bb', { capTokens: 170n });
    ledger.reserve(call(1, { grants: [issuer, leaf] }));
    expect(() => ledger.reserve(call(2, { grants: [issuer, leaf] }))).toThrow(
      expect.objectContaining({
        code: 'GRANT_EXHAUSTED',
        details: { grant: 'bb', needed: '100', available: '70' },
      }),
    );
    await ledger.charge(receipt(1));
    ledger.reserve(call(2, { grants: [issuer, leaf] }));
    expect(ledger.account(ALICE).grants).toMatchObject([
      { id: 'aa', spentTokens: 60n, reservedTokens: 100n, running: 1 },
      { id: 'bb', spentTokens: 60n, reservedTokens: 100n, running: 1 },
    ]);
    expect(() => ledger.reserve(call(3, { grants: [issuer, grant('cc')] }))).toThrow(
      expect.objectContaining({
        code: 'GRANT_EXHAUSTED',
        details: { grant: 'aa', needed: '100', available: '90' },
      }),
    );
    ledger.reserve(call(3, { tokens: 90n, grants: [issuer, grant('cc')] }));
  });

  test('rejects: a revoked grant, also above the leaf and also before its first use', async () => {
    await fund();
    ledger.reserve(call(1, { grants: [grant('aa'), grant('bb')] }));
    await ledger.revokeGrant({ account: ALICE, id: 'aa', at: NOW });
    await ledger.revokeGrant({ account: ALICE, id: 'ee', at: NOW });
    for (const grants of [[grant('aa'), grant('bb')], [grant('aa')], [grant('ee')]]) {
      expect(() => ledger.reserve(call(2, { grants }))).toThrow(refusal('GRANT_REVOKED'));
    }
    ledger.reserve(call(2, { grants: [grant('bb')] }));
    expect(await ledger.charge(receipt(1))).toMatchObject({ tokens: 60n });
  });

  test('rejects: an expired grant', async () => {
    await fund();
    const grants = [grant('aa', { expiresAt: NOW })];
    expect(() => ledger.reserve(call(1, { grants }))).toThrow(refusal('GRANT_EXPIRED'));
    expect(ledger.account(ALICE).grants).toEqual([]);
  });

  test('a grant takes a row at its first use and loses it an hour after its expiry', async () => {
    await fund();
    expect(() => ledger.reserve(call(1, { grants: [grant('aa')], tokens: 999_999n }))).toThrow();
    expect(ledger.account(ALICE).grants).toEqual([]);
    ledger.reserve(call(1, { grants: [grant('aa')] }));
    await ledger.charge(receipt(1));
    await ledger.expire(NOW + 3_600 + 3_599);
    expect(ledger.account(ALICE).grants).toHaveLength(1);
    await ledger.expire(NOW + 3_600 + 3_600);
    expect(ledger.account(ALICE).grants).toEqual([]);
  });

  test('rejects: the 1,001st new grant within an hour', async () => {
    await fund();
    for (let index = 0; index < 1_000; index++) {
      const id = index.toString(16).padStart(8, '0');
      ledger.reserve(call(1, { coreHash: core(index), grants: [grant(id, { expiresAt: NOW + 10_000 })] }));
    }
    const grants = [grant('ffffffff', { expiresAt: NOW + 10_000 })];
    expect(() => ledger.reserve(call(1, { grants }))).toThrow(refusal('TOO_MANY_GRANTS'));
    ledger.reserve(call(1, { grants: [grant('00000001')] }));
    ledger.reserve(call(2, { grants, at: NOW + 3_600, expiresAt: NOW + 3_700 }));
    await ledger.expire(NOW + 3_700);
  });

  test('a further attempt gives back what the earlier one took from the grant', async () => {
    await fund();
    const grants = [grant('aa', { capTokens: 150n })];
    ledger.reserve(call(1, { grants }));
    ledger.reserve(call(1, { coreHash: core(2), tokens: 150n, grants }));
    expect(ledger.account(ALICE).grants).toMatchObject([{ reservedTokens: 150n, running: 1 }]);
    ledger.reserve(call(1, { coreHash: core(3), grants: [grant('bb')] }));
    expect(ledger.account(ALICE).grants).toMatchObject([
      { id: 'aa', reservedTokens: 0n, running: 0 },
      { id: 'bb', reservedTokens: 100n, running: 1 },
    ]);
  });

  test('a grant signed again with a later expiry is remembered, with its spending, until after that', async () => {
    await fund();
    ledger.reserve(call(1, { grants: [grant('aa')] }));
    await ledger.charge(receipt(1));
    ledger.reserve(call(2, { grants: [grant('aa', { expiresAt: NOW + 7_200 })] }));
    await ledger.charge(receipt(2));
    await ledger.expire(NOW + 7_200 + 3_599);
    expect(ledger.account(ALICE).grants).toMatchObject([{ spentTokens: 120n }]);
    await ledger.expire(NOW + 7_200 + 3_600);
    expect(ledger.account(ALICE).grants).toEqual([]);
  });

  test('a grant is not forgotten while a call still runs under it', async () => {
    await fund();
    ledger.reserve(call(1, { expiresAt: NOW + 20_000, grants: [grant('aa')] }));
    await ledger.expire(NOW + 10_000);
    expect(ledger.account(ALICE).grants).toMatchObject([{ running: 1 }]);
    await ledger.charge(receipt(1));
    await ledger.expire(NOW + 10_060);
    expect(ledger.account(ALICE).grants).toEqual([]);
  });

  test('a revocation is kept until an hour after the grant could have expired', async () => {
    await fund();
    ledger.reserve(call(1, { grants: [grant('aa')] }));
    await ledger.revokeGrant({ account: ALICE, id: 'aa', expiresAt: NOW + 9_000, at: NOW });
    await ledger.expire(NOW + 9_000 + 3_599);
    const late = {
      at: NOW + 12_600,
      expiresAt: NOW + 13_000,
      grants: [grant('aa', { expiresAt: NOW + 99_999 })],
    };
    expect(() => ledger.reserve(call(2, late))).toThrow(refusal('GRANT_REVOKED'));
    await ledger.expire(NOW + 9_000 + 3_600);
    expect(ledger.account(ALICE).grants).toEqual([]);
  });

  test('rejects: the 10,001st revocation an account holds; expired ones make room', async () => {
    await fund();
    const revoke = (index: number) => {
      const id = index.toString(16).padStart(8, '0');
      return ledger.revokeGrant({ account: ALICE, id, expiresAt: NOW + 60, at: NOW });
    };
    for (let index = 0; index < 10_000; index += 1_000) {
      await Promise.all(Array.from({ length: 1_000 }, (_, more) => revoke(index + more)));
    }
    await expect(revoke(10_000)).rejects.toEqual(refusal('TOO_MANY_REVOCATIONS'));
    await revoke(1);
    await ledger.expire(NOW + 60 + 3_600);
    expect(ledger.account(ALICE).grants).toEqual([]);
    await revoke(10_000);
  });
});
