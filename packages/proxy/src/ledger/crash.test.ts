// Is anything acknowledged lost when the process is killed at a random moment?
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ledger } from './ledger.js';
import { openSqliteLedger } from './sqlite-ledger.js';

const ROUNDS = process.env['DEEP'] === '1' ? 200 : 20;
const LONGEST_LIFE_MS = 250;
const SEED = Number(process.env['SEED'] ?? '20261');
const PRICES = { pricePerToken: 20n, workerPerToken: 19n };
const NOW = 1_900_000_000;

let folder: string;

// The child runs built files, as a deployed proxy does, including the separate file of the disk thread.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-crash-'));
  const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const libsql = pathToFileURL(createRequire(import.meta.url).resolve('libsql')).href;
  await build({
    entryPoints: { child: here('./fixtures/crash-child.mjs'), 'sqlite-thread': here('./sqlite-thread.ts') },
    outdir: folder,
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@cocoonkit/source'],
    external: ['esbuild'],
    plugins: [
      {
        name: 'libsql-by-address',
        setup: (setup) =>
          void setup.onResolve({ filter: /^libsql$/ }, () => ({ path: libsql, external: true })),
      },
    ],
  });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the killed processes said, over all rounds. */
class Acknowledged {
  readonly charges = new Map<string, { account: string; tokens: bigint; sequence: number; worker: string }>();
  readonly released = new Set<string>();
  readonly reserved = new Set<string>();
  readonly credited = new Map<string, bigint>();

  hear(line: string): void {
    const [verb = '', account = '', op = '', tokens = '0', sequence = '0', worker = ''] = line.split(' ');
    if (verb === 'credited') this.credited.set(account, (this.credited.get(account) ?? 0n) + BigInt(op));
    if (verb === 'reserved') this.reserved.add(`${account} ${op}`);
    if (verb === 'released') this.released.add(`${account} ${op}`);
    if (verb === 'charged') {
      const charge = { account, tokens: BigInt(tokens), sequence: Number(sequence), worker };
      this.charges.set(`${account} ${op}`, charge);
    }
  }
}

async function liveAndDie(
  path: string,
  round: number,
  lifeMs: number,
  acknowledged: Acknowledged,
): Promise<void> {
  const child = spawn(process.execPath, [join(folder, 'child.js'), path, String(round)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const ended = once(child, 'close');
  const started = Promise.race([once(child.stdout, 'data'), ended]);
  await started;
  await wait(lifeMs);
  child.kill('SIGKILL');
  await ended;
  expect(complaint).toBe('');
  expect(child.signalCode).toBe('SIGKILL');
  // A last line without its end was not said.
  for (const line of said.split('\n').slice(0, -1)) acknowledged.hear(line);
}

async function checkAgainst(ledger: Ledger, acknowledged: Acknowledged): Promise<void> {
  const totals = ledger.totals();
  expect(totals.charged).toBe(totals.workers + totals.proxy);
  expect(totals.workerTokens).toBe(totals.clientTokens);
  let spent = 0n;
  let reserved = 0n;
  for (const [account, credited] of acknowledged.credited) {
    const view = ledger.account(account);
    // A payment may be on disk although the process died before saying so, never the other way round.
    expect(view.balance + view.spent).toBeGreaterThanOrEqual(credited);
    expect(view.spendable).toBeGreaterThanOrEqual(0n);
    spent += view.spent;
    reserved += view.reserved;
    const proven = await readAll(ledger, account);
    expect(proven.map((row) => row.sequence)).toEqual(
      Array.from({ length: view.charges }, (_, index) => index + 1),
    );
    expect(proven.reduce((sum, row) => sum + row.tokens, 0n)).toBe(view.spentTokens);
    expect(new Set(proven.map((row) => row.op)).size).toBe(proven.length);
    const byOp = new Map(proven.map((row) => [`${account} ${row.op}`, row]));
    for (const [key, charge] of acknowledged.charges) {
      if (charge.account !== account) continue;
      const { tokens, sequence, worker } = charge;
      expect(byOp.get(key)).toMatchObject({ tokens, sequence, worker });
    }
    for (const key of acknowledged.released) expect(byOp.has(key)).toBe(false);
  }
  expect(totals.charged).toBe(spent);
  expect(totals.reserved).toBe(reserved);
}

async function readAll(ledger: Ledger, account: string) {
  const rows = await ledger.statement(account, 0, 1_000);
  for (;;) {
    const more = await ledger.statement(account, rows.at(-1)?.sequence ?? 0, 1_000);
    if (more.length === 0) return rows;
    rows.push(...more);
  }
}

test(`nothing acknowledged is lost in ${ROUNDS} kills (seed ${SEED})`, { timeout: 600_000 }, async () => {
  // Several files: a few rounds on each, so that recovery of a recovered file is tried and none grows large.
  let random = SEED;
  let acknowledged = new Acknowledged();
  let heard = 0;
  let path = '';
  for (let round = 0; round < ROUNDS; round++) {
    if (round % 5 === 0) {
      path = join(folder, `ledger-${round}.db`);
      acknowledged = new Acknowledged();
    }
    random = (Math.imul(random, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    const before = acknowledged.charges.size;
    await liveAndDie(path, round, random % LONGEST_LIFE_MS, acknowledged);
    heard += acknowledged.charges.size - before;
    const ledger = await openSqliteLedger({ path, prices: PRICES });
    try {
      // Reservations left open by this kill may be there; those of earlier rounds were expired below.
      for (const key of acknowledged.reserved) {
        const [account = '', op = ''] = key.split(' ');
        if (acknowledged.charges.has(key) || acknowledged.released.has(key)) continue;
        const state = ledger.operation(op, account)?.state;
        if (state === undefined) {
          // Gone from memory only if its release had reached the disk without being said.
          expect((await readAll(ledger, account)).some((row) => row.op === op)).toBe(false);
        } else expect(['reserved', 'charged']).toContain(state);
      }
      await checkAgainst(ledger, acknowledged);
      await ledger.expire(NOW + 600);
      expect(ledger.totals().reserved).toBe(0n);
      await checkAgainst(ledger, acknowledged);
      acknowledged.reserved.clear();
    } finally {
      await ledger.close();
    }
  }
  expect(heard).toBeGreaterThan(ROUNDS * 10);
});
