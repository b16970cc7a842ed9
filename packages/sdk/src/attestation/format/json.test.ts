// Is JSON of a stranger read in one way only?
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from './cursor.js';
import { dateField, hexField, integerField, parseJson, textField } from './json.js';

describe('JSON', () => {
  it('accepts: whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value, null, 1);
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 300, seed: 4 },
    );
  });

  it('accepts: texts that look like keys', () => {
    expect(parseJson(String.raw`{"a":"\"b\":","c":["\\\\","\"x\":1"]}`)).toEqual({
      a: '"b":',
      c: ['\\\\', '"x":1'],
    });
  });

  const REJECTED = {
    'a key twice': '{"a":1,"a":1}',
    'a key twice, once escaped': String.raw`{"a":1,"\u0061":2}`,
    'a key twice, with blanks': '{"a" :1,"a"\n:2}',
    'a key twice, deep inside': '[{"x":{"a":1,"b":[{"c":1,"c":2}]}}]',
    '__proto__ twice': '{"__proto__":{},"__proto__":{}}',
    '17 levels': '['.repeat(18) + ']'.repeat(18),
  };
  for (const [name, text] of Object.entries(REJECTED)) {
    it(`rejects: ${name}`, () => {
      expect(() => parseJson(text)).toThrow(FormatError);
    });
  }

  it('reads fields of the object itself and of the right type only', () => {
    const object = JSON.parse(
      '{"__proto__":{"x":"1"},"n":1.5,"big":1e300,"hex":"0G","odd":"123","date":"2026-01-01T00:00:00Z"}',
    );
    expect(() => textField(object, 'x')).toThrow(FormatError);
    expect(() => textField(object, 'constructor')).toThrow(FormatError);
    for (const name of ['n', 'big', 'hex'])
      expect(() => integerField(object, name, 100)).toThrow(FormatError);
    expect(() => hexField(object, 'hex', 1)).toThrow(FormatError);
    expect(() => hexField(object, 'odd', 1)).toThrow(FormatError);
    expect(dateField(object, 'date')).toBe(Date.UTC(2026, 0, 1));
    expect(hexField({ hex: '09afAF' }, 'hex', 3)).toEqual(Uint8Array.of(0x09, 0xaf, 0xaf));
  });

  it('rejects: dates that do not exist or are written otherwise', () => {
    for (const date of [
      '2026-02-29T00:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01',
      '2026-01-01T00:00:00',
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:00:00+00:00',
      '+002026-01-01T00:00:00Z',
      ' 2026-01-01T00:00:00Z',
      'NaN',
      '',
    ]) {
      expect(() => dateField({ date }, 'date'), date).toThrow(FormatError);
    }
  });
});
