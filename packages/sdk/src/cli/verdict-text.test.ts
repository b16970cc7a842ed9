// Does every verdict fit a terminal and say what to do?
import { expect, it } from 'vitest';
import { ATTESTATION_CODES } from '../attestation/codes.js';
import { CocoonError } from '../errors.js';
import { verdictText } from './verdict-text.js';
import { wrapText } from './wrap-text.js';

it.each(ATTESTATION_CODES)('rejects: $code in at most 30 lines of 80 columns, with advice', (entry) => {
  for (const simulated of [false, true]) {
    const text = verdictText({
      outcome: 'reject',
      simulated,
      at: new Date(0),
      policy: { measurements: 'any', reportData: 'any' },
      error: new CocoonError({
        kind: 'attestation',
        ...entry,
        message: `${entry.message}: ${'detail '.repeat(20)}x.`,
      }),
    });
    const lines = text.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(30);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(text).toContain(entry.code);
    expect(lines[0]).toMatch(/\.$/);
    expect(lines[1]).toBe('');
    expect(lines[0]?.startsWith(simulated ? 'SIMULATED TDX, rejected' : 'Rejected')).toBe(true);
    expect(lines.at(-1)).toMatch(/\S/);
    expect(lines.indexOf('What to do')).toBeLessThan(lines.length - 1);
    expect(text).not.toContain('Nothing was sent');
  }
});

it('cuts words that are longer than a line', () => {
  expect(wrapText(`${'a'.repeat(200)} b`, 10)).toEqual([
    `${' '.repeat(10)}${'a'.repeat(70)}`,
    `${' '.repeat(10)}${'a'.repeat(70)}`,
    `${' '.repeat(10)}${'a'.repeat(60)} b`,
  ]);
});
