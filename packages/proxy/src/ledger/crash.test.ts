// Is anything acknowledged lost when the process is killed at a random moment?
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ledger } from './ledger.js';
import { openSqliteLedger } from './sqlite-ledger.js';

const KILLS = process.env['DEEP'] === '1' ? 2_000 : 200;
/** Lives on one file, so that recovery of a recovered file is tried and none grows large. */
const LIVES = 5;
/** Processes at once. */
const LANES = 3;
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
        setup(setup) {
          setup.onResolve({ filter: /^libsql$/ }, () => ({ path: here('./fixtures/killing-libsql.mjs') }));
          setup.onResolve({ filter: /^libsql-itself$/ }, () => ({ path: libsql, external: true }));
        },
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

  /** How many lines were heard. */
  lines = 0;

  hear(line: string): void {
    this.lines++;
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

/** Inside: at a step of the thread that writes. Outside: whatever the process does while its n-th line is read. */
type Death = { env: Record<string, string>; afterLine?: undefined } | { env?: undefined; afterLine: number };

/** What the seed says, for every life: no death depends on how quick the machine is. */
function deaths(count: number): Death[] {
  let state = SEED;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >> 8) % limit;
  };
  return Array.from({ length: count }, (_, index) => {
    if (index % 4 === 3) return { afterLine: 1 + below(60) };
    // A new file takes about a dozen steps, then a charge three: some die early, some late.
    const step = String(1 + below(index % 4 === 0 ? 20 : 250));
    return { env: below(2) === 0 ? { KILL_BEFORE: step } : { KILL_AFTER: step } };
  });
}

async function liveAndDie(
  path: string,
  round: number,
  { env, afterLine = Number.POSITIVE_INFINITY }: Death,
  acknowledged: Acknowledged,
): Promise<void> {
  const child = spawn(process.execPath, [join(folder, 'child.js'), path, String(round)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let said = '';
  let lines = 0;
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    lines += text.split('\n').length - 1;
    if (lines >= afterLine) child.kill('SIGKILL');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  await once(child, 'close');
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

/** Opens what a kill left, compares it with what was said, and leaves nothing reserved. */
async function checkFile(path: string, acknowledged: Acknowledged): Promise<void> {
  const ledger = await openSqliteLedger({ path, prices: PRICES });
  try {
    // Reservations left open by this kill may be there; those of earlier lives were expired below.
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

test(`nothing acknowledged is lost in ${KILLS} kills (seed ${SEED})`, { timeout: 3_600_000 }, async () => {
  const all = deaths(KILLS);
  let next = 0;
  let heard = 0;
  let kills = 0;
  const lane = async (): Promise<void> => {
    while (next < KILLS) {
      const first = next;
      next += LIVES;
      const path = join(folder, `ledger-${first}.db`);
      const acknowledged = new Acknowledged();
      for (const [life, death] of all.slice(first, first + LIVES).entries()) {
        await liveAndDie(path, first + life, death, acknowledged);
        kills++;
        await checkFile(path, acknowledged);
      }
      heard += acknowledged.lines;
      rmSync(path);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  expect(kills).toBe(KILLS);
  // So many lines at least were waited for.
  expect(heard).toBeGreaterThanOrEqual(all.reduce((sum, { afterLine = 0 }) => sum + afterLine, 0));
});
