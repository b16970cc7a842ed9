// Are all mistakes in a configuration named at once?
import { expect, test } from 'vitest';
import { parseProxyConfig } from './config.js';

const good = {
  dir: '/tmp/x',
  registry: 'http://127.0.0.1:1',
  registryKey: 'a'.repeat(64),
  quote: 'simulated',
};

test('accepts: the least there must be, with defaults for the rest', () => {
  expect(parseProxyConfig(good)).toMatchObject({
    host: '127.0.0.1',
    port: 0,
    ledger: 'sqlite',
    limits: { opening: 8 },
  });
});

test('rejects: keys that live too short or too long, or overlap so little that workers come too late', () => {
  expect(parseProxyConfig(good)).toMatchObject({ epochSeconds: 3_600, overlapSeconds: 600 });
  const read = (epochSeconds: unknown, overlapSeconds: unknown) => () =>
    parseProxyConfig({ ...good, epochSeconds, overlapSeconds });
  expect(read('60', '10')()).toMatchObject({ epochSeconds: 60, overlapSeconds: 10 });
  expect(read(10, 5)()).toMatchObject({ epochSeconds: 10, overlapSeconds: 5 });
  expect(read(9, 5)).toThrow(/epochSeconds/);
  expect(read(10, 4)).toThrow(/overlapSeconds/);
  expect(read(5_281, 1_000)).toThrow(/epochSeconds/);
  expect(read(60, 9)).toThrow(/overlapSeconds: must be from a sixth to a half/);
  expect(read(60, 31)).toThrow(/overlapSeconds: must be from a sixth to a half/);
  expect(read('soon', 10)).toThrow(/epochSeconds/);
});

test('rejects: several mistakes, all of them named', () => {
  const bad = { ...good, registryKey: 'zz', quote: 'none', port: 70_000, limits: { opening: 0 }, extra: 1 };
  expect(() => parseProxyConfig(bad)).toThrow(/port.*registryKey|registryKey.*port/i);
  expect(() => parseProxyConfig(bad)).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', details: { problems: 5 } }),
  );
  expect(() => parseProxyConfig({ ...good, quote: 'configfs' })).toThrow(/collateralFile/);
  const pccs = 'http://127.0.0.1:8081';
  expect(parseProxyConfig({ ...good, quote: 'configfs', pccs })).toMatchObject({ pccs });
  expect(() => parseProxyConfig({ ...good, quote: 'configfs', pccs, collateralFile: 'f' })).toThrow(
    /exclude/,
  );
  expect(() => parseProxyConfig({ ...good, pccs })).toThrow(/pccs: belongs to quote configfs/);
  expect(() => parseProxyConfig({ ...good, quote: 'configfs', pccs: 'ftp://x' })).toThrow(/pccs/);
});
