import { defineConfig } from 'tsup';

// One output file per source file: module state (the set of minted machines) must exist once.
export default defineConfig({
  entry: ['src/**/*.ts', '!src/**/*.test.ts'],
  format: 'esm',
  target: 'es2022',
  bundle: false,
  clean: false,
  sourcemap: true,
});
