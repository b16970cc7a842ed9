import { defineConfig } from 'vitest/config';

const conditions = ['@cocoonkit/source', 'node', 'import', 'module', 'default'];

export default defineConfig({
  resolve: {
    conditions,
    alias: [
      {
        find: /^fast-check$/,
        replacement: new URL('./scripts/seeded-fast-check.mjs', import.meta.url).pathname,
      },
    ],
  },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'examples/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    // No test is timed: the limit only ends a test that hangs.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 250_000 } },
    pool: 'forks',
    maxWorkers: 2,
  },
});
