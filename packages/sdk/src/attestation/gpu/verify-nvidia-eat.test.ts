// Does each defect of a token bundle fail under its own code, and do the shapes NVIDIA's service has used pass?
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createSimulatedGpu,
  type EatFaults,
  GOOD_GPU_CERT_CHAIN,
  simulatedGpuJwks,
  simulatedGpuTrust,
} from '../../testing/gpu/index.js';
import { simulatedRootDer } from '../../testing/tdx/index.js';
import { simulatedAnchor } from '../../unsafe.js';
import { type VerifyNvidiaEatOptions, verifyNvidiaEat } from './verify-nvidia-eat.js';

const now = new Date('2026-03-01T12:00:00Z');
const nonce = Uint8Array.from({ length: 32 }, (_, i) => i + 1);
const jwks = simulatedGpuJwks();
const anchor = simulatedAnchor(simulatedRootDer(), simulatedGpuTrust());
const seeds = ['gpu 0', 'gpu 1'];

const bundle = (faults: EatFaults = {}) =>
  createSimulatedGpu({ now, seeds, faults: { token: faults } }).token(nonce);
const verify = (faults: EatFaults = {}, options: Partial<VerifyNvidiaEatOptions> = {}) =>
  verifyNvidiaEat(bundle(faults), { jwks, nonce, now, anchor, ...options });

const vector = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../../../spec/vectors/nvidia/${name}`, import.meta.url), 'utf8'));
/** A published claim set without what the simulator must set itself. */
function published(name: string): Record<string, unknown> {
  const { iss, eat_nonce, nbf, iat, exp, jti, ueid, ...rest } = vector(name);
  return rest;
}

describe('a good bundle', () => {
  it('accepts: two GPUs', async () => {
    const verified = await verify();
    expect(verified).toMatchObject({
      issuer: 'https://simulated.invalid/nras',
      simulated: true,
      measurements: 'compared with NVIDIA reference values by NVIDIA’s attestation service',
      validUntil: new Date('2026-03-01T13:00:00Z'),
    });
    expect(verified.gpus).toMatchObject([
      { name: 'GPU-0', model: 'GH100 A01 GSP BROM', driver: '570.00', shape: 'chains' },
      { name: 'GPU-1', vbios: '96.00.9F.00.01' },
    ]);
  });

  it('accepts: the flat claims of version 2 as NVIDIA published them', async () => {
    const { gpus } = await verify({ flat: true, gpu: published('detached_claims_remote.json') });
    expect(gpus[0]).toMatchObject({ shape: 'flat', driver: '570.00' });
  });

  it('accepts: granular claims as NVIDIA published them, until a certificate ends, and shows the warning', async () => {
    const gpu = published('detached_granular_claims_remote.json');
    const at = (time: string) => {
      const token = createSimulatedGpu({ now: new Date(time), faults: { token: { gpu } } }).token(nonce);
      return verifyNvidiaEat(token, { jwks, nonce, now: new Date(time), anchor });
    };
    const { gpus } = await at('2026-02-22T23:17:58Z');
    expect(gpus[0]).toMatchObject({ shape: 'chains', driver: '570.44' });
    expect(gpus[0]?.warning).toContain('CERTIFICATE_HOLD');
    await expect(at('2026-02-22T23:17:59Z')).rejects.toMatchObject({ code: 'ATTESTATION_GPU_CERT_STATUS' });
  });

  it('accepts: claims of version 4 with more in them', async () => {
    const gpu = {
      'x-nvidia-gpu-claims-version': '4.0',
      'x-nvidia-attester-claims': {},
      'x-nvidia-mismatch-opaque-data-records': null,
    };
    expect((await verify({ gpu })).gpus).toHaveLength(2);
  });

  it('accepts: a policy that names model and versions', async () => {
    const policy = { models: ['GH100 A01 GSP BROM'], drivers: ['570.00'], vbios: ['96.00.9f.00.01'] };
    await verify({}, { policy });
    for (const other of [{ models: [] }, { drivers: ['570.01'] }, { vbios: ['96.00.9f.00.02'] }])
      await expect(verify({}, { policy: { ...policy, ...other } })).rejects.toMatchObject({
        code: 'ATTESTATION_GPU_POLICY',
      });
  });
});

const claim = (name: string, value: unknown): EatFaults => ({ gpu: { [`x-nvidia-gpu-${name}`]: value } });
const seconds = now.getTime() / 1000;
const without = (chain: Record<string, unknown>) =>
  claim('driver-rim-cert-chain', { ...GOOD_GPU_CERT_CHAIN, ...chain });

const FAULTS: Record<string, [code: string, faults: EatFaults, options?: Partial<VerifyNvidiaEatOptions>]> = {
  'alg none': ['GPU_TOKEN_ALG', { header: { alg: 'none' } }],
  'alg ES256': ['GPU_TOKEN_ALG', { header: { alg: 'ES256' } }],
  'alg HS384': ['GPU_TOKEN_ALG', { header: { alg: 'HS384' } }],
  'no alg': ['GPU_TOKEN_ALG', { header: { alg: undefined } }],
  'a critical header': ['GPU_TOKEN', { header: { crit: ['b64'], b64: false } }],
  'no kid': ['GPU_TOKEN', { header: { kid: undefined } }],
  'a kid outside the set': ['GPU_TOKEN_KEY', { header: { kid: 'another' } }],
  'a key inside the token': ['GPU_TOKEN_KEY', { header: { kid: 'x', jwk: JSON.parse(jwks).keys[0] } }],
  'another key': ['GPU_TOKEN_SIG', { signedBy: 'another' }],
  'a broken overall signature': ['GPU_TOKEN_SIG', { breakSignature: 'overall' }],
  'a broken GPU signature': ['GPU_TOKEN_SIG', { breakSignature: 'GPU-1' }],
  'another issuer overall': ['GPU_TOKEN_ISSUER', { overall: { iss: 'https://nras.attestation.nvidia.com' } }],
  'another issuer of a GPU': ['GPU_TOKEN_ISSUER', { gpu: { iss: 'LOCAL_GPU_VERIFIER' } }],
  'no issuer': ['GPU_TOKEN_ISSUER', { overall: { iss: undefined } }],
  'an overall token that ends now': ['GPU_TOKEN_EXPIRED', { overall: { exp: seconds } }],
  'a GPU token that ended': ['GPU_TOKEN_EXPIRED', { gpu: { exp: seconds - 1 } }],
  'a token without end': ['GPU_TOKEN', { gpu: { exp: undefined } }],
  'an end that is a text': ['GPU_TOKEN', { gpu: { exp: '9999999999' } }],
  'a token of the future': ['GPU_TOKEN_NOT_YET_VALID', { overall: { nbf: seconds + 61 } }],
  'a token issued in the future': ['GPU_TOKEN_NOT_YET_VALID', { gpu: { iat: seconds + 61 } }],
  'another nonce overall': ['GPU_NONCE', { overall: { eat_nonce: '00'.repeat(32) } }],
  'another nonce of a GPU': ['GPU_NONCE', { gpu: { eat_nonce: '00'.repeat(32) } }],
  'no nonce': ['GPU_NONCE', { gpu: { eat_nonce: undefined } }],
  'another nonce than asked for': ['GPU_NONCE', {}, { nonce: new Uint8Array(32) }],
  'a result that is false': ['GPU_RESULT', { overall: { 'x-nvidia-overall-att-result': false } }],
  'a result that is a text': ['GPU_RESULT', { overall: { 'x-nvidia-overall-att-result': 'true' } }],
  'a digest of another kind': ['GPU_TOKEN_DIGEST', { hashName: 'SHA256' }],
  'tokens exchanged': [
    'GPU_TOKEN_DIGEST',
    { editTokens: ({ 'GPU-0': a = '', 'GPU-1': b = '' }) => ({ 'GPU-0': b, 'GPU-1': a }) },
  ],
  'a token missing': ['GPU_TOKEN_SET', { editTokens: ({ 'GPU-0': a = '' }) => ({ 'GPU-0': a }) }],
  'a token too many': ['GPU_TOKEN_SET', { editTokens: (all) => ({ ...all, 'GPU-2': all['GPU-0'] ?? '' }) }],
  'no submods': ['GPU_TOKEN', { overall: { submods: undefined } }],
  'a token that is no GPU': ['GPU_TOKEN', { editTokens: (all) => ({ ...all, 'SWITCH-0': '' }) }],
  'no token at all': ['GPU_TOKEN', { editTokens: () => ({}) }],
  'another device': ['GPU_IDENTITY', { gpu: { 'x-nvidia-device-type': 'nvswitch' } }],
  'measurements that failed': ['GPU_MEASUREMENT', { gpu: { measres: 'fail' } }],
  mismatches: ['GPU_MEASUREMENT', { gpu: { 'x-nvidia-mismatch-measurement-records': [{ index: 7 }] } }],
  'no secure boot': ['GPU_SECURE_BOOT', { gpu: { secboot: false } }],
  'secure boot not stated': ['GPU_SECURE_BOOT', { gpu: { secboot: null } }],
  debug: ['GPU_DEBUG', { gpu: { dbgstat: 'enabled' } }],
  'another architecture': ['GPU_ARCH', claim('arch-check', false)],
  'a report not parsed': ['GPU_REPORT_CHECK', claim('attestation-report-parsed', false)],
  'a report with another nonce': ['GPU_REPORT_CHECK', claim('attestation-report-nonce-match', false)],
  'a report not verified': ['GPU_REPORT_CHECK', claim('attestation-report-signature-verified', undefined)],
  'another firmware identity': ['GPU_REPORT_CHECK', claim('attestation-report-cert-chain-fwid-match', false)],
  'driver RIM not fetched': ['GPU_DRIVER_RIM', claim('driver-rim-fetched', false)],
  'driver RIM not signed': ['GPU_DRIVER_RIM', claim('driver-rim-signature-verified', false)],
  'driver RIM of another version': ['GPU_DRIVER_RIM', claim('driver-rim-version-match', false)],
  'driver RIM without values': ['GPU_DRIVER_RIM', claim('driver-rim-measurements-available', false)],
  'VBIOS RIM not fetched': ['GPU_VBIOS_RIM', claim('vbios-rim-fetched', false)],
  'VBIOS RIM not signed': ['GPU_VBIOS_RIM', claim('vbios-rim-signature-verified', 'true')],
  'VBIOS RIM of another version': ['GPU_VBIOS_RIM', claim('vbios-rim-version-match', null)],
  'VBIOS RIM without values': ['GPU_VBIOS_RIM', claim('vbios-rim-measurements-available', false)],
  'VBIOS and driver in conflict': ['GPU_VBIOS_RIM', claim('vbios-index-no-conflict', false)],
  'a chain not valid': ['GPU_CERT_STATUS', without({ 'x-nvidia-cert-status': 'revoked' })],
  'a chain OCSP does not know': ['GPU_CERT_STATUS', without({ 'x-nvidia-cert-ocsp-status': 'unknown' })],
  'a chain with a reason': ['GPU_CERT_STATUS', without({ 'x-nvidia-cert-revocation-reason': 'hold' })],
  'an OCSP answer of another nonce': [
    'GPU_CERT_STATUS',
    without({ 'x-nvidia-cert-ocsp-nonce-matches': false }),
  ],
  'an OCSP answer not valid': ['GPU_CERT_STATUS', without({ 'x-nvidia-cert-ocsp-response-valid': false })],
  'a chain that ended': [
    'GPU_CERT_STATUS',
    without({ 'x-nvidia-cert-expiration-date': '2026-02-28T00:00:00Z' }),
  ],
  'a chain without end': ['GPU_CERT_STATUS', without({ 'x-nvidia-cert-expiration-date': undefined })],
  'a chain missing': ['GPU_CERT_STATUS', claim('vbios-rim-cert-chain', undefined)],
  'flat: chain not validated': [
    'GPU_CERT_STATUS',
    { flat: true, ...claim('attestation-report-cert-chain-validated', false) },
  ],
  'flat: RIM not validated': [
    'GPU_CERT_STATUS',
    { flat: true, ...claim('driver-rim-cert-validated', false) },
  ],
  'flat: RIM schema': ['GPU_VBIOS_RIM', { flat: true, ...claim('vbios-rim-schema-validated', false) }],
  'no model': ['GPU_IDENTITY', { gpu: { hwmodel: undefined } }],
  'no driver version': ['GPU_IDENTITY', claim('driver-version', '')],
  'no VBIOS version': ['GPU_IDENTITY', claim('vbios-version', 96)],
  'one GPU twice': ['GPU_IDENTITY', { gpu: { ueid: '1' } }],
  'a claim twice': ['GPU_TOKEN', { editClaims: (json) => json.replace('{', '{"secboot":true,') }],
  'claims that are a list': ['GPU_TOKEN', { editClaims: () => '[]' }],
  'a bundle with a key twice': [
    'GPU_TOKEN',
    { editBundle: (json) => json.replace('{"GPU-0":', '{"GPU-0":"x","GPU-0":') },
  ],
  'a third element': ['GPU_TOKEN', { editBundle: (json) => json.replace(/\]$/, ',{}]') }],
  'padding in base64': ['GPU_TOKEN', { editBundle: (json) => json.replace('.', '=.') }],
  'a bundle above the limit': ['GPU_TOKEN', { editBundle: (json) => json + ' '.repeat(65_536) }],
  'a time that is none': ['GPU_OPTIONS', {}, { now: new Date(Number.NaN) }],
  'a nonce of 31 bytes': ['GPU_OPTIONS', {}, { nonce: nonce.subarray(1) }],
  'no key set': ['GPU_KEYS', {}, { jwks: '{"keys":[]}' }],
  'a key set with a kid twice': ['GPU_KEYS', {}, { jwks: jwks.replace(/\[(.*)\]/, '[$1,$1]') }],
  'a key set that is none': ['GPU_KEYS', {}, { jwks: 'no JSON' }],
  'a simulated token without the anchor': ['GPU_TOKEN_ISSUER', {}, { anchor: undefined }],
  'an anchor without GPU': ['GPU_UNTRUSTED_ROOT', {}, { anchor: simulatedAnchor(simulatedRootDer()) }],
};

describe('a faulty bundle', () => {
  for (const [name, [code, faults, options]] of Object.entries(FAULTS)) {
    it(`rejects: ${name}`, async () => {
      await expect(verify(faults, options)).rejects.toMatchObject({
        kind: 'attestation',
        code: `ATTESTATION_${code}`,
        stage: expect.stringMatching(/^gpu-/),
      });
    });
  }

  it('rejects: what the local verifier prints, tokens nobody signed', async () => {
    const { detached_eat } = vector('local-verifier-h100.json');
    await expect(
      verifyNvidiaEat(JSON.stringify(detached_eat), { jwks, nonce, now, anchor }),
    ).rejects.toMatchObject({ code: 'ATTESTATION_GPU_TOKEN_ALG' });
  });

  it('rejects: any changed character', async () => {
    const good = bundle();
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), async (at) => {
        const other = good[at] === 'A' ? 'B' : 'A';
        const changed = good.slice(0, at) + other + good.slice(at + 1);
        await expect(verifyNvidiaEat(changed, { jwks, nonce, now, anchor })).rejects.toMatchObject({
          code: expect.stringMatching(/^ATTESTATION_GPU_TOKEN/),
        });
      }),
      { numRuns: 60, seed: 5 },
    );
  });
});
