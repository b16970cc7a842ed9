// Which files carry their own copies of what they import? Parts that are loaded when they are needed: bundlers split by file, so a module
// shared with the main path would leave it, and every page would load it as one more file. None has state, so copies are harmless.

/** They throw none of our errors. The curves are a file of their own even for the others: most platforms need none. */
export const LIBRARIES = [
  'src/internal/noble.ts',
  'src/internal/ml-kem.ts',
  'src/internal/web-ml-kem.ts',
  'src/attestation/gpu/verify-gpu-evidence.ts',
] as const;

/** Of what these import, one thing must exist once: the class of our errors. */
export const PARTS = [
  'src/attestation/event-log/verify-log.ts',
  'src/reply.ts',
  'src/report/build-report.ts',
  'src/session/cached-beacons.ts',
  'src/session/resume-saved.ts',
  'src/session/retry.ts',
] as const;

/** `errors`: where the class is, as the finished file names it. */
export function oneErrorClass(errors: string) {
  return {
    name: 'one-error-class',
    setup(build: {
      onResolve(options: { filter: RegExp }, resolve: () => { path: string; external: true }): void;
    }) {
      build.onResolve({ filter: /\/errors\.js$/ }, () => ({ path: errors, external: true }));
    },
  };
}
