import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSseParser } from './parse-sse.js';

const MAX = 1024;

function parse(
  text: string | Uint8Array,
  cuts: readonly number[] = [],
  maxEventBytes = MAX,
): { payloads: string[]; code?: string } {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const parser = createSseParser({ maxEventBytes });
  const payloads: string[] = [];
  const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  try {
    for (let index = 1; index < edges.length; index += 1) {
      // A copy that is spoilt afterwards: a parser that keeps views into old input would show it.
      const part = bytes.slice(edges[index - 1], edges[index]);
      for (const payload of parser.push(part)) payloads.push(payload);
      part.fill(0x21);
    }
    return { payloads };
  } catch (error) {
    if (error instanceof Error && 'code' in error) return { payloads, code: String(error.code) };
    throw error;
  }
}

describe('server-sent events', () => {
  it.each([
    ['LF', 'data: one\n\ndata: two\n\n', ['one', 'two']],
    ['CRLF', 'data: one\r\n\r\ndata: two\r\n\r\n', ['one', 'two']],
    ['CR', 'data: one\r\rdata: two\r\r', ['one', 'two']],
    ['mixed line ends', 'data: one\r\n\ndata: two\n\r\n', ['one', 'two']],
    ['several data lines', 'data: {\ndata:   "a": 1\ndata:}\n\n', ['{\n  "a": 1\n}']],
    ['no space, one space, two spaces', 'data:a\n\ndata: b\n\ndata:  c\n\n', ['a', 'b', ' c']],
    ['empty data', 'data\n\ndata:\n\ndata:\ndata:\n\n', ['', '', '\n']],
    [
      'comments and other fields',
      ': hi\nevent: x\nid: 1\nretry: 5\ndata: a\n:\n\n: only a comment\n\n',
      ['a'],
    ],
    ['fields that only begin like data', 'database: a\ndata : b\nDATA: c\n\n', []],
    ['a byte order mark at the start only', '\ufeffdata: a\n\n\ufeffdata: b\n\n', ['a']],
    ['a byte order mark inside the data', 'data: \ufeffa\n\n', ['\ufeffa']],
    ['line separators of Unicode are text', 'data: a\u2028b\u0085c\n\n', ['a\u2028b\u0085c']],
    ['an unfinished event is dropped', 'data: a\n\ndata: b\n', ['a']],
    ['zero bytes', 'data: a\0b\n\n', ['a\0b']],
  ])('accepts: %s', (_name, text, payloads) => {
    expect(parse(text)).toEqual({ payloads });
    expect(
      parse(
        text,
        Array.from({ length: text.length }, (_, index) => index),
      ),
    ).toEqual({ payloads });
  });

  it('gives the same events for any cut of the bytes', () => {
    const token = fc.constantFrom(
      'data: ',
      'data:',
      'data',
      ': ',
      'event: x',
      '\n',
      '\r',
      '\r\n',
      '\n\n',
      '🌍',
      'ü',
      'x'.repeat(300),
      '{"a":"b"}',
      '\ufeff',
      ' ',
    );
    const bytes = fc.oneof(
      fc.array(token, { maxLength: 60 }).map((parts) => new TextEncoder().encode(parts.join(''))),
      fc.tuple(fc.array(token, { maxLength: 30 }), fc.uint8Array({ maxLength: 12 })).map(([parts, tail]) => {
        const head = new TextEncoder().encode(`${parts.join('')}data: `);
        return new Uint8Array([...head, ...tail, 10, 10]);
      }),
    );
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(), { maxLength: 40 }), (input, numbers) => {
        const cuts = numbers.map((number) => number % (input.length + 1));
        expect(parse(input, cuts)).toEqual(parse(input));
        expect(parse(input, Array.from(input.keys()))).toEqual(parse(input));
      }),
      { numRuns: 300 },
    );
  });

  it('returns any text exactly, over any line ends', () => {
    const payload = fc.string({ unit: 'binary', maxLength: 80 }).filter((text) => !text.includes('\r'));
    fc.assert(
      fc.property(
        fc.array(payload, { maxLength: 8 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        (payloads, end) => {
          const lines = payloads.map(
            (text) =>
              `${text
                .split('\n')
                .map((line) => `data: ${line}${end}`)
                .join('')}${end}`,
          );
          expect(parse(lines.join('')).payloads).toEqual(payloads);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('rejects: bytes that are not UTF-8, after the events before them', () => {
    const bytes = new Uint8Array([...new TextEncoder().encode('data: a\n\ndata: '), 0xff, 10, 10]);
    expect(parse(bytes)).toEqual({ payloads: ['a'], code: 'UPSTREAM_MALFORMED' });
  });

  it('rejects: one line, many lines or a comment beyond the limit', () => {
    const fits = `data: ${'x'.repeat(MAX - 6)}\n\n`;
    expect(parse(fits).payloads[0]).toHaveLength(MAX - 6);
    const tooLarge = { payloads: [], code: 'UPSTREAM_EVENT_TOO_LARGE' };
    expect(parse(`data: ${'x'.repeat(MAX - 5)}\n\n`)).toEqual(tooLarge);
    expect(parse(`data: ${'x'.repeat(MAX)}`, [10, 20, 700])).toEqual(tooLarge);
    expect(parse('data:\n'.repeat(MAX))).toEqual(tooLarge);
    expect(parse(`:${'x'.repeat(MAX)}`)).toEqual(tooLarge);
  });
});
