// Does the journal believe only what it wrote itself, and does one update become one piece of work?
import { expect, test } from 'vitest';
import { memoryStorage } from '../storage/memory-storage.js';
import { createVault } from '../storage/vault.js';
import { createManualClock } from '../testing/manual-clock.js';
import { createJournal } from './journal.js';

function open(
  entries: Map<string, string>,
  { process = 'one', most }: { process?: string; most?: number } = {},
) {
  const clock = createManualClock();
  let unreadable = 0;
  const vault = createVault({
    adapter: memoryStorage(entries),
    keys: [{ id: 'k', key: new Uint8Array(32).fill(7) }],
    clock,
    randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    onUnreadable: () => unreadable++,
  });
  const journal = createJournal({ store: vault.records('journal'), clock, process, most });
  return { journal, unreadable: () => unreadable };
}

const claimOf = (update: number) => ({ update, user: 1, chat: 1, again: true });

/** The records that `work` writes. */
async function writtenBy(entries: Map<string, string>, work: () => Promise<unknown>): Promise<string[]> {
  const before = new Map(entries);
  await work();
  return [...entries.keys()].filter((name) => entries.get(name) !== before.get(name));
}

function tamper(entries: Map<string, string>, name: string): void {
  const text = entries.get(name) ?? '';
  const at = text.length - 10;
  entries.set(name, `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`);
}

test('of many claims of one update at once, one is given', async () => {
  const { journal } = open(new Map());
  const given = await Promise.all(Array.from({ length: 20 }, () => journal.claim(claimOf(5))));
  expect(given.filter(Boolean)).toHaveLength(1);
  await journal.end(5);
  await expect(journal.claim(claimOf(5))).resolves.toBe(false);
});

test('the next process finds what is open, and what is done', async () => {
  const entries = new Map<string, string>();
  const { journal } = open(entries);
  await journal.claim(claimOf(5));
  await journal.claim(claimOf(6));
  await journal.end(6);
  const next = open(entries, { process: 'two' }).journal;
  await next.ready();
  expect(next.left().map(({ update }) => update)).toEqual([5]);
  await expect(next.find(6)).resolves.toBe('done');
  await expect(next.find(7)).resolves.toBe('unknown');
});

test('a changed record counts as absent, and is reported', async () => {
  const entries = new Map<string, string>();
  const { journal } = open(entries);
  await journal.claim(claimOf(5));
  const [changed = ''] = await writtenBy(entries, () => journal.change(5, { step: 'running' }));
  tamper(entries, changed);
  const { journal: next, unreadable } = open(entries, { process: 'two' });
  await next.ready();
  expect([next.left(), unreadable()]).toEqual([[], 1]);
  await expect(next.find(5)).resolves.toBe('unknown');
  await expect(next.claim(claimOf(5))).resolves.toBe(true);
});

test('a record moved to another place counts as absent, too', async () => {
  const entries = new Map<string, string>();
  const { journal } = open(entries);
  await journal.claim(claimOf(5));
  await journal.claim(claimOf(6));
  const [five = ''] = await writtenBy(entries, () => journal.change(5, { step: 'running' }));
  const [six = ''] = await writtenBy(entries, () => journal.change(6, { step: 'running' }));
  entries.set(six, entries.get(five) ?? '');
  const { journal: next, unreadable } = open(entries, { process: 'two' });
  await next.ready();
  expect([next.left().map(({ update }) => update), unreadable()]).toEqual([[5], 1]);
});

test('JOURNAL_FULL: no more is claimed than can be written down, until something has ended', async () => {
  const entries = new Map<string, string>();
  const { journal } = open(entries, { most: 2 });
  await journal.claim(claimOf(1));
  await journal.claim(claimOf(2));
  const written = await writtenBy(entries, () =>
    expect(journal.claim(claimOf(3))).rejects.toMatchObject({ code: 'JOURNAL_FULL' }),
  );
  expect(written).toEqual([]);
  await expect(journal.find(3)).resolves.toBe('unknown');
  await journal.end(1);
  await expect(journal.claim(claimOf(3))).resolves.toBe(true);
});
