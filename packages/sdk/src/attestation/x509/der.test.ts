// Does the DER reader accept exactly one encoding of each value?
import { describe, expect, it } from 'vitest';
import { fromHex, toHex, utf8 } from '../../internal/bytes.js';
import { der } from '../../testing/tdx/der-writer.js';
import { FormatError } from '../format/cursor.js';
import {
  DerFields,
  ecdsaSignature,
  INTEGER,
  isTrue,
  oidHex,
  readDer,
  SEQUENCE,
  smallInteger,
  time,
  unsignedInteger,
  wholeBits,
} from './der.js';

const node = (hex: string) => readDer(fromHex(hex), Number.parseInt(hex.slice(0, 2), 16));
const timeOf = (tag: number, text: string) => time(readDer(der(tag, utf8(text)), tag));

const REJECTED: Record<string, readonly (() => unknown)[]> = {
  'nothing and half elements': [() => node(''), () => node('30'), () => node('3001'), () => node('308201')],
  'bytes after the end': [() => node('020100' + '00')],
  'another tag': [() => readDer(fromHex('020100'), SEQUENCE)],
  'lengths that are not minimal': [
    () => node(`0281${'01'}00`),
    () => node('0482000100'),
    () => node(`048200ff${'00'.repeat(255)}`),
  ],
  'indefinite and huge lengths': [
    () => node('30800000'),
    () => node('3085000000000100'),
    () => node(`30ff${'ff'.repeat(127)}00`),
    () => node(`30fe${'ff'.repeat(4)}00`),
  ],
  'multi-byte tags': [() => node('1f0100'), () => node('3f0100')],
  'integers that are negative, empty or not minimal': [
    () => unsignedInteger(node('0201ff')),
    () => unsignedInteger(node('0200')),
    () => unsignedInteger(node('02020001')),
    () => unsignedInteger(node('0401' + '00')),
  ],
  'integers above their limit': [
    () => smallInteger(node('02020100'), 255),
    () => smallInteger(node('02050100000000'), Number.MAX_SAFE_INTEGER),
  ],
  'booleans other than 0xff': [
    () => isTrue(node('010101')),
    () => isTrue(node('010100')),
    () => isTrue(node('0102ffff')),
  ],
  'empty object identifiers': [() => oidHex(node('0600')), () => oidHex(node('0401ff'))],
  'bit strings with unused bits': [
    () => wholeBits(node('030201fe')),
    () => wholeBits(node('0300')),
    () => wholeBits(node('040100')),
  ],
  'times that do not exist': [
    () => timeOf(0x17, '260230000000Z'),
    () => timeOf(0x17, '261301000000Z'),
    () => timeOf(0x17, '260101246000Z'),
  ],
  'times in another form': [
    () => timeOf(0x17, '2601010000Z'),
    () => timeOf(0x17, '260101000000+0000'),
    () => timeOf(0x18, '2026-01-01T00:00:00.000Z'),
    () => timeOf(0x18, '20260101000000'),
    () => timeOf(0x18, '20260101000000.5Z'),
  ],
  'signatures with numbers over 256 bits, extra numbers or bytes': [
    () => ecdsaSignature(fromHex(`3026022101${'00'.repeat(32)}020101`)),
    () => ecdsaSignature(fromHex('3009020101020101020101')),
    () => ecdsaSignature(fromHex('300602010102010100')),
    () => ecdsaSignature(fromHex('3003020101')),
  ],
  'fields that are missing, of another type or left over': [
    () => new DerFields(node('3000')).take(INTEGER),
    () => new DerFields(node('30020500')).take(INTEGER),
    () => new DerFields(node('3003020101')).end(),
    () => new DerFields(node('3103020101')),
  ],
};

describe('DER', () => {
  for (const [name, attempts] of Object.entries(REJECTED)) {
    it(`rejects: ${name}`, () => {
      for (const [i, attempt] of attempts.entries()) expect(attempt, `${name} ${i}`).toThrow(FormatError);
    });
  }

  it('accepts: minimal lengths at every boundary', () => {
    for (const length of [0, 127, 128, 255, 256, 65_535]) {
      const bytes = new Uint8Array(length).fill(1);
      expect(readDer(der(0x04, bytes), 0x04).content).toEqual(bytes);
    }
  });

  it('accepts: integers, times and signatures', () => {
    expect(toHex(unsignedInteger(node('020200ff')))).toBe('ff');
    expect(toHex(unsignedInteger(node('020100')))).toBe('00');
    expect(smallInteger(node('02020100'), 256)).toBe(256);
    expect(timeOf(0x17, '491231235959Z')).toBe(Date.parse('2049-12-31T23:59:59Z'));
    expect(timeOf(0x17, '500101000000Z')).toBe(Date.parse('1950-01-01T00:00:00Z'));
    expect(timeOf(0x18, '20500101000000Z')).toBe(Date.parse('2050-01-01T00:00:00Z'));
    expect(toHex(ecdsaSignature(fromHex('3006020101020102')))).toBe(
      `${'00'.repeat(31)}01${'00'.repeat(31)}02`,
    );
    expect(isTrue(undefined)).toBe(false);
  });
});
