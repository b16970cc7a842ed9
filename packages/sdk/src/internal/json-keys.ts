// Do all readers see the same in this JSON? Not where a key is repeated: some take its first value, others its last.

/** Throws, with `what` is wrong, where `holds` is false. */
export type Expect = (holds: boolean, what: string) => void;

/** Of JSON text that `JSON.parse` made `value` of. `maxDepth`: objects and lists inside one another. */
export function checkKeys(text: string, value: unknown, maxDepth: number, expect: Expect): void {
  // In valid JSON a backslash stands in strings alone, and outside of strings a colon after each key.
  const colons =
    text
      .replace(/\\./g, '')
      .replace(/"[^"]*"/g, '')
      .split(':').length - 1;
  // The parser kept one of each: fewer than were written means that some were repeated.
  expect(countKeys(value, maxDepth, expect) === colons, 'duplicate keys');
}

function countKeys(value: unknown, depth: number, expect: Expect): number {
  if (typeof value !== 'object' || value === null) return 0;
  expect(depth > 0, 'nested too deep');
  const children: unknown[] = Object.values(value);
  let keys = Array.isArray(value) ? 0 : children.length;
  for (const child of children) keys += countKeys(child, depth - 1, expect);
  return keys;
}
