import { defineConfig } from 'tsup';

// One output file per source file: module state (the set of minted machines) must exist once.
const common = { format: 'esm', target: 'es2022', clean: false, sourcemap: true } as const;

// What judges GPU evidence, for the few pages that meet a machine with some.
const GPU = 'src/attestation/gpu/verify-gpu-evidence.ts';
const BOOT_LOG = 'src/attestation/event-log/verify-log.ts';

export default defineConfig([
  {
    ...common,
    entry: ['src/**/*.ts', '!src/**/*.test.ts', '!src/internal/noble.ts', `!${GPU}`, `!${BOOT_LOG}`],
    bundle: false,
  },
  {
    // Holds its own copy of the curves: a module shared with the main path would be loaded whole by every page,
    // because bundlers split by file. It has no state, so two copies of anything in it are harmless.
    ...common,
    entry: { 'internal/noble': 'src/internal/noble.ts' },
    bundle: true,
    splitting: false,
    // Four times the code's size, and all of it the text of libraries.
    sourcemap: false,
    noExternal: [/^@noble\//],
    esbuildOptions(options) {
      options.legalComments = 'inline';
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
