// fast-check as tests see it: the same values in every run, so that a run on another machine tries what this one tried.
// DEEP=1 tries new ones each time; a failure names its seed, and FC_SEED repeats it.
import * as fastCheck from '../node_modules/fast-check/lib/fast-check.js';

const { DEEP, FC_SEED } = process.env;
if (FC_SEED !== undefined) fastCheck.configureGlobal({ seed: Number(FC_SEED) });
else if (DEEP !== '1') fastCheck.configureGlobal({ seed: 20_261 });

export * from '../node_modules/fast-check/lib/fast-check.js';
export default fastCheck.default;
