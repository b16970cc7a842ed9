// Is a backup whole or refused, whatever happens to the file, the directory or the process?
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryLedger } from '../ledger/memory-ledger.js';
import { openSqliteLedger } from '../ledger/sqlite-ledger.js';
import { readLastBackup } from './last-backup.js';
import { refuseUnfinishedRestore, restoreBackup } from './restore-backup.js';
import { takeBackup } from './take-backup.js';

const prices = { pricePerToken: 20n, workerPerToken: 19n };
const at = 1_900_000_000;
const now = (): Date => new Date(at * 1000);
let base: string;
let dir: string;

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'cocoonkit-backup-'));
  dir = join(base, 'proxy');
  mkdirSync(join(dir, 'requests'), { recursive: true });
  writeFileSync(join(dir, 'ledger.id'), `local:${'a'.repeat(32)}\n`);
  writeFileSync(join(dir, 'requests', `requests-${at}.log`), 'one line\n');
  writeFileSync(join(dir, 'admin.token'), 'SECRET-TOKEN\n');
  await fill(dir, 40);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

async function fill(folder: string, count: number): Promise<void> {
  const ledger = await openSqliteLedger({ path: join(folder, 'ledger.db'), prices });
  await ledger.credit({ account: 'aa', nanoTon: 1_000_000n, reference: `first ${count}`, at });
  const proof = { receiptPublic: new Uint8Array(200), authorization: new Uint8Array(300) };
  for (let index = 0; index < count; index++) {
    const attempt = { account: 'aa', op: hex(index, 16), coreHash: hex(index, 32), worker: 'w', at };
    ledger.reserve({ ...attempt, tokens: 50n, expiresAt: at + 600, grants: [] });
    if (index % 10 === 9) continue;
    const receiptSignature = Uint8Array.of(index);
    await ledger.charge({ ...attempt, tokens: 7n, finish: 'stop', ...proof, receiptSignature });
  }
  await ledger.close();
}

const hex = (value: number, bytes: number): string => value.toString(16).padStart(2 * bytes, '0');

async function backup(out = 'one.backup') {
  const file = join(base, out);
  return { file, taken: await takeBackup({ dir, out: file, fetch, now }) };
}

/** The same file with another manifest and files, and a right digest at the end: what somebody could make by hand. */
function rebuild(
  file: string,
  change: (manifest: { [name: string]: unknown }) => void,
  append = Buffer.alloc(0),
) {
  const bytes = readFileSync(file);
  const end = bytes.indexOf(0x0a);
  const manifest = JSON.parse(bytes.toString('utf8', 0, end));
  change(manifest);
  const content = Buffer.concat([
    Buffer.from(`${JSON.stringify(manifest)}\n`),
    bytes.subarray(end + 1, bytes.length - 32),
    append,
  ]);
  const made = `${file}.made`;
  writeFileSync(made, Buffer.concat([content, createHash('sha256').update(content).digest()]));
  return made;
}

test('accepts: a backup of a directory at rest is the same ledger, and holds no token', async () => {
  const { file, taken } = await backup();
  expect(taken).toMatchObject({ online: false, manifest: { time: at } });
  expect(taken.manifest.sums).toMatchObject({ credited: 1_000_000n, charged: 36n * 140n, reservations: 4 });
  expect(readFileSync(file).includes('SECRET-TOKEN')).toBe(false);
  expect(readdirSync(dir).sort()).toEqual([
    'admin.token',
    'backup.last',
    'ledger.db',
    'ledger.id',
    'requests',
  ]);
  expect(readLastBackup(dir)).toBe(at);
  const back = join(base, 'back');
  const restored = await restoreBackup({ file, dir: back, sha256: taken.sha256 });
  expect(restored).toEqual({ manifest: taken.manifest, sha256: taken.sha256 });
  expect(readdirSync(back).sort()).toEqual(['ledger.db', 'ledger.id', 'requests']);
  expect(readFileSync(join(back, 'requests', `requests-${at}.log`), 'utf8')).toBe('one line\n');
  const [one, two] = await Promise.all(
    [dir, back].map((folder) => openSqliteLedger({ path: join(folder, 'ledger.db'), prices })),
  );
  expect(two?.totals()).toEqual(one?.totals());
  expect(two?.account('aa')).toEqual(one?.account('aa'));
  expect(await two?.statement('aa', 0, 1_000)).toEqual(await one?.statement('aa', 0, 1_000));
  await one?.close();
  await two?.close();
});

test('rejects: any altered, missing or added byte, and leaves nothing behind', async () => {
  const { file } = await backup();
  const bytes = readFileSync(file);
  const end = bytes.indexOf(0x0a);
  const places = [
    0,
    5,
    end >> 1,
    end,
    end + 1,
    end + 5_000,
    bytes.length - 33,
    bytes.length - 32,
    bytes.length - 1,
  ];
  const altered = places.map((place) => {
    const copy = Buffer.from(bytes);
    copy[place] = (copy[place] ?? 0) ^ 1;
    return copy;
  });
  const cut = [0, 10, end + 1, bytes.length >> 1, bytes.length - 1].map((length) =>
    bytes.subarray(0, length),
  );
  const back = join(base, 'back');
  for (const wrong of [...altered, ...cut, Buffer.concat([bytes, Buffer.of(0)])]) {
    const path = join(base, 'wrong');
    writeFileSync(path, wrong);
    await expect(restoreBackup({ file: path, dir: back })).rejects.toMatchObject({ code: 'BACKUP_CORRUPT' });
    expect(readdirSync(back)).toEqual([]);
  }
});

test('rejects: a file made to fit: other sums, names that lead elsewhere, another SHA-256 than the one kept', async () => {
  const { file } = await backup();
  const back = join(base, 'back');
  const cases = [
    rebuild(file, (manifest) => Object.assign(manifest['sums'] ?? {}, { charged: '1' })),
    rebuild(file, (manifest) => Object.assign(Object(manifest['files'])[1], { name: '../ledger.id' })),
    rebuild(file, (manifest) => Object.assign(Object(manifest['files'])[1], { name: 'ledger.db' })),
    rebuild(file, (manifest) => Object.assign(manifest, { more: 1 })),
    rebuild(file, () => {}, Buffer.from('more')),
  ];
  for (const path of cases)
    await expect(restoreBackup({ file: path, dir: back })).rejects.toMatchObject({ code: 'BACKUP_CORRUPT' });
  const kept = { file: rebuild(file, (manifest) => Object.assign(manifest, { time: 1 })), dir: back };
  await expect(restoreBackup({ ...kept, sha256: 'f'.repeat(64) })).rejects.toMatchObject({
    code: 'BACKUP_CORRUPT',
  });
  expect(readdirSync(back)).toEqual([]);
});

test('rejects: a later format, and a ledger of a later version', async () => {
  const { file } = await backup();
  const back = join(base, 'back');
  const later = rebuild(file, (manifest) => Object.assign(manifest, { version: 2 }));
  await expect(restoreBackup({ file: later, dir: back })).rejects.toMatchObject({ code: 'BACKUP_VERSION' });
  const unpacked = join(base, 'unpacked');
  await restoreBackup({ file, dir: unpacked });
  // SQLite's header has the version at byte 60 (file format, 1.3).
  const ledger = readFileSync(join(unpacked, 'ledger.db'));
  ledger.writeUInt32BE(99, 60);
  const bytes = readFileSync(file);
  const manifest = JSON.parse(bytes.toString('utf8', 0, bytes.indexOf(0x0a)));
  const [first, ...others] = manifest.files;
  const rest = bytes.subarray(bytes.indexOf(0x0a) + 1 + first.bytes, bytes.length - 32);
  const sha256 = createHash('sha256').update(ledger).digest('hex');
  manifest.files = [{ ...first, bytes: ledger.length, sha256 }, ...others];
  const content = Buffer.concat([Buffer.from(`${JSON.stringify(manifest)}\n`), ledger, rest]);
  writeFileSync(later, Buffer.concat([content, createHash('sha256').update(content).digest()]));
  await expect(restoreBackup({ file: later, dir: back })).rejects.toMatchObject({ code: 'BACKUP_VERSION' });
  expect(readdirSync(back)).toEqual([]);
});

test('rejects: a directory that is not empty, a file that exists, a ledger in use, a directory without one', async () => {
  const { file } = await backup();
  await expect(restoreBackup({ file, dir })).rejects.toMatchObject({ code: 'RESTORE_NOT_EMPTY' });
  await expect(backup()).rejects.toMatchObject({ code: 'BACKUP_EXISTS' });
  const ledger = await openSqliteLedger({ path: join(dir, 'ledger.db'), prices });
  await expect(backup('two.backup')).rejects.toMatchObject({ code: 'LEDGER_LOCKED' });
  await ledger.close();
  rmSync(join(dir, 'ledger.db'));
  await expect(backup('two.backup')).rejects.toMatchObject({ code: 'BACKUP_REFUSED' });
  expect(readdirSync(base).sort()).toEqual(['one.backup', 'proxy']);
});

test('rejects: to serve a directory in which a restore was killed', () => {
  expect(() => refuseUnfinishedRestore(dir)).not.toThrow();
  mkdirSync(join(dir, 'restoring'));
  expect(() => refuseUnfinishedRestore(dir)).toThrow(expect.objectContaining({ code: 'RESTORE_UNFINISHED' }));
});

test('a copy that fails harms nothing: the ledger goes on', async () => {
  const ledger = await openSqliteLedger({ path: join(dir, 'ledger.db'), prices });
  await expect(ledger.backup(join(base, 'no', 'such', 'folder'))).rejects.toMatchObject({
    code: 'BACKUP_FAILED',
  });
  await expect(ledger.backup(join(dir, 'ledger.id'))).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
  await ledger.credit({ account: 'aa', nanoTon: 5n, reference: 'after', at });
  const sums = await ledger.backup(join(base, "it's a copy.db"));
  expect(sums).toMatchObject({ credited: 1_000_005n });
  expect(existsSync(join(base, "it's a copy.db"))).toBe(true);
  await ledger.close();
  await expect(createMemoryLedger({ prices }).backup('x')).rejects.toMatchObject({
    code: 'BACKUP_UNSUPPORTED',
  });
});
