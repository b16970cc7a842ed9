// Does docs/bot-api.md name exactly what the package exports, types too?
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

/** Names in the braces of `export { … }` and `export type { … }`: the entry file holds nothing else. */
function exportedNames(source: string): string[] {
  return [...source.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, names = '']) =>
    names
      .split(',')
      .map((name) => name.trim().replace(/^type /, ''))
      .filter((name) => name !== ''),
  );
}

/** Names in the first column of its tables. */
function describedNames(page: string): string[] {
  return [...page.matchAll(/^\| (`[^|]*`) \| \S/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
  );
}

test('every exported name has its line in docs/bot-api.md, and no other name has one', () => {
  const exported = exportedNames(read('../src/index.ts'));
  const described = describedNames(read('../../../docs/bot-api.md'));
  expect(exported.length).toBeGreaterThan(100);
  expect(
    described.filter((name) => !exported.includes(name)),
    'described, but not exported',
  ).toEqual([]);
  expect(
    exported.filter((name) => !described.includes(name)),
    'exported: add a line to docs/bot-api.md',
  ).toEqual([]);
  expect(new Set(described).size, 'each once').toBe(described.length);
});
