import { defineConfig } from 'tsup';

// One output file per source file: module state (the set of minted machines) must exist once.
const common = { format: 'esm', target: 'es2022', clean: false, sourcemap: true } as const;

// ML-KEM and SHA-3, of which a page loads one of the two: in JavaScript, or around what the browser has itself.
const LATTICE = 'src/internal/ml-kem.ts';
const WEB_LATTICE = 'src/internal/web-ml-kem.ts';
// What judges GPU evidence, for the few pages that meet a machine with some.
const GPU = 'src/attestation/gpu/verify-gpu-evidence.ts';
const BOOT_LOG = 'src/attestation/event-log/verify-log.ts';

export default defineConfig([
  {
    ...common,
    entry: [
      'src/**/*.ts',
      '!src/**/*.test.ts',
      '!src/internal/noble.ts',
      ...[LATTICE, WEB_LATTICE, GPU, BOOT_LOG].map((path) => `!${path}`),
    ],
    bundle: false,
  },
  {
    // Each holds its own copy of all it uses: a module shared with the main path would be loaded whole by every page,
    // because bundlers split by file. They have no state, so two copies of anything in them are harmless.
    ...common,
    entry: {
      'internal/noble': 'src/internal/noble.ts',
      'internal/ml-kem': LATTICE,
      'internal/web-ml-kem': WEB_LATTICE,
    },
    bundle: true,
    splitting: false,
    // Four times the code's size, and all of it the text of libraries.
    sourcemap: false,
    noExternal: [/^@noble\//],
    esbuildOptions(options) {
      options.legalComments = 'inline';
      // The one of the libraries whose files do not say it themselves.
      options.banner = { js: '/*! noble-hashes - MIT License (c) 2022 Paul Miller (paulmillr.com) */' };
    },
  },
  {
    // A copy of its own for the same reason; what leaves it is data. The curves stay outside: most platforms have them.
    ...common,
    entry: { 'attestation/gpu/verify-gpu-evidence': GPU },
    bundle: true,
    splitting: false,
    sourcemap: false,
    external: ['#noble'],
    noExternal: [/^@noble\//],
  },
  {
    // Loaded with a machine's boot log alone. It holds its own copies of the small readers it shares with the verifier, which bundlers
    // would else split off from every page's first load. Only the error class must be one.
    ...common,
    entry: { 'attestation/event-log/verify-log': BOOT_LOG },
    bundle: true,
    splitting: false,
    esbuildPlugins: [
      {
        name: 'one-error-class',
        setup({ onResolve }) {
          onResolve({ filter: /\/errors\.js$/ }, () => ({ path: '../../errors.js', external: true }));
        },
      },
    ],
  },
]);
