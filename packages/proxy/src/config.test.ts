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
