// Do the codecs that are not tables keep their limits: records, frames, items, headers, rosters, links, JSON, padding, prices?
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, u32, utf8 } from '../internal/bytes.js';
import {
  adjustedTokens,
  DEFAULT_PRICES,
  decodeLinkMessage,
  decodeRosterPage,
  decodeSealedHeader,
  encodeItem,
  encodeLinkMessage,
  encodeRecord,
  encodeRosterPage,
  encodeSealedHeader,
  ItemReader,
  LIMITS,
  padFrame,
  padme,
  parseFrameType,
  parseStrictJson,
  RecordReader,
  unpadFrame,
  worstCaseTokens,
} from './index.js';

const MALFORMED = expect.objectContaining({ code: 'MALFORMED' });
const rejects = (run: () => unknown) => expect(run).toThrow(MALFORMED);

/** Cuts bytes at random places. */
const cuts = (bytes: Uint8Array, at: readonly number[]) => {
  const places = [...new Set([0, ...at.map((n) => n % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
};

describe('records', () => {
  const kind = fc.constantFrom('head', 'frame', 'proxy');
  it('accepts: the same records however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(kind, fc.uint8Array({ maxLength: 90 })), { maxLength: 8 }),
        fc.array(fc.nat()),
        (list, at) => {
          const bytes = concat(...list.map(([name, payload]) => encodeRecord(name, payload)));
          const reader = new RecordReader();
          const read = cuts(bytes, at).flatMap((piece) => [...reader.push(piece)]);
          expect(read.map((record) => [record.kind, new Uint8Array(record.payload)])).toEqual(list);
          expect(concat(...read.map((record) => record.bytes))).toEqual(bytes);
          expect(reader.pendingBytes).toBe(0);
        },
      ),
    );
  });
  it('rejects: unknown kinds and lengths beyond the limit, before the payload is there', () => {
    for (const first of [0, 4, 255])
      rejects(() => [...new RecordReader().push(Uint8Array.of(first, 0, 0, 0, 0))]);
    rejects(() => [...new RecordReader().push(concat(Uint8Array.of(2), u32(LIMITS.recordBytes + 1)))]);
    const reader = new RecordReader();
    expect([...reader.push(concat(Uint8Array.of(2), u32(LIMITS.recordBytes)))]).toEqual([]);
    expect(reader.pendingBytes).toBe(5);
  });
});

describe('frames and items', () => {
  it('accepts: padding to any multiple; rejects: other padding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.constantFrom(64, 128, 512), (content, multiple) => {
        const frame = padFrame(content, multiple);
        expect(frame.length % multiple).toBe(0);
        expect(unpadFrame(frame)).toEqual(content);
        if (frame.length > content.length + 4) {
          frame[frame.length - 1] = 1;
          rejects(() => unpadFrame(frame));
        }
      }),
    );
    rejects(() => unpadFrame(Uint8Array.of(0, 0, 0)));
    rejects(() => unpadFrame(concat(u32(1))));
    rejects(() => unpadFrame(new Uint8Array(LIMITS.frameBytes + 1)));
    rejects(() => padFrame(new Uint8Array(LIMITS.frameBytes - 3), 64));
    for (const type of [5, 255, undefined]) rejects(() => parseFrameType(type));
  });
  it('accepts: items however they are cut; rejects: empty and oversized ones', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), { maxLength: 8 }),
        fc.array(fc.nat()),
        (list, at) => {
          const reader = new ItemReader();
          const read = cuts(concat(...list.map(encodeItem)), at).flatMap((piece) => [...reader.push(piece)]);
          expect(read).toEqual(list);
          expect(reader.pendingBytes).toBe(0);
        },
      ),
    );
    rejects(() => [...new ItemReader().push(u32(0))]);
    rejects(() => [...new ItemReader().push(u32(LIMITS.itemBytes + 1))]);
    rejects(() => encodeItem(new Uint8Array(0)));
  });
});

describe('headers, rosters and links', () => {
  it('accepts: a head with a ticket; rejects: every cut, another magic, a long ticket, a long message', () => {
    const head = encodeSealedHeader({
      type: 'infer',
      suite: 1,
      ticket: new Uint8Array(64).fill(5),
      sealedBytes: 65_536,
    });
    expect(decodeSealedHeader(concat(head, Uint8Array.of(1)))).toMatchObject({
      type: 'infer',
      suite: 1,
      sealedBytes: 65_536,
      headerBytes: 76,
    });
    for (let end = 0; end < head.length; end++) rejects(() => decodeSealedHeader(head.subarray(0, end)));
    const change = (at: number, value: number) => head.map((byte, i) => (i === at ? value : byte));
    for (const [at, value] of [
      [0, 0],
      [3, 0],
      [3, 3],
      [7, 65],
      [11, 1],
    ] as const)
      rejects(() => decodeSealedHeader(change(at, value)));
  });
  it('accepts: roster pages up to 128 entries', () => {
    const entry = fc.record(
      {
        digest: fc.uint8Array({ minLength: 32, maxLength: 32 }),
        coefficient: fc.integer({ min: 0, max: 0xffffffff }),
        load: fc.integer({ min: 0, max: 255 }),
        success: fc.integer({ min: 0, max: 255 }),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
        expect(decodeRosterPage(encodeRosterPage(entries))).toEqual(entries);
      }),
    );
    rejects(() => decodeRosterPage(new Uint8Array(37)));
    rejects(() => decodeRosterPage(new Uint8Array(38 * 129)));
  });
  it('accepts: link messages; rejects: unknown kinds, cuts and more than the limit', () => {
    const data = { kind: 'data' as const, stream: 7, bytes: Uint8Array.of(1, 2) };
    expect(decodeLinkMessage(encodeLinkMessage(data))).toEqual(data);
    const control = { kind: 'control' as const, sealed: Uint8Array.of(9) };
    expect(decodeLinkMessage(encodeLinkMessage(control))).toEqual(control);
    rejects(() => decodeLinkMessage(new Uint8Array(0)));
    rejects(() => decodeLinkMessage(Uint8Array.of(4, 0, 0, 0, 0)));
    rejects(() => decodeLinkMessage(Uint8Array.of(2, 0, 0, 0)));
    rejects(() => decodeLinkMessage(new Uint8Array(LIMITS.linkMessageBytes + 1).fill(2)));
  });
});

describe('strict JSON', () => {
  it('accepts: every object JSON.stringify writes, up to the depth', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 6 }), { noNullPrototype: true }),
        (value) => {
          const text = JSON.stringify(value);
          expect(JSON.stringify(parseStrictJson(utf8(text)))).toBe(JSON.stringify(JSON.parse(text)));
        },
      ),
    );
    expect(parseStrictJson(utf8('{"a":"{\\"a\\":[,}","b":[{"a":1},{"a":2}]}'))).toEqual({
      a: '{"a":[,}',
      b: [{ a: 1 }, { a: 2 }],
    });
  });
  const cases: Record<string, Uint8Array> = {
    'a duplicate key': utf8('{"a":1,"a":2}'),
    'a duplicate key written another way': utf8('{"a":1,"\\u0061":2}'),
    'a duplicate key deep inside': utf8('{"x":[{"b":{"c":1,"d":2,"c":3}}]}'),
    'too much depth': utf8(`{"a":${'['.repeat(32)}${']'.repeat(32)}}`),
    'a list': utf8('[]'),
    null: utf8('null'),
    'a byte order mark': utf8('\ufeff{}'),
    'bytes that are no UTF-8': Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d),
    'two objects': utf8('{}{}'),
    nothing: new Uint8Array(0),
  };
  for (const [name, bytes] of Object.entries(cases))
    it(`rejects: ${name}`, () => rejects(() => parseStrictJson(bytes)));
  it('privacy: the message never quotes the text', () => {
    expect(() => parseStrictJson(utf8('{"a": secret-word}'))).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('secret') }),
    );
  });
});

describe('numbers', () => {
  it('padmé buckets hold, rise and cost at most 12 %', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LIMITS.bodyBytes }), (length) => {
        const bucket = padme(length);
        expect(bucket).toBeGreaterThanOrEqual(Math.max(256, length));
        expect(bucket).toBeLessThanOrEqual(Math.max(256, Math.ceil(length * 1.12)));
        expect(padme(bucket)).toBe(bucket);
        expect(padme(length + 1)).toBeGreaterThanOrEqual(bucket);
      }),
    );
  });
  it('the worst case is never below a bill within its counts', () => {
    const count = fc.integer({ min: 0, max: 200_000 });
    fc.assert(
      fc.property(
        count,
        count,
        count,
        count,
        fc.integer({ min: 1, max: 100_000 }),
        (prompt, cached, completion, reasoning, coefficient) => {
          const usage = {
            prompt,
            cached: Math.min(cached, prompt),
            completion,
            reasoning: Math.min(reasoning, completion),
          };
          expect(adjustedTokens(usage, coefficient, DEFAULT_PRICES)).toBeLessThanOrEqual(
            worstCaseTokens(prompt, completion, coefficient, DEFAULT_PRICES),
          );
        },
      ),
    );
  });
  it('bills as published: 1,000 prompt and 100 completion tokens at 1× are 1,800 adjusted tokens', () => {
    expect(
      adjustedTokens({ prompt: 1000, cached: 0, completion: 100, reasoning: 0 }, 1000, DEFAULT_PRICES),
    ).toBe(1800n);
    expect(
      adjustedTokens({ prompt: 1000, cached: 1000, completion: 0, reasoning: 0 }, 1000, DEFAULT_PRICES),
    ).toBe(100n);
  });
});
