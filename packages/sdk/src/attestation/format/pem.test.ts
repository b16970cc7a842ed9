// Does PEM have exactly one accepted spelling?
import { describe, expect, it } from 'vitest';
import { FormatError } from './cursor.js';
import { parsePemChain } from './pem.js';

const block = (base64: string) => `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;

describe('PEM', () => {
  it('accepts: blocks in order, wrapped or not', () => {
    expect(parsePemChain('')).toEqual([]);
    expect(parsePemChain(block('AQID\nBAU=') + block('Bg=='))).toEqual([
      Uint8Array.of(1, 2, 3, 4, 5),
      Uint8Array.of(6),
    ]);
  });

  const REJECTED = {
    'unused bits after one byte': block('Bh=='),
    'unused bits after two bytes': block('BAX='),
    'missing padding': block('Bg'),
    'padding in the middle': block('Bg==Bg=='),
    'an empty block': block(''),
    'text before': `x${block('Bg==')}`,
    'text after': `${block('Bg==')}x`,
    'a block that does not end': block('Bg==').slice(0, -12),
    'more than 65536 characters': block('Bg==') + '\n'.repeat(65_536),
  };
  for (const [name, text] of Object.entries(REJECTED)) {
    it(`rejects: ${name}`, () => {
      expect(() => parsePemChain(text)).toThrow(FormatError);
    });
  }
});
