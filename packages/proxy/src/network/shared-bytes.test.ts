// Is what many bring kept once?
import { expect, test } from 'vitest';
import { SharedBytes } from './shared-bytes.js';

test('equal documents are one array, others are not', () => {
  const shared = new SharedBytes();
  const first = Uint8Array.of(1, 2);
  expect(shared.share('a', first)).toBe(first);
  expect(shared.share('a', Uint8Array.of(1, 2))).toBe(first);
  const other = Uint8Array.of(3);
  expect(shared.share('b', other)).toBe(other);
});

test('documents that are held stay, however many there are', () => {
  const shared = new SharedBytes();
  const held = Array.from({ length: 1_000 }, (_, index) => shared.share(String(index), Uint8Array.of(index)));
  expect(shared.size).toBe(1_000);
  for (const [index, bytes] of held.entries())
    expect(shared.share(String(index), new Uint8Array(1))).toBe(bytes);
});
