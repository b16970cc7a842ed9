import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkKeys } from './json-keys.js';

/** What is wrong, if anything. */
function find(text: string, depth = 8): string | undefined {
  try {
    checkKeys(text, JSON.parse(text), depth, (holds, what) => {
      if (!holds) throw new Error(what);
    });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown';
  }
}

describe('JSON that every reader reads alike', () => {
  it('accepts: whatever JSON.stringify writes, with any white space', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 1, '\t', '\r\n'), (value, space) => {
        expect(find(JSON.stringify(value, null, space))).toBeUndefined();
      }),
    );
  });

  it('accepts: quotes, backslashes, colons and braces inside of strings', () => {
    expect(find(String.raw`{"a\\":"\\\"b\":{","\"c":["\\","d"],"":{"":""}}`)).toBeUndefined();
  });

  it('rejects: any key written twice, at any place', () => {
    const key = fc.string();
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue({ maxDepth: 3 })), key, (rest, name) => {
        const others = Object.entries(rest).map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`);
        const twice = `{${[`${JSON.stringify(name)}:1`, ...others, `${JSON.stringify(name)} :2`].join()}}`;
        expect(find(`[{"x":${twice}}]`)).toBe('duplicate keys');
      }),
    );
  });

  it('rejects: a key written twice in two spellings, and one named like the prototype', () => {
    expect(find(String.raw`{"a":1,"\u0061":2}`)).toBe('duplicate keys');
    expect(find('{"__proto__":1,"__proto__":2}')).toBe('duplicate keys');
    expect(find('{"__proto__":{"constructor":1}}')).toBeUndefined();
  });

  it('rejects: more depth than allowed, and not less', () => {
    expect(find('[[{"a":1}]]', 3)).toBeUndefined();
    expect(find('[[{"a":[]}]]', 3)).toBe('nested too deep');
  });
});
