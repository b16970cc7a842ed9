// npm run test:deep: what takes too long for every change. Every bit and length of the evidence, long fuzzing, and each check taken out.
import { run } from './prepare.mjs';

const attestation = 'packages/sdk/src/attestation';
await run('npx', ['vitest', 'run', attestation], { show: true, env: { COCOONKIT_DEEP: '1' } });
await run('node', ['packages/sdk/scripts/mutate-attestation.mjs'], { show: true });
