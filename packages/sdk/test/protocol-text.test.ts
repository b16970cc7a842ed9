// Does PROTOCOL.md say what the code does? Its tables are compared with the layouts, limits, labels and suites, both ways.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as protocol from '../src/protocol/index.js';
import { LABELS, LIMITS, MODEL_LABELS, SUITES } from '../src/protocol/index.js';
import type { Layout } from '../src/protocol/tlv.js';

const text = readFileSync(new URL('../spec/PROTOCOL.md', import.meta.url), 'utf8');

interface Row {
  tag: number;
  field: string;
  type: string;
  presence: string;
}

/** Tables that follow a bold document name: `**Name**`. */
function readTables(source: string): Map<string, Row[]> {
  const tables = new Map<string, Row[]>();
  for (const [, name = '', body = ''] of source.matchAll(
    /\*\*(\w+)\*\*:?\s*\n+\| tag \| field \| type \| presence \|\n\|[-:| ]+\|\n((?:\|.*\|\n)+)/g,
  )) {
    tables.set(
      name,
      body
        .trim()
        .split('\n')
        .map((line) => {
          const [, tag = '', field = '', type = '', presence = ''] = line
            .split(/(?<!\\)\|/)
            .map((cell) => cell.trim().replaceAll('`', '').replaceAll('\\|', '|'));
          return { tag: Number(tag), field, type, presence };
        }),
    );
  }
  return tables;
}

function isLayout(value: unknown): value is Layout<object> {
  return (
    typeof value === 'object' && value !== null && 'fields' in value && 'encode' in value && 'name' in value
  );
}

const layouts = new Map(
  Object.values(protocol)
    .filter(isLayout)
    .map((layout) => [layout.name, layout]),
);
const tables = readTables(text);

describe('PROTOCOL.md', () => {
  it('has a table for every document of the code, and no other', () => {
    expect([...tables.keys()].sort()).toEqual([...layouts.keys()].sort());
    expect(tables.size).toBeGreaterThan(25);
  });

  for (const [name, layout] of layouts) {
    it(`describes ${name} field by field`, () => {
      const fields = layout.fields.map(({ name: field, field: { tag, type, optional } }) => {
        return { tag, field, type: type.label, presence: optional ? 'optional' : 'required' };
      });
      expect(tables.get(name)).toEqual(fields);
    });
  }

  it('lists every limit with its value', () => {
    const section = text.slice(text.indexOf('## 12. Limits'), text.indexOf('## 13.'));
    const rows = [...section.matchAll(/\| `(\w+)` \| ([\d,]+) \|/g)].map(([, name = '', value = '']) => [
      name,
      Number(value.replaceAll(',', '')),
    ]);
    expect(Object.fromEntries(rows)).toEqual(LIMITS);
  });

  it('names every label', () => {
    const named = new Set([...text.matchAll(/[`"](ck1 [a-z_-]+)[`"]/g)].map(([, label]) => label));
    // A ticket says nothing to anybody but the proxy that issued it, so its label is that proxy's own affair.
    expect([...named].sort()).toEqual(
      [...Object.values(LABELS), ...Object.values(MODEL_LABELS)]
        .filter((label) => label !== LABELS.ticket)
        .sort(),
    );
  });

  it('gives the sizes of every suite', () => {
    const rows = [...text.matchAll(/^\| ([123]) .*\| (\d+) \/ (\d+) \|$/gm)].map(([, id, key, enc]) => [
      Number(id),
      { publicKey: Number(key), encapsulation: Number(enc) },
    ]);
    expect(Object.fromEntries(rows)).toEqual(SUITES);
  });

  it('lists every error code that clients turn into words, and they know every code it lists', async () => {
    const { REFUSAL_TEXTS } = await import('../src/session/refusal-texts.js');
    const KNOWN_CODES = Object.keys(REFUSAL_TEXTS);
    const section = text.slice(text.indexOf('## 13. Errors'), text.indexOf('## 14.'));
    const listed = new Set(
      [...section.matchAll(/^\|((?: `[A-Z_]+`)+) \| ([^|]+) \|/gm)].flatMap(([, names = '', classes = '']) =>
        /[PW]/.test(classes) ? [...names.matchAll(/`([A-Z_]+)`/g)].map(([, code = '']) => code) : [],
      ),
    );
    expect([...listed].filter((code) => !KNOWN_CODES.includes(code))).toEqual([]);
    expect(KNOWN_CODES.filter((code) => !listed.has(code))).toEqual([]);
  });

  it('names every code that sealing, receipts, codecs and machine verification raise', () => {
    const source = new URL('../src/', import.meta.url);
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
      (file) =>
        (/^(seal|receipts|protocol)\//.test(file) || file === 'attestation/verify-machine.ts') &&
        /(?<!\.test)\.ts$/.test(file),
    );
    const raised = files.flatMap((file) => [
      ...readFileSync(new URL(file, source), 'utf8').matchAll(/'([A-Z]+(?:_[A-Z]+)+|MALFORMED)'/g),
    ]);
    const codes = [...new Set(raised.map(([, code = '']) => code))];
    expect(codes.length).toBeGreaterThan(60);
    expect(codes.filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
  });
});
