// Are the tables an operator relies on the truth: metrics, log members, limits, alerts?
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseProxyConfig } from './config.js';
import { createLog } from './log.js';
import { createMetrics, type GaugeName } from './metrics.js';

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
const readme = read('README.md');

function rowsOf(heading: string): string[][] {
  const section = readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const names = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

const GAUGES: Record<GaugeName, () => number> = {
  workers: () => 1,
  revoked_workers: () => 0,
  streams: () => 1,
  inferring: () => 1,
  open_requests: () => 1,
  opening_queue: () => 1,
  draining: () => 0,
  can_pay: () => 1,
  epoch_seconds_left: () => 1,
  ledger_reserved_nanoton: () => 1,
  ledger_charged_nanoton: () => 1,
  last_backup_timestamp_seconds: () => 1,
  collateral_seconds_left: () => 1,
  collateral_failures: () => 1,
};

async function printed(): Promise<string> {
  const metrics = createMetrics(GAUGES);
  metrics.request('hint', 'BAD_MESSAGE');
  metrics.receipt('charged');
  metrics.ticket('refused');
  metrics.took(1_500);
  return metrics.registry.metrics();
}

test('the README lists every metric with its type, labels and meaning, and no other', async () => {
  const text = await printed();
  const help = [...text.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name = '', meaning = '']) => {
    const type = new RegExp(`^# TYPE ${name} (\\w+)$`, 'm').exec(text)?.[1] ?? '';
    const labels = type === 'histogram' ? '' : (new RegExp(`^${name}\\{(.*)\\}`, 'm').exec(text)?.[1] ?? '');
    const keys = [...labels.matchAll(/(\w+)="/g)].map(([, key = '']) => key);
    return [`\`${name}\``, type, keys.join(', '), meaning];
  });
  expect(rowsOf('Metrics')).toEqual(help);
});

test('the README lists every member of a log line; nothing else gets out', () => {
  const lines: string[] = [];
  const log = createLog({ write: (line: string) => lines.push(line) });
  const members = rowsOf('Logs').flatMap(([cell]) => names(cell));
  const secrets = {
    account: 'SECRET',
    prompt: 'SECRET',
    key: 'SECRET',
    operation: 'SECRET',
    authorization: 'SECRET',
  };
  const record = { ...Object.fromEntries(members.map((name) => [name, 'x'])), event: 'x', ...secrets };
  log('info', record);
  const { level, time, ...line }: Record<string, unknown> = JSON.parse(lines.join(''));
  expect([typeof level, typeof time]).toEqual(['number', 'number']);
  expect(Object.keys(line).sort()).toEqual([...members].sort());
  expect(lines.join('')).not.toContain('SECRET');
});

test('the README lists every limit with its default', () => {
  const { limits } = parseProxyConfig({
    dir: 'x',
    registry: 'x',
    registryKey: '0'.repeat(64),
    quote: 'simulated',
  });
  const listed = rowsOf('Limits').flatMap(([cell, defaults = '']) => {
    const values = defaults.split(', ').map((value) => Number(value.replaceAll(',', '')));
    return names(cell).map((name, index) => [name, values[index]] as const);
  });
  expect(Object.fromEntries(listed)).toEqual(limits);
});

test('the alert rules are well-formed and name only metrics that exist', async () => {
  const file = read('alerts.yml');
  const rule =
    / {6}- alert: (\w+)\n {8}expr: (.+)\n {8}for: \d+m\n {8}labels:\n {10}severity: (?:page|warn)\n {8}annotations:\n {10}summary: "[^"\n]+"\n/g;
  const rules = [...file.matchAll(rule)];
  expect(file.replaceAll(rule, '').replaceAll(/^#.*\n/gm, '')).toBe(
    'groups:\n  - name: cocoonkit-proxy\n    rules:\n',
  );
  expect(rules.length).toBeGreaterThan(5);
  const text = await printed();
  for (const [, , expression = ''] of rules) {
    expect(expression.split('(').length).toBe(expression.split(')').length);
    const metrics = expression.match(/cocoonkit_\w+/g) ?? [];
    expect(metrics.length).toBeGreaterThan(0);
    for (const metric of metrics) expect(text).toContain(`# TYPE ${metric} `);
  }
});
