// Does a certificate or list name the key of its issuer, and nothing that only looks like one?
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../internal/bytes.js';
import { EXTENSION, namesIssuerKey } from './extensions.js';

const KEY = '5a'.repeat(20);
const holder = (subject: string) => new Map([[EXTENSION.subjectKeyId, fromHex(subject)]]);
const signed = (authority: string) => new Map([[EXTENSION.authorityKeyId, fromHex(authority)]]);

describe('namesIssuerKey', () => {
  it('accepts: the key identifier of the issuer, 20 bytes', () => {
    expect(namesIssuerKey(signed(`30168014${KEY}`), holder(`0414${KEY}`))).toBe(true);
  });

  const REJECTED: Record<string, readonly [authority: string, subject: string]> = {
    'another key': [`30168014${'5b'.repeat(20)}`, `0414${KEY}`],
    'a subject key that is missing, and an authority key without bytes': ['30168014', ''],
    'both one byte short': [`30168014${KEY.slice(2)}`, `0414${KEY.slice(2)}`],
    'both one byte longer': [`30168014${KEY}5a`, `0414${KEY}5a`],
    'a subject key of another type': [`30168014${KEY}`, `0314${KEY}`],
    'an authority key of another length': [`30158014${KEY}`, `0414${KEY}`],
  };
  for (const [name, [authority, subject]] of Object.entries(REJECTED)) {
    it(`rejects: ${name}`, () => {
      expect(namesIssuerKey(signed(authority), holder(subject))).toBe(false);
    });
  }

  it('rejects: neither of the two', () => {
    expect(namesIssuerKey(new Map(), new Map())).toBe(false);
  });
});
