// Is the published GPU vector what this code makes, and does this code accept it?
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { gpuVectors } from '../../../scripts/gpu-vectors.js';
import { fromHex } from '../../internal/bytes.js';
import { verifyGpuEvidence } from './verify-gpu-evidence.js';

const published: ReturnType<typeof gpuVectors> = JSON.parse(
  readFileSync(new URL('../../../spec/vectors/nvidia/simulated-evidence.json', import.meta.url), 'utf8'),
);

it('equals what the script makes', () => {
  expect(gpuVectors()).toEqual(published);
});

it('has the nonce of PROTOCOL.md §5.7, by another hash implementation', () => {
  const hash = createHash('sha256').update('ck1 gpu\0');
  for (const part of [published.kemPublicKey, published.signingPublicKey, published.rootHash])
    hash.update(Buffer.from(part, 'hex'));
  expect(hash.digest('hex')).toBe(published.nonce);
});

it('verifies under its own trust', async () => {
  const { trust } = published;
  const outcome = await verifyGpuEvidence({
    document: fromHex(published.gpuEvidence),
    expected: fromHex(published.gpuEvidenceHash),
    nonce: fromHex(published.nonce),
    now: new Date(published.now),
    simulated: { ...trust, rootDer: fromHex(trust.rootDer) },
    options: {},
  });
  expect(outcome).toMatchObject({ verified: { simulated: true, reports: [{ driver: '570.00' }] } });
});
