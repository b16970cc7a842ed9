// Are only possible answers let through?
import { expect, test } from 'vitest';
import { RecordScan } from './scan-records.js';

const record = (kind: number, ...payload: number[]): number[] => [kind, 0, 0, 0, payload.length, ...payload];
const check = (resumed: boolean, ...bytes: number[][]): boolean => {
  const scan = new RecordScan(resumed);
  for (const message of bytes) scan.check(Uint8Array.from(message));
  return scan.final;
};

test('accepts: a head, frames and FINAL, in any grouping', () => {
  expect(check(false, record(1, 9), [...record(2, 0, 1), ...record(2, 3, 1)])).toBe(false);
  expect(check(false, [...record(1, 9), ...record(2, 0, 1), ...record(2, 1, 1)])).toBe(true);
  expect(check(true, record(2, 1, 1))).toBe(true);
});

test('rejects: anything else', () => {
  const bad: number[][][] = [
    [record(2, 0)],
    [record(3, 0)],
    [record(0, 0)],
    [record(1, 9), record(3, 0)],
    [record(1, 9), record(2, 1), record(2, 0)],
    [record(1, 9), record(2, 0).slice(0, 3)],
    [record(1, 9).slice(0, 5)],
    [record(1)],
    [[2, 255, 255, 255, 255]],
  ];
  for (const messages of bad) expect(() => check(false, ...messages)).toThrow(TypeError);
  expect(() => check(false, record(1, 9), record(1, 9))).toThrow(TypeError);
});
