// Has every document exactly one encoding, and does every other text of bytes fail with a typed error?
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CocoonError } from '../errors.js';
import { concat, readU32, u16, u32 } from '../internal/bytes.js';
import * as protocol from './index.js';
import type { FieldType, Layout } from './tlv.js';

function isLayout(value: unknown): value is Layout<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && 'fields' in value && 'encode' in value && 'name' in value
  );
}

const layouts = new Map(
  Object.values(protocol)
    .filter(isLayout)
    .map((layout) => [layout.name, layout]),
);
/** Long byte strings are tested at their limits below; random ones stay short. */
const SHORT = 48;

function valuesOf(type: FieldType<unknown>): fc.Arbitrary<unknown> {
  const { label } = type;
  const whole = (max: number) => fc.integer({ min: 0, max });
  const bytes = (minLength: number, maxLength: number) =>
    fc.uint8Array({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, SHORT)) });
  const numbers = [...label.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  const [a = 0, b = 0] = numbers;
  if (label === 'u8') return fc.constantFrom(...decodableBytes(type));
  if (label === 'u16') return whole(0xffff);
  if (label === 'u32') return whole(0xffffffff);
  if (label === 'u64') return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  if (label === 'time') return whole(Number.MAX_SAFE_INTEGER);
  if (/^bytes\(\d+\)$/.test(label)) return fc.uint8Array({ minLength: a, maxLength: a });
  if (/^bytes\(\d+\.\.\d+\)$/.test(label)) return bytes(a, b);
  if (/^bytes\(\d+\|\d+\)$/.test(label))
    return fc.oneof(...[a, b].map((n) => fc.uint8Array({ minLength: n, maxLength: n })));
  if (label.startsWith('text('))
    return fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: Math.min(8, Math.ceil(a / 16)) })
      .filter((text) => new TextEncoder().encode(text).length <= a);
  const item = /^(?:list|sized)\((.*), (\d+)\)$/.exec(label);
  if (item !== null) {
    const inner = innerType(item[1] ?? '');
    return fc.array(valuesOf(inner), { maxLength: Math.min(3, Number(item[2])) });
  }
  const layout = layouts.get(label);
  if (layout === undefined) throw new TypeError(`no values for ${label}`);
  return documentsOf(layout);
}

/** Only the label is looked at for items, except for choices, which are never items. */
function innerType(label: string): FieldType<unknown> {
  return { label, encode: () => new Uint8Array(0), decode: (value) => value };
}

function decodableBytes(type: FieldType<unknown>): unknown[] {
  return Array.from({ length: 256 }, (_, byte) => byte).flatMap((byte) => {
    try {
      return [type.decode(Uint8Array.of(byte))];
    } catch {
      return [];
    }
  });
}

function documentsOf(layout: Layout<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> {
  const shape = Object.fromEntries(layout.fields.map(({ name, field }) => [name, valuesOf(field.type)]));
  const requiredKeys = layout.fields.filter(({ field }) => !field.optional).map(({ name }) => name);
  return fc.record(shape, { requiredKeys, noNullPrototype: true });
}

/** Top-level fields of an encoding. */
function split(encoded: Uint8Array): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let at = 0; at < encoded.length; ) {
    const end = at + 6 + readU32(encoded, at + 2);
    out.push(encoded.subarray(at, end));
    at = end;
  }
  return out;
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'accepted';
  } catch (error) {
    return error instanceof CocoonError ? error.code : `untyped ${String(error)}`;
  }
}

describe.each([...layouts])('%s', (_, layout) => {
  const documents = documentsOf(layout);
  const runs = { numRuns: 40 };

  it('accepts: what it encoded, and encodes it back to the same bytes', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const encoded = layout.encode(document);
        const decoded = layout.decode(encoded);
        expect(decoded).toEqual(document);
        expect(layout.encode(decoded)).toEqual(encoded);
      }),
      runs,
    );
  });

  it('accepts: bytes in a Node buffer, and holds on to none of them', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const encoded = Buffer.from(layout.encode(document));
        const decoded = layout.decode(encoded);
        encoded.fill(0);
        expect(decoded).toEqual(document);
      }),
      runs,
    );
  });

  it('rejects: leftovers, cuts, duplicates, disorder, missing and critical fields', () => {
    fc.assert(
      fc.property(documents, fc.nat(), (document, seed) => {
        const encoded = layout.encode(document);
        const fields = split(encoded);
        const first = fields[0] ?? new Uint8Array(0);
        fc.pre(encoded.length > 0);
        const after = Math.max(...layout.fields.map(({ field }) => field.tag)) + 1;
        const even = after % 2 === 0 ? after : after + 1;
        const field = (tag: number) => concat(u16(tag), u32(1), Uint8Array.of(0));
        expect(codeOf(() => layout.decode(concat(encoded, Uint8Array.of(0))))).toBe('MALFORMED');
        const cut = seed % encoded.length;
        if (!fields.some((_, index) => concat(...fields.slice(0, index)).length === cut)) {
          expect(codeOf(() => layout.decode(encoded.subarray(0, cut)))).toBe('MALFORMED');
        }
        expect(codeOf(() => layout.decode(concat(first, encoded)))).toBe('MALFORMED');
        if (fields.length > 1)
          expect(codeOf(() => layout.decode(concat(...fields.toReversed())))).toBe('MALFORMED');
        expect(codeOf(() => layout.decode(concat(encoded, field(even))))).toBe('UNSUPPORTED_FIELD');
        expect(codeOf(() => layout.decode(concat(encoded, field(even + 1))))).toBe('accepted');
        for (const [index, { field: known }] of layout.fields
          .filter(({ name }) => document[name] !== undefined)
          .entries()) {
          if (known.optional) continue;
          expect(codeOf(() => layout.decode(concat(...fields.filter((_, i) => i !== index))))).toBe(
            'MALFORMED',
          );
        }
      }),
      runs,
    );
  });

  it('rejects: random bytes and flipped bits, with typed errors only', () => {
    fc.assert(
      fc.property(documents, fc.nat(), fc.uint8Array({ maxLength: 200 }), (document, seed, junk) => {
        const encoded = layout.encode(document);
        const at = seed % encoded.length;
        encoded[at] = (encoded[at] ?? 0) ^ (1 << (seed % 8));
        for (const bytes of [encoded, junk]) {
          expect(codeOf(() => layout.decode(bytes))).toMatch(/^(accepted|MALFORMED|UNSUPPORTED_FIELD)$/);
        }
      }),
      runs,
    );
  });
});
