// What do the tests of both ledgers have in common? Calls, receipts and grants with fixed values, and a fresh ledger of either kind.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ChargeInput, GrantTerms, Ledger, Prices, ReserveInput } from '../../src/ledger/ledger.js';
import { createMemoryLedger } from '../../src/ledger/memory-ledger.js';
import { openSqliteLedger } from '../../src/ledger/sqlite-ledger.js';

export const KINDS = ['memory', 'sqlite'] as const;

export const PRICES: Prices = { pricePerToken: 20n, workerPerToken: 19n };
export const NOW = 1_900_000_000;
export const ALICE = 'a11ce0';
export const BOB = 'b0b0';

export const op = (index: number): string => index.toString(16).padStart(32, '0');
export const core = (index: number): string => index.toString(16).padStart(64, '0');
export const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

export function call(index: number, changes: Partial<ReserveInput> = {}): ReserveInput {
  const input = { account: ALICE, op: op(index), coreHash: core(index), tokens: 100n, worker: 'w1' };
  return { ...input, expiresAt: NOW + 900, grants: [], at: NOW, ...changes };
}

export function receipt(index: number, changes: Partial<ChargeInput> = {}): ChargeInput {
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

export function grant(id: string, changes: Partial<GrantTerms> = {}): GrantTerms {
  return { id, capTokens: 1_000n, expiresAt: NOW + 3_600, maxConcurrent: 4, ...changes };
}

export function refusal(code: string): unknown {
  return expect.objectContaining({ name: 'CocoonError', code });
}

/** A new ledger, and what closes it and removes its files. */
export async function openLedger(
  kind: (typeof KINDS)[number],
): Promise<{ ledger: Ledger; end: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  const ledger =
    kind === 'memory'
      ? createMemoryLedger({ prices: PRICES })
      : await openSqliteLedger({ path: join(folder, 'ledger.db'), prices: PRICES });
  const end = async (): Promise<void> => {
    await ledger.close();
    rmSync(folder, { recursive: true });
  };
  return { ledger, end };
}
