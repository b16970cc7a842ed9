// Does the ledger on disk come back as it was, refuse files it must not trust, and stop when the disk fails?
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ChargeInput, Ledger, ReserveInput } from './ledger.js';
import { openSqliteLedger, type SqliteLedgerOptions } from './sqlite-ledger.js';

const PRICES = { pricePerToken: 20n, workerPerToken: 19n };
const NOW = 1_900_000_000;
const ALICE = 'a11ce0';

let folder: string;
let path: string;
const opened: Ledger[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  path = join(folder, 'ledger.db');
});
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close();
  rmSync(folder, { recursive: true });
});

async function open(options: Partial<SqliteLedgerOptions> = {}): Promise<Ledger> {
  const ledger = await openSqliteLedger({ path, prices: PRICES, ...options });
  opened.push(ledger);
  return ledger;
}

const op = (index: number): string => index.toString(16).padStart(32, '0');
const core = (index: number): string => index.toString(16).padStart(64, '0');
const fund = (ledger: Ledger, nanoTon = 1_000_000n) =>
  ledger.credit({ account: ALICE, nanoTon, reference: 'fund', at: NOW });

function call(index: number, changes: Partial<ReserveInput> = {}): ReserveInput {
  const input = { account: ALICE, op: op(index), coreHash: core(index), tokens: 100n, worker: 'w1' };
  return { ...input, expiresAt: NOW + 900, grants: [], at: NOW, ...changes };
}

function receipt(index: number, changes: Partial<ChargeInput> = {}): ChargeInput {
  const input = {
    account: ALICE,
    op: op(index),
    coreHash: core(index),
    worker: 'w1',
    tokens: 60n,
    at: NOW + 1,
  };
  const proof = { receiptPublic: Uint8Array.of(1), receiptSignature: Uint8Array.of(2, index) };
  return { ...input, ...proof, finish: 'stop', authorization: Uint8Array.of(3), ...changes };
}

describe('after a restart', () => {
  test('everything durable is there: balances, grants, workers, payments, charges, statement', async () => {
    const first = await open();
    await fund(first);
    const grants = [{ id: 'aa', capTokens: 200n, expiresAt: NOW + 3_600, maxConcurrent: 1 }];
    first.reserve(call(1, { grants }));
    await first.charge(receipt(1));
    await first.reserve(call(2, { grants })).durable;
    await first.revokeGrant({ account: ALICE, id: 'bb', at: NOW });
    const before = { account: first.account(ALICE), totals: first.totals(), worker: first.worker('w1') };
    const statement = await first.statement(ALICE, 0, 10);
    await first.close();

    const second = await open();
    expect({ account: second.account(ALICE), totals: second.totals(), worker: second.worker('w1') }).toEqual(
      before,
    );
    expect(await second.statement(ALICE, 0, 10)).toEqual(statement);
    expect(await fund(second)).toMatchObject({ repeated: true });
    expect(await second.charge(receipt(1))).toMatchObject({ tokens: 60n, sequence: 1, repeated: true });
    expect(() => second.reserve(call(1))).toThrow(expect.objectContaining({ code: 'OP_ALREADY_CHARGED' }));
    expect(() => second.reserve(call(3, { grants }))).toThrow(
      expect.objectContaining({ code: 'GRANT_BUSY' }),
    );
    const revoked = [{ id: 'bb', capTokens: 200n, expiresAt: NOW + 3_600, maxConcurrent: 1 }];
    expect(() => second.reserve(call(3, { grants: revoked }))).toThrow(
      expect.objectContaining({ code: 'GRANT_REVOKED' }),
    );
  });

  test('accepts: the receipt of a reservation from before, if complete and still held for resume', async () => {
    const first = await open();
    await fund(first);
    await first.reserve(call(1)).durable;
    await first.close();
    const second = await open();
    expect(await second.charge(receipt(1, { resumable: true }))).toMatchObject({
      tokens: 60n,
      repeated: false,
    });
  });

  test.each([
    ['no longer held for resume', {}],
    ['cancelled', { finish: 'cancelled', resumable: true }],
    ['failed', { finish: 'error', resumable: true }],
  ] satisfies [string, Partial<ChargeInput>][])(
    'rejects: such a receipt when the answer is %s',
    async (_name, changes) => {
      const first = await open();
      await fund(first);
      await first.reserve(call(1)).durable;
      await first.close();
      const second = await open();
      await expect(second.charge(receipt(1, changes))).rejects.toMatchObject({
        code: 'RESERVATION_UNKNOWN',
        details: { reason: 'restart' },
      });
      expect(second.account(ALICE)).toMatchObject({ running: 0, spendable: 1_000_000n });
      expect(await second.evidence(ALICE, 10)).toMatchObject([{ reason: 'no_reservation' }]);
    },
  );

  test('a new attempt after the restart is an ordinary one, and old reservations expire', async () => {
    const first = await open();
    await fund(first);
    first.reserve(call(1));
    await first.reserve(call(2)).durable;
    await first.close();
    const second = await open();
    second.reserve(call(1, { coreHash: core(9) }));
    expect(await second.charge(receipt(1, { coreHash: core(9), finish: 'cancelled' }))).toMatchObject({
      tokens: 60n,
    });
    expect(await second.expire(NOW + 900)).toBe(1);
    expect(second.totals()).toMatchObject({ charged: 1_200n, reserved: 0n });
  });

  test('a revocation keeps its later expiry', async () => {
    const first = await open();
    await fund(first);
    const grants = [{ id: 'aa', capTokens: 200n, expiresAt: NOW + 60, maxConcurrent: 1 }];
    first.reserve(call(1, { grants }));
    await first.charge(receipt(1));
    await first.revokeGrant({ account: ALICE, id: 'aa', expiresAt: NOW + 9_000, at: NOW });
    await first.close();
    const second = await open();
    await second.expire(NOW + 9_000);
    expect(second.account(ALICE).grants).toMatchObject([
      { revoked: true, expiresAt: NOW + 9_000, spentTokens: 60n },
    ]);
  });

  test('amounts near the limit come back exactly', async () => {
    const first = await open();
    const most = (1n << 62n) - 1n;
    await fund(first, most);
    await expect(
      first.credit({ account: ALICE, nanoTon: 1n, reference: 'more', at: NOW }),
    ).rejects.toMatchObject({ code: 'LEDGER_BAD_INPUT' });
    await first.close();
    expect((await open()).account(ALICE).balance).toBe(most);
  });

  test('rejects: other prices than the ledger was created with', async () => {
    await (await open()).close();
    const prices = { pricePerToken: 21n, workerPerToken: 19n };
    await expect(open({ prices })).rejects.toMatchObject({ code: 'LEDGER_PRICES_DIFFER' });
    await open();
  });
});

describe('files that are not to be trusted', () => {
  async function closedLedger(): Promise<void> {
    const ledger = await open();
    await fund(ledger);
    for (let index = 0; index < 30; index++) {
      ledger.reserve(call(index));
      await ledger.charge(receipt(index, { receiptPublic: new Uint8Array(4_000) }));
    }
    await ledger.reserve(call(99)).durable;
    await ledger.close();
  }

  function edit(sql: string): void {
    const database = new Libsql(path);
    database.exec('PRAGMA ignore_check_constraints = ON');
    database.exec(sql);
    database.close();
  }

  test('rejects: a file that is not a database', async () => {
    writeFileSync(path, 'a diary, not a ledger\n'.repeat(500));
    await expect(open()).rejects.toMatchObject({ code: 'LEDGER_CORRUPT', kind: 'config' });
    expect(readFileSync(path, 'utf8').startsWith('a diary')).toBe(true);
  });

  test("rejects: another program's database, and leaves it unchanged", async () => {
    edit('CREATE TABLE recipes (name TEXT)');
    const before = readFileSync(path);
    await expect(open()).rejects.toMatchObject({ code: 'LEDGER_CORRUPT' });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('rejects: a truncated file', async () => {
    await closedLedger();
    truncateSync(path, Math.floor(readFileSync(path).length / 2 / 4_096) * 4_096);
    await expect(open()).rejects.toMatchObject({ code: 'LEDGER_CORRUPT' });
  });

  test('rejects: a file with an overwritten page', async () => {
    await closedLedger();
    const content = readFileSync(path);
    content.fill(0xa5, 2 * 4_096, 8 * 4_096);
    writeFileSync(path, content);
    await expect(open()).rejects.toMatchObject({ code: 'LEDGER_CORRUPT' });
  });

  test('rejects: a damaged page that nothing has to read', async () => {
    await closedLedger();
    // Asked by another process: here the query would keep the file open until it is collected.
    const libsql = createRequire(import.meta.url).resolve('libsql');
    const query = `new (require(${JSON.stringify(libsql)}))(${JSON.stringify(path)})
      .prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'evidence_by_time'").raw().get()[0]`;
    const root = execFileSync(process.execPath, ['-p', query], { encoding: 'utf8' });
    const content = readFileSync(path);
    content.fill(0xa5, (Number(root) - 1) * 4_096, Number(root) * 4_096);
    writeFileSync(path, content);
    await expect(open()).rejects.toMatchObject({ code: 'LEDGER_CORRUPT' });
  });

  test('rejects: a version from the future', async () => {
    await closedLedger();
    edit('PRAGMA user_version = 2');
    await expect(open()).rejects.toMatchObject({ code: 'LEDGER_VERSION' });
  });

  test.each([
    ['an account that spent less', 'UPDATE accounts SET spent = spent - 20'],
    ['an account with more money', 'UPDATE accounts SET credited = credited + 1'],
    ['a worker that earned more', 'UPDATE workers SET earned = earned + 19'],
    ['a worker with more tokens', 'UPDATE workers SET tokens = tokens + 1'],
    ['a payment nobody made', `INSERT INTO credits VALUES ('x', '${ALICE}', 5, 0)`],
    ['a proxy that kept more', 'UPDATE totals SET proxy = proxy + 1'],
    ['workers paid for more tokens than clients', 'UPDATE totals SET worker_tokens = client_tokens + 1'],
    ['no totals', 'DELETE FROM totals'],
    ['a reservation above the balance', 'UPDATE reservations SET nano = 2000000'],
    ['a reservation of nobody', "UPDATE reservations SET account = 'ffff'"],
    ['a charge the account does not count', 'UPDATE accounts SET charges = charges - 1'],
    ['a finish that does not exist', "UPDATE charges SET finish = 'paid'"],
    ['a missing table', 'DROP TABLE grants'],
  ])('rejects: %s', async (_name, sql) => {
    await closedLedger();
    edit(sql);
    await expect(open()).rejects.toMatchObject({ code: 'LEDGER_CORRUPT' });
  });

  test('accepts: the untouched file, and a copy of it', async () => {
    await closedLedger();
    const copy = join(folder, 'copy.db');
    cpSync(path, copy);
    expect((await open({ path: copy })).totals()).toEqual((await open()).totals());
  });
});

describe('one process at a time', () => {
  test('rejects: a second opening in the same process', async () => {
    const ledger = await open();
    await expect(open()).rejects.toMatchObject({ code: 'LEDGER_LOCKED' });
    await ledger.close();
    await open();
  });

  test('rejects: a file another process has open; its end frees the file', async () => {
    await (await open()).close();
    const libsql = createRequire(import.meta.url).resolve('libsql');
    const holder = `const db = new (require(${JSON.stringify(libsql)}))(${JSON.stringify(path)});
      db.exec('PRAGMA locking_mode = EXCLUSIVE'); db.exec('BEGIN IMMEDIATE'); db.exec('COMMIT');
      process.stdout.write('open'); setInterval(() => db.open, 1000);`;
    const child = spawn(process.execPath, ['-e', holder], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    await expect(open()).rejects.toMatchObject({ code: 'LEDGER_LOCKED' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    await open();
  });
});

describe('limits and failures', () => {
  test('rejects: more unwritten changes than allowed; once written, calls are taken again', async () => {
    const ledger = await open({ maxPending: 10 });
    await fund(ledger);
    const reservations = Array.from({ length: 10 }, (_, index) => ledger.reserve(call(index)));
    expect(() => ledger.reserve(call(10))).toThrow(
      expect.objectContaining({ code: 'LEDGER_BUSY', kind: 'network' }),
    );
    await expect(ledger.charge(receipt(1))).rejects.toMatchObject({ code: 'LEDGER_BUSY' });
    expect(ledger.account(ALICE).running).toBe(10);
    await Promise.all(reservations.map((reservation) => reservation.durable));
    await ledger.reserve(call(10)).durable;
  });

  test('rejects: more remembered operations than allowed', async () => {
    const ledger = await open({ maxOperations: 2 });
    await fund(ledger);
    ledger.reserve(call(1));
    ledger.reserve(call(2));
    expect(() => ledger.reserve(call(3))).toThrow(expect.objectContaining({ code: 'LEDGER_BUSY' }));
    ledger.reserve(call(2, { coreHash: core(9) }));
    await ledger.expire(NOW + 900 + 3_600);
    await ledger.expire(NOW + 900 + 7_200);
    ledger.reserve(call(3, { at: NOW + 8_100, expiresAt: NOW + 9_000 }));
  });

  test('a full disk stops everything at once, and what was acknowledged is there afterwards', async () => {
    const ledger = await open({ maxBytes: 300_000 });
    await fund(ledger);
    const acknowledged: bigint[] = [];
    const fill = async (): Promise<void> => {
      for (let index = 0; index < 500; index++) {
        ledger.reserve(call(index));
        const charge = await ledger.charge(receipt(index, { receiptPublic: new Uint8Array(4_096) }));
        acknowledged.push(charge.amounts.client);
      }
    };
    await expect(fill()).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
      details: { cause: 'SQLITE_FULL' },
    });
    expect(acknowledged.length).toBeGreaterThan(5);
    expect(() => ledger.reserve(call(1_000))).toThrow(
      expect.objectContaining({ code: 'LEDGER_UNAVAILABLE' }),
    );
    await expect(ledger.statement(ALICE, 0, 1)).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    await expect(ledger.expire(NOW)).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    await ledger.close();
    const again = await open();
    expect(again.totals().charged).toBe(acknowledged.reduce((sum, amount) => sum + amount, 0n));
    expect(again.account(ALICE).charges).toBe(acknowledged.length);
  });

  test('rejects: a folder that does not exist', async () => {
    await expect(open({ path: join(folder, 'missing', 'ledger.db') })).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
    });
  });

  test('closing writes what is pending first', async () => {
    const ledger = await open();
    const funded = fund(ledger);
    ledger.reserve(call(1));
    const charge = ledger.charge(receipt(1));
    await ledger.close();
    await Promise.all([funded, charge]);
    expect((await open()).totals()).toMatchObject({ charged: 1_200n, reserved: 0n });
  });
});
