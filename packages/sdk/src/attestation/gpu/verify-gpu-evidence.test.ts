// Does a document with a genuine H100 report pass, and is a token without keys refused rather than left aside?
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHex, utf8 } from '../../internal/bytes.js';
import { sha256 } from '../../internal/sha256.js';
import { decodeGpuEvidence, encodeGpuEvidence, type GpuEvidence } from '../../protocol/gpu-evidence.js';
import { createSimulatedGpu } from '../../testing/gpu/index.js';
import { parsePemChain } from '../format/pem.js';
import { packGpuEvidence } from './pack-gpu-evidence.js';
import { type GpuOptions, verifyGpuEvidence } from './verify-gpu-evidence.js';

const vector = (name: string) =>
  readFileSync(new URL(`../../../spec/vectors/nvidia/${name}`, import.meta.url), 'utf8');
const now = new Date('2026-03-01T12:00:00Z');
const nonce = fromHex('931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb');
const real = {
  report: fromHex(vector('h100-report-1.txt').trim()),
  chain: parsePemChain(vector('h100-chain-1.pem')),
};
const token = utf8(createSimulatedGpu({ now }).token(nonce));

function judge(evidence: GpuEvidence, options: GpuOptions = {}) {
  const document = encodeGpuEvidence(evidence);
  const expected = sha256(document);
  return verifyGpuEvidence({ document, expected, nonce, now, simulated: undefined, options });
}

describe('a GPU evidence document', () => {
  it('accepts: a genuine report', async () => {
    const outcome = await judge({ reports: [real] });
    expect(outcome).toMatchObject({
      verified: {
        simulated: false,
        measurements: 'reported, not compared with NVIDIA reference values',
        reports: [{ driver: '550.90.07' }],
      },
    });
  });

  it('leaves a token aside that it has no keys for, if there are reports, and claims no more than they show', async () => {
    const outcome = await judge({ reports: [real], token });
    expect(outcome).toMatchObject({
      verified: { token: undefined, measurements: 'reported, not compared with NVIDIA reference values' },
    });
  });

  it('rejects: a token alone that it has no keys for', async () => {
    expect(await judge({ reports: [], token })).toMatchObject({
      failure: { code: 'ATTESTATION_GPU_KEYS_MISSING', stage: 'gpu-keys' },
    });
  });

  it('rejects: a token of keys that are not in the set', async () => {
    const jwks = JSON.stringify({
      keys: [{ kty: 'EC', crv: 'P-384', kid: 'k', x: 'A'.repeat(64), y: 'A'.repeat(64) }],
    });
    expect(await judge({ reports: [real], token }, { jwks })).toMatchObject({
      failure: { code: 'ATTESTATION_GPU_TOKEN_KEY' },
    });
  });
});

describe('the output of NVIDIA’s tools', () => {
  it('packs the published evidence list', () => {
    const json = utf8(`{"evidence_list":${vector('h100-evidence-list.json')}}`);
    const { reports, token: none } = decodeGpuEvidence(packGpuEvidence(json));
    expect(reports.map(({ report, chain }) => [report.length, chain.length])).toEqual([[4274, 5]]);
    expect(none).toBeUndefined();
  });

  it('packs what the simulator’s tool prints to what the simulator makes', () => {
    const gpu = createSimulatedGpu({ now, seeds: ['a', 'b'] });
    expect(packGpuEvidence(utf8(gpu.toolOutput(nonce)))).toEqual(gpu.evidence(nonce));
  });

  const REJECTED = {
    'no JSON': 'evidence',
    'a list': '[]',
    'neither evidence nor token': '{"result_code":0}',
    'a key twice': '{"detached_eat":[],"detached_eat":[]}',
    'no base64': '{"evidences":[{"evidence":"?","certificate":""}]}',
    'no PEM': '{"evidences":[{"evidence":"AAAA","certificate":"AAAA"}]}',
    'a report above the limit': `{"evidences":[{"evidence":"${'AAAA'.repeat(2_731)}","certificate":""}]}`,
    'a token above the limit': `{"detached_eat":["${'A'.repeat(49_152)}"]}`,
    'output above the limit': ' '.repeat(262_145),
  };
  for (const [name, json] of Object.entries(REJECTED)) {
    it(`rejects: ${name}`, () => {
      expect(() => packGpuEvidence(utf8(json))).toThrowError(
        expect.objectContaining({ code: 'ATTESTATION_GPU_EVIDENCE' }),
      );
    });
  }
});
