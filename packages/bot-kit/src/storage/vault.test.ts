// Can anybody read, change, move or bring back what is stored?
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createManualClock } from '../testing/manual-clock.js';
import { memoryStorage } from './memory-storage.js';
import type { StorageKey } from './storage-keys.js';
import { createVault } from './vault.js';

const HOUR = 3_600_000;
const randomBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const keyOf = (id: string, fill = 7): StorageKey => ({ id, key: new Uint8Array(32).fill(fill) });

function open(
  options: { entries?: Map<string, string>; salts?: Map<string, string>; keys?: StorageKey[] } = {},
) {
  const { entries = new Map<string, string>(), salts, keys = [keyOf('a')] } = options;
  const clock = createManualClock();
  let unreadable = 0;
  const vault = createVault({
    adapter: memoryStorage(entries),
    salts: salts === undefined ? undefined : memoryStorage(salts),
    keys,
    clock,
    randomBytes,
    onUnreadable: () => unreadable++,
  });
  return { vault, clock, entries, unreadable: () => unreadable };
}

test('what was set comes back, from another process too', async () => {
  const { vault, entries } = open();
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string(), async (value, name) => {
      await vault.scope('user:1').set(name, value, HOUR);
      expect(await vault.scope('user:1').get(name)).toBe(value);
      expect(await open({ entries }).vault.scope('user:1').get(name)).toBe(value);
    }),
    { numRuns: 30 },
  );
});

test('privacy: the database shows no owner, no name, no value, and nobody without the key reads it', async () => {
  const { vault, entries } = open();
  await vault.scope('user:4242').set('memory', 'a secret sentence', HOUR);
  const dump = JSON.stringify([...entries]);
  expect(entries.size).toBe(3);
  expect(dump).not.toMatch(/4242|memory|user|secret|value|index|salt/);
  const other = open({ entries, keys: [keyOf('a', 8)] });
  expect(await other.vault.scope('user:4242').get('memory')).toBeUndefined();
});

test('one person’s values are not another’s, and names do not run together', async () => {
  const { vault } = open();
  await vault.scope('user:1').set('1x', 'one', HOUR);
  expect(await vault.scope('user:11').get('x')).toBeUndefined();
  expect(await vault.scope('user:2').get('1x')).toBeUndefined();
});

describe('rejects: tampering, which counts as absent and is reported', () => {
  test('every single character of every record changed', async () => {
    const { entries, vault } = open();
    await vault.scope('user:1').set('x', 'value', HOUR);
    let absent = 0;
    for (const [record, stored] of entries)
      for (let at = 0; at < stored.length; at++) {
        // A character whose six bits all differ: the last one of a base64 text has bits that mean nothing.
        const other = stored[at] === 'A' ? '_' : 'A';
        const changed = new Map(entries).set(record, stored.slice(0, at) + other + stored.slice(at + 1));
        const tampered = open({ entries: changed });
        const value = await tampered.vault.scope('user:1').get('x');
        if (value === undefined) expect(tampered.unreadable()).toBeGreaterThan(0);
        else expect(value).toBe('value');
        if (value === undefined) absent++;
      }
    // All of the value's record and all of the salt's; the list of names is not needed to read.
    expect(absent).toBeGreaterThan(150);
  });

  test('a value put in another value’s place, or under another person’s name', async () => {
    const { entries, vault } = open();
    await vault.scope('user:1').set('x', 'first', HOUR);
    const before = new Set(entries.keys());
    await vault.scope('user:1').set('y', 'second', HOUR);
    const added = [...entries.keys()].find((record) => !before.has(record)) ?? '';
    const values = [...entries].filter(([, stored]) => stored.length === (entries.get(added)?.length ?? 0));
    expect(values.length).toBeGreaterThan(0);
    for (const [record] of entries) if (record !== added) entries.set(added, entries.get(record) ?? '');
    const moved = open({ entries });
    expect(await moved.vault.scope('user:1').get('y')).toBeUndefined();
    expect(moved.unreadable()).toBeGreaterThan(0);
  });

  test('an expiry moved into the future', async () => {
    const { entries, vault, clock } = open();
    await vault.scope('user:1').set('x', 'value', HOUR);
    for (const [record, stored] of entries) {
      const [version, id, , nonce, text] = stored.split('.');
      entries.set(record, [version, id, (clock.now() + 9e12).toString(36), nonce, text].join('.'));
    }
    expect(await open({ entries }).vault.scope('user:1').get('x')).toBeUndefined();
  });

  test.each(['', 'x', '1.a.b', '1.a.zz.!!.??', '1.a.1.AAAA.AAAA', '2.a.1.AAAA.AAAA', '1.a.1.A.A.A'])(
    'a record that is none: %j',
    async (garbage) => {
      const { entries, vault } = open();
      await vault.scope('user:1').set('x', 'value', HOUR);
      for (const record of entries.keys()) entries.set(record, garbage);
      expect(await open({ entries }).vault.scope('user:1').get('x')).toBeUndefined();
    },
  );
});

describe('time', () => {
  test('nothing is given out after its time, to the millisecond', async () => {
    const { vault, clock } = open();
    await vault.scope('user:1').set('x', 'value', HOUR);
    await clock.advance(HOUR - 1);
    expect(await vault.scope('user:1').get('x')).toBe('value');
    await clock.advance(1);
    expect(await vault.scope('user:1').get('x')).toBeUndefined();
  });

  test('the sweeper deletes what has expired and keeps the rest and the salts', async () => {
    const { vault, clock, entries } = open();
    await vault.scope('user:1').set('short', 'value', HOUR);
    await vault.scope('user:2').set('long', 'value', 3 * HOUR);
    await clock.advance(2 * HOUR);
    // One value and one list.
    expect(await vault.sweep()).toBe(2);
    expect(entries.size).toBe(4);
    expect(await vault.scope('user:2').get('long')).toBe('value');
  });
});

describe('forgetting', () => {
  test('everything of one person goes, nothing of another', async () => {
    const { vault, entries } = open();
    await vault.scope('user:1').set('x', '1', HOUR);
    await vault.scope('user:1').set('y', '2', HOUR);
    await vault.scope('user:2').set('x', '3', HOUR);
    expect(await vault.scope('user:1').forget()).toBe(2);
    expect(await vault.scope('user:1').get('x')).toBeUndefined();
    expect(await vault.scope('user:2').get('x')).toBe('3');
    expect(entries.size).toBe(3);
  });

  test('with salts in a store of their own, an older copy of the database cannot be read any more', async () => {
    const salts = new Map<string, string>();
    const { vault, entries } = open({ salts });
    await vault.scope('user:1').set('x', 'value', HOUR);
    const backup = new Map(entries);
    expect(
      await open({ entries: new Map(backup), salts })
        .vault.scope('user:1')
        .get('x'),
    ).toBe('value');
    await vault.scope('user:1').forget();
    expect(await open({ entries: backup, salts }).vault.scope('user:1').get('x')).toBeUndefined();
    // The same person starts anew, under another salt.
    await vault.scope('user:1').set('x', 'new', HOUR);
    expect(await open({ entries: backup, salts }).vault.scope('user:1').get('x')).toBeUndefined();
  });
});

describe('rotation of keys', () => {
  test('old values open under the old key and move to the new one when they are used', async () => {
    const { vault, entries } = open({ keys: [keyOf('old', 1)] });
    await vault.scope('user:1').set('x', 'value', HOUR);
    const both = open({ entries, keys: [keyOf('new', 2), keyOf('old', 1)] });
    expect(await both.vault.scope('user:1').get('x')).toBe('value');
    const after = open({ entries, keys: [keyOf('new', 2)] });
    expect(await after.vault.scope('user:1').get('x')).toBe('value');
    expect(await after.vault.scope('user:1').forget()).toBe(1);
  });

  test.each([
    ['id', { id: 'has a space', key: new Uint8Array(32) }],
    ['key', { id: 'a', key: new Uint8Array(31) }],
  ])('rejects: a key whose %s is wrong', async (_, key) => {
    const { vault } = open({ keys: [key] });
    await expect(vault.scope('user:1').set('x', 'y', HOUR)).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
    });
  });
});

test('many changes at once lose nothing', async () => {
  const { vault } = open();
  const scope = vault.scope('user:1');
  await Promise.all(Array.from({ length: 50 }, (_, i) => scope.set(`n${i}`, String(i), HOUR)));
  expect(await scope.forget()).toBe(50);
});
