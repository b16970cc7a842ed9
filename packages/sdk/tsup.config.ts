import { defineConfig } from 'tsup';
import { LIBRARIES, oneErrorClass, PARTS } from './scripts/own-copies.js';

// One output file per source file: module state (the set of minted machines) must exist once.
const common = { format: 'esm', target: 'es2022', clean: false, sourcemap: true } as const;
const bundled = { ...common, bundle: true, splitting: false } as const;

/** `src/a/b.ts` is built to `dist/a/b.js`. */
const entryOf = (path: string) => ({ [path.replace(/^src\/|\.ts$/g, '')]: path });

export default defineConfig([
  {
    ...common,
    entry: ['src/**/*.ts', '!src/**/*.test.ts', ...[...LIBRARIES, ...PARTS].map((path) => `!${path}`)],
    bundle: false,
  },
  {
    ...bundled,
    entry: Object.assign({}, ...LIBRARIES.map(entryOf)),
    // Four times the code's size, and most of it the text of libraries.
    sourcemap: false,
    external: ['#noble'],
    noExternal: [/^@noble\//],
    esbuildOptions(options) {
      options.legalComments = 'inline';
      // The one of the libraries whose files do not say it themselves.
      options.banner = { js: '/*! noble-hashes - MIT License (c) 2022 Paul Miller (paulmillr.com) */' };
    },
  },
  ...PARTS.map((path) => ({
    ...bundled,
    entry: entryOf(path),
    esbuildPlugins: [oneErrorClass(`${'../'.repeat(path.split('/').length - 2) || './'}errors.js`)],
  })),
]);
