// Do random histories, with restarts in between, leave the same money as a bookkeeper with a notebook?
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ledger } from './ledger.js';
import { createMemoryLedger } from './memory-ledger.js';
import { openSqliteLedger } from './sqlite-ledger.js';

const PRICES = { pricePerToken: 20n, workerPerToken: 19n };
const START = 1_900_000_000;
const ACCOUNTS = ['aa', 'bb'];
const WORKERS = ['w1', 'w2'];
const GRANT_CAP = 120n;

type Step =
  | { do: 'credit'; account: number; nanoTon: bigint; reference: number }
  | {
      do: 'reserve';
      account: number;
      op: number;
      core: number;
      worker: number;
      tokens: bigint;
      grant: boolean;
      life: number;
    }
  | {
      do: 'charge';
      account: number;
      op: number;
      core: number;
      worker: number;
      tokens: bigint;
      fails: boolean;
    }
  | { do: 'release'; account: number; op: number; core: number }
  | { do: 'expire' }
  | { do: 'wait'; seconds: number }
  | { do: 'reopen' };

const small = (max: number) => fc.integer({ min: 0, max });
const who = { account: small(1), op: small(5), core: small(1) };
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('credit' as const),
      account: small(1),
      nanoTon: fc.bigInt(0n, 9_000n),
      reference: small(9),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('reserve' as const),
      ...who,
      worker: small(1),
      tokens: fc.bigInt(1n, 60n),
      grant: fc.boolean(),
      life: fc.integer({ min: 0, max: 50 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('charge' as const),
      ...who,
      worker: small(1),
      tokens: fc.bigInt(0n, 60n),
      fails: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('release' as const), ...who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: small(30) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
);

interface Held {
  core: number;
  worker: number;
  tokens: bigint;
  expiresAt: number;
  grant: boolean;
}

/** The notebook: sums only, looked through from the first page each time. */
class Notebook {
  credits = new Map<number, { account: number; nanoTon: bigint }>();
  held = new Map<string, Held>();
  paid = new Map<string, { account: number; worker: number; tokens: bigint; grant: boolean }>();

  sum(account: number): { credited: bigint; spent: bigint; reserved: bigint; grant: bigint } {
    let [credited, spent, reserved, grant] = [0n, 0n, 0n, 0n];
    for (const credit of this.credits.values()) if (credit.account === account) credited += credit.nanoTon;
    for (const paid of this.paid.values()) {
      if (paid.account !== account) continue;
      spent += paid.tokens * 20n;
      if (paid.grant) grant += paid.tokens;
    }
    for (const [key, held] of this.held) {
      if (!key.startsWith(`${account} `)) continue;
      reserved += held.tokens * 20n;
      if (held.grant) grant += held.tokens;
    }
    return { credited, spent, reserved, grant };
  }
}

const hex = (value: number): string => value.toString(16).padStart(32, '0');
const grantId = (account: number): string => `f${account}`;

async function play(
  steps: readonly Step[],
  open: (() => Promise<Ledger>) | undefined,
  first: Ledger,
): Promise<void> {
  let ledger = first;
  const book = new Notebook();
  let at = START;
  let opened = 0;
  const madeIn = new Map<string, number>();
  try {
    for (const now of steps) {
      switch (now.do) {
        case 'credit': {
          const input = {
            account: ACCOUNTS[now.account] ?? '',
            nanoTon: now.nanoTon,
            reference: `r${now.reference}`,
            at,
          };
          const known = book.credits.get(now.reference);
          const same =
            known === undefined || (known.account === now.account && known.nanoTon === now.nanoTon);
          if (same) {
            await ledger.credit(input);
            book.credits.set(now.reference, { account: now.account, nanoTon: now.nanoTon });
          } else await expect(ledger.credit(input)).rejects.toMatchObject({ code: 'REFERENCE_REUSED' });
          break;
        }
        case 'reserve': {
          const key = `${now.account} ${now.op}`;
          const grants = now.grant
            ? [
                {
                  id: grantId(now.account),
                  capTokens: GRANT_CAP,
                  expiresAt: START + 100_000,
                  maxConcurrent: 100,
                },
              ]
            : [];
          const input = {
            account: ACCOUNTS[now.account] ?? '',
            op: hex(now.op),
            coreHash: hex(now.core),
            tokens: now.tokens,
            worker: WORKERS[now.worker] ?? '',
            expiresAt: at + now.life,
            grants,
            at,
          };
          const earlier = book.held.get(key);
          book.held.delete(key);
          const sums = book.sum(now.account);
          if (earlier !== undefined) book.held.set(key, earlier);
          const known = [...book.credits.values()].some((credit) => credit.account === now.account);
          const allowed =
            known &&
            !book.paid.has(key) &&
            now.life > 0 &&
            (!now.grant || sums.grant + now.tokens <= GRANT_CAP) &&
            now.tokens * 20n <= sums.credited - sums.spent - sums.reserved;
          if (allowed) {
            ledger.reserve(input);
            const { core, worker, tokens, grant } = now;
            book.held.set(key, { core, worker, tokens, expiresAt: at + now.life, grant });
            madeIn.set(key, opened);
          } else
            expect(() => ledger.reserve(input)).toThrow(expect.objectContaining({ name: 'CocoonError' }));
          break;
        }
        case 'charge': {
          const key = `${now.account} ${now.op}`;
          const held = book.held.get(key);
          const matches = held !== undefined && held.core === now.core && held.worker === now.worker;
          const ended = matches && (held.expiresAt <= at || (madeIn.get(key) !== opened && now.fails));
          const pays = matches && !ended && !now.fails && now.tokens <= held.tokens;
          await ledger
            .charge({
              account: ACCOUNTS[now.account] ?? '',
              op: hex(now.op),
              coreHash: hex(now.core),
              worker: WORKERS[now.worker] ?? '',
              tokens: now.tokens,
              finish: now.fails ? 'error' : 'stop',
              receiptPublic: Uint8Array.of(1),
              receiptSignature: Uint8Array.of(now.core, now.worker, Number(now.tokens), now.fails ? 1 : 0),
              authorization: Uint8Array.of(3),
              resumable: true,
              at,
            })
            .then(
              (charge) => expect(charge.repeated || pays || now.fails).toBe(true),
              (error: unknown) => {
                expect(pays).toBe(false);
                expect(error).toMatchObject({ name: 'CocoonError' });
              },
            );
          if (pays) {
            book.paid.set(key, {
              account: now.account,
              worker: now.worker,
              tokens: now.tokens,
              grant: held.grant,
            });
          }
          if (pays || ended || (matches && now.fails)) book.held.delete(key);
          break;
        }
        case 'release': {
          const key = `${now.account} ${now.op}`;
          const account = ACCOUNTS[now.account] ?? '';
          await ledger.release({
            account,
            op: hex(now.op),
            coreHash: hex(now.core),
            reason: 'cancelled',
            at,
          });
          if (book.held.get(key)?.core === now.core) book.held.delete(key);
          break;
        }
        case 'expire': {
          const due = [...book.held].filter(([, held]) => held.expiresAt <= at);
          for (const [key] of due) book.held.delete(key);
          expect(await ledger.expire(at)).toBe(due.length);
          break;
        }
        case 'wait':
          at += now.seconds;
          break;
        case 'reopen':
          if (open === undefined) break;
          await ledger.close();
          ledger = await open();
          opened += 1;
          break;
        default:
          now satisfies never;
      }
      compare(ledger, book);
    }
  } finally {
    await ledger.close();
  }
}

function compare(ledger: Ledger, book: Notebook): void {
  const totals = ledger.totals();
  expect(totals.charged).toBe(totals.workers + totals.proxy);
  expect(totals.workerTokens <= totals.clientTokens).toBe(true);
  const sums = ACCOUNTS.map((id, index) => {
    const sum = book.sum(index);
    if (![...book.credits.values()].some((credit) => credit.account === index)) return sum;
    const view = ledger.account(id);
    expect(view.balance).toBe(sum.credited - sum.spent);
    expect(view.reserved).toBe(sum.reserved);
    expect(view.spendable).toBe(sum.credited - sum.spent - sum.reserved);
    expect(view.spendable >= 0n).toBe(true);
    const grant = view.grants.find((row) => row.id === grantId(index));
    expect((grant?.spentTokens ?? 0n) + (grant?.reservedTokens ?? 0n)).toBe(sum.grant);
    return sum;
  });
  expect(totals.credited).toBe(sums.reduce((all, sum) => all + sum.credited, 0n));
  expect(totals.charged).toBe(sums.reduce((all, sum) => all + sum.spent, 0n));
  expect(totals.reserved).toBe(sums.reduce((all, sum) => all + sum.reserved, 0n));
  for (const [index, worker] of WORKERS.entries()) {
    const paid = [...book.paid.values()].filter((row) => row.worker === index);
    const earned = paid.reduce((all, row) => all + row.tokens * 19n, 0n);
    expect(ledger.worker(worker)).toEqual({ earnedNanoTon: earned, receipts: paid.length });
  }
}

describe('random histories', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-model-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('in memory', async () => {
    const histories = fc.array(step, { minLength: 20, maxLength: 150 });
    await fc.assert(
      fc.asyncProperty(histories, (steps) => play(steps, undefined, createMemoryLedger({ prices: PRICES }))),
      { numRuns: 300 },
    );
  });

  test('on disk, closed and opened again in between', async () => {
    let count = 0;
    const histories = fc.array(step, { minLength: 20, maxLength: 80 });
    await fc.assert(
      fc.asyncProperty(histories, async (steps) => {
        const path = join(folder, `${count++}.db`);
        const open = () => openSqliteLedger({ path, prices: PRICES });
        await play(steps, open, await open());
      }),
      { numRuns: process.env['DEEP'] === '1' ? 300 : 25 },
    );
  });
});
