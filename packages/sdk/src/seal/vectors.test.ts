import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeVectors } from '../../scripts/make-vectors.js';

const made = await makeVectors();
const path = (name: string) => fileURLToPath(new URL(`../../spec/vectors/${name}`, import.meta.url));
const text = (content: unknown) => `${JSON.stringify(content, null, 1)}\n`;

// Writes instead of comparing: only after a deliberate change of the protocol.
if (process.env['UPDATE_VECTORS'] === '1') {
  for (const [name, content] of made) {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), text(content));
  }
}

describe('the published vectors', () => {
  it.each([...made.keys()])('%s is what this code makes', (name) => {
    expect(readFileSync(path(name), 'utf8')).toBe(text(made.get(name)));
  });

  it('are the same on every run', async () => {
    expect([...(await makeVectors())]).toEqual([...made]);
  });
});
