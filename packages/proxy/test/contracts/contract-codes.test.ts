// Are the codes that ship the ones these sources compile to?
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('compiling the contracts again gives the same codes', () => {
  const script = fileURLToPath(new URL('../../scripts/compile-contracts.mjs', import.meta.url));
  expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
});
