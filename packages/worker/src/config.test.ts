// Are settings checked all at once, and is a prompt never sent out of the machine by accident?
import { expect, test } from 'vitest';
import { parseConfig } from './config.js';

const good = {
  proxy: 'http://127.0.0.1:1, ws://localhost:2',
  registry: 'registry.json',
  registryKey: 'ab'.repeat(32),
  quote: 'simulated',
  engine: 'extractive',
  model: 'm',
};
const problemsOf = (change: object): string => {
  try {
    parseConfig({ ...good, ...change });
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    return String(error);
  }
  throw new Error('accepted');
};

test('accepts: the smallest settings, with defaults', () => {
  expect(parseConfig(good)).toMatchObject({
    proxy: ['http://127.0.0.1:1', 'ws://localhost:2'],
    registryKey: new Uint8Array(32).fill(0xab),
    coefficient: 1_000,
    slots: 4,
    modelProof: 'declared',
    unattestedUpstream: false,
  });
});

test('accepts: numbers as a command line gives them', () => {
  expect(parseConfig({ ...good, slots: '64', coefficient: '1500' })).toMatchObject({
    slots: 64,
    coefficient: 1_500,
  });
});

test.each([
  [{ proxy: '' }, '--proxy'],
  [{ proxy: 'ftp://x' }, '--proxy'],
  [{ registryKey: 'ab' }, '--registry-key'],
  [{ quote: 'none' }, '--quote'],
  [{ quote: 'configfs' }, '--collateral'],
  [{ quote: 'configfs', pccs: 'file:///x' }, '--pccs must be an address'],
  [{ quote: 'configfs', pccs: 'http://x', collateral: 'f' }, '--pccs and --collateral exclude each other'],
  [{ pccs: 'http://x' }, '--pccs belongs to --quote configfs'],
  [{ engine: 'openai' }, '--upstream is needed'],
  [{ upstream: 'http://127.0.0.1:1/v1' }, '--upstream belongs to --engine openai'],
  [{ unattestedUpstream: true }, '--unattested-upstream belongs to --engine openai'],
  [{ slots: 0 }, '--slots'],
  [{ slots: 1_025 }, '--slots'],
  [{ coefficient: 1.5 }, '--coefficient'],
  [{ model: '' }, '--model'],
  [{ engine: 'openai', upstream: 'unix:/x', features: 'chat,fly' }, '--features'],
  [{ maxBody: 2 ** 30 }, '--max-body'],
])('rejects: %j', (change, part) => {
  expect(problemsOf(change)).toContain(part);
});

test('rejects: an upstream outside this machine, unless its operator says so', () => {
  const outside = { engine: 'openai', upstream: 'https://models.example/v1' };
  expect(problemsOf(outside)).toContain('--unattested-upstream');
  expect(parseConfig({ ...good, ...outside, unattestedUpstream: true }).unattestedUpstream).toBe(true);
});

test('every problem is told at once', () => {
  const text = problemsOf({
    proxy: 'x',
    quote: 'configfs',
    slots: 'z',
    engine: 'openai',
    upstream: 'http://8.8.8.8/v1',
  });
  for (const flag of ['--proxy', '--collateral', '--slots', '--upstream leaves this machine'])
    expect(text).toContain(flag);
});
