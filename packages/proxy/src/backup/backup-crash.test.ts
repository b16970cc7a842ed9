// What is left when the process is killed while it copies its ledger? The ledger as it was, and every copy it had announced.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqliteLedger } from '../ledger/sqlite-ledger.js';
import { dropUnfinishedBackup } from './write-backup.js';

const ROUNDS = 6;
const prices = { pricePerToken: 20n, workerPerToken: 19n };
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'backup-crash-'));
  const here = (name: string): string => fileURLToPath(new URL(`../ledger/${name}`, import.meta.url));
  const libsql = pathToFileURL(createRequire(import.meta.url).resolve('libsql')).href;
  await build({
    entryPoints: { child: here('fixtures/crash-child.mjs'), 'sqlite-thread': here('sqlite-thread.ts') },
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

/** Kills the child right after it has begun its copy number `number`. */
async function copyAndDie(path: string, round: number, number: number) {
  const copied = new Map<string, bigint>();
  let charged = 0;
  const child = spawn(
    process.execPath,
    [join(folder, 'child.js'), path, String(round), join(folder, 'copy')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = once(child, 'close');
  let begun = 0;
  for await (const line of createInterface(child.stdout)) {
    const [verb = '', name = '', sum = '0'] = line.split(' ');
    if (verb === 'charged') charged++;
    if (verb === 'copied') copied.set(name, BigInt(sum));
    if (verb === 'copying' && ++begun === number) child.kill('SIGKILL');
  }
  await ended;
  expect(child.signalCode).toBe('SIGKILL');
  return { copied, charged };
}

test(`kill -9 during a copy, ${ROUNDS} times`, { timeout: 300_000 }, async () => {
  const path = join(folder, 'ledger.db');
  let charged = 0;
  let copies = 0;
  for (let round = 1; round <= ROUNDS; round++) {
    const life = await copyAndDie(path, round, 12);
    charged += life.charged;
    const ledger = await openSqliteLedger({ path, prices });
    const { charged: sum } = ledger.totals();
    // What this life left reserved would stand in the way of the next.
    await ledger.expire(1_900_000_600);
    await ledger.close();
    for (const [copy, announced] of life.copied) {
      const copied = await openSqliteLedger({ path: copy, prices });
      expect(copied.totals().charged).toBe(announced);
      expect(announced).toBeLessThanOrEqual(sum);
      await copied.close();
      copies++;
    }
  }
  expect(copies).toBeGreaterThanOrEqual(ROUNDS);
  expect(charged).toBeGreaterThan(0);
});

test('what a kill left of a copy is dropped', () => {
  mkdirSync(join(folder, 'backup.tmp', 'requests'), { recursive: true });
  dropUnfinishedBackup(folder);
  expect(existsSync(join(folder, 'backup.tmp'))).toBe(false);
});
