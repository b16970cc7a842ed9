// How many charges a second reach the disk, and how long one waits for it?
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { createMemoryLedger, type Ledger, openSqliteLedger } from '@cocoonkit/proxy/ledger';

export interface BenchResult {
  name: string;
  value: number;
  unit: string;
  /** What `value` should reach; absent for figures that are only reported. */
  target?: string | undefined;
}

const PRICES = { pricePerToken: 20n, workerPerToken: 19n };
const ACCOUNTS = 16;
/** Calls in flight at once, spread over the accounts. */
const LANES = 64;
const CALLS = 10_000;
const SERIAL_CALLS = 500;
const AT = 1_900_000_000;

const hex = (value: number, bytes: number): string => value.toString(16).padStart(2 * bytes, '0');

export async function run(): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-bench-'));
  const results: BenchResult[] = [];
  try {
    const disk = await openSqliteLedger({ path: join(folder, 'ledger.db'), prices: PRICES });
    await fund(disk);
    const grouped = await callsPerSecond(disk, { calls: CALLS, lanes: LANES, first: 0 });
    const serial = await callsPerSecond(disk, { calls: SERIAL_CALLS, lanes: 1, first: CALLS });
    await disk.close();
    const memory = createMemoryLedger({ prices: PRICES });
    await fund(memory);
    const inMemory = await callsPerSecond(memory, { calls: CALLS, lanes: LANES, first: 0 });
    const reopenedIn = await reopenMs(join(folder, 'ledger.db'));
    results.push(
      { name: 'ledger: durable charges, 64 at once', value: grouped, unit: 'charges/s', target: '>= 1000' },
      {
        name: 'ledger: one call after another, reservation and charge durable',
        value: serial,
        unit: 'calls/s',
      },
      { name: 'ledger: charges in memory, 64 at once', value: inMemory, unit: 'charges/s' },
      {
        name: `ledger: opening with ${CALLS + SERIAL_CALLS} remembered charges`,
        value: reopenedIn,
        unit: 'ms',
      },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
  return results;
}

async function fund(ledger: Ledger): Promise<void> {
  for (let account = 0; account < ACCOUNTS; account++) {
    const reference = `fund ${account}`;
    await ledger.credit({ account: hex(account, 32), nanoTon: 10n ** 15n, reference, at: AT });
  }
}

/** Each call: a reservation under two grants, durable, then its charge, durable. */
async function callsPerSecond(
  ledger: Ledger,
  { calls, lanes, first }: { calls: number; lanes: number; first: number },
): Promise<number> {
  const startedAt = process.hrtime.bigint();
  let next = first;
  const lane = async (): Promise<void> => {
    while (next < first + calls) await oneCall(ledger, next++);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
  return Math.round(calls / seconds);
}

async function oneCall(ledger: Ledger, index: number): Promise<void> {
  const attempt = {
    account: hex(index % ACCOUNTS, 32),
    op: hex(index, 16),
    coreHash: hex(index, 32),
    worker: `worker ${index % 8}`,
    at: AT,
  };
  const terms = { capTokens: 10n ** 12n, expiresAt: AT + 3_600, maxConcurrent: 32 };
  const grants = ['aa', 'bb'].map((id) => ({ id, ...terms }));
  await ledger.reserve({ ...attempt, tokens: 1_000n, expiresAt: AT + 900, grants }).durable;
  const receiptSignature = new Uint8Array(64).fill(index & 0xff);
  const proof = { receiptPublic: new Uint8Array(250), receiptSignature, authorization: new Uint8Array(400) };
  await ledger.charge({ ...attempt, tokens: 700n, finish: 'stop', ...proof });
}

async function reopenMs(path: string): Promise<number> {
  const startedAt = process.hrtime.bigint();
  const ledger = await openSqliteLedger({ path, prices: PRICES });
  const ms = Number(process.hrtime.bigint() - startedAt) / 1e6;
  await ledger.close();
  return Math.round(ms);
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${JSON.stringify(await run(), null, 2)}\n`);
}
