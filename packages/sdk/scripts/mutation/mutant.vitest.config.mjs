// How do the tests see one changed source file without any file being changed?
import { mergeConfig } from 'vitest/config';
import base from '../../../../vitest.config.ts';
import { applyMutant } from './find-mutants.mjs';

const mutant = JSON.parse(process.env.COCOONKIT_MUTANT ?? '{}');

export default mergeConfig(base, {
  root: new URL('../../../..', import.meta.url).pathname,
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      transform: (code, id) => (id.split('?')[0] === mutant.path ? applyMutant(code, mutant) : undefined),
    },
  ],
});
