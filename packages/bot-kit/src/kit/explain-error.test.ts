// Has every code a sentence a person can act on, and does none show what it should not?
import { readFileSync } from 'node:fs';
import { CocoonError, type ErrorKind } from '@cocoonkit/sdk';
import { expect, test } from 'vitest';
import { DOCUMENT_CODES } from '../readers/document-failure.js';
import { LINK_CODES } from '../readers/link/link-error.js';
import { sayIn } from '../texts/say.js';
import { errorKey, explainError } from './explain-error.js';

const say = sayIn('en');
const failure = (code: string, kind: ErrorKind = 'network', details = {}) =>
  new CocoonError({ kind, code, message: 'SECRET-IN-MESSAGE', remedy: 'SECRET-IN-REMEDY', details });

const PROTOCOL = readFileSync(new URL('../../../sdk/spec/PROTOCOL.md', import.meta.url), 'utf8');
const protocolCodes = [...PROTOCOL.matchAll(/^\| (`[A-Z_`\s]+`) \|/gm)].flatMap(([, cell = '']) =>
  [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, code = '']) => code),
);

test('every code of the protocol, the readers and the link guard is one or two plain sentences', () => {
  expect(protocolCodes.length).toBeGreaterThan(60);
  for (const code of [...protocolCodes, ...DOCUMENT_CODES, ...LINK_CODES])
    for (const kind of [
      'config',
      'network',
      'attestation',
      'protocol',
      'payment',
      'model',
      'aborted',
    ] as const) {
      const text = explainError(failure(code, kind, { size: '24 MB', limit: '20 MB' }), {
        say,
        contact: '@op',
      });
      expect(text).not.toMatch(/SECRET|\{|undefined/);
      expect(text.split('\n')[0]).toMatch(/^[^A-Z_]*[A-Z“0-9‘].*[.:@a-z]/);
      expect(text.length).toBeLessThan(300);
    }
});

test.each(DOCUMENT_CODES)('%s has a sentence of its own', (code) => {
  expect(errorKey(failure(code, 'config'))).toMatch(/^error\.document/);
});

test('what was not foreseen is told without its message', () => {
  const text = explainError(new Error('SECRET'), { say, contact: '@op' });
  expect(text).toContain('@op');
  expect(text).not.toContain('SECRET');
});

test('the code and the support id stand at the end, where they help', () => {
  const error = failure('WORKER_LOST');
  error.supportId = 'abc123';
  expect(explainError(error, { say, contact: '' })).toMatch(/\nCode: WORKER_LOST abc123$/);
  expect(explainError(failure('BUDGET_USED', 'config'), { say, contact: '' })).not.toContain('Code');
});
