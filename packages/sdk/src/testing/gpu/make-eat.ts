// What would NVIDIA's attestation service answer about simulated GPUs? A key set and a detached EAT bundle, or a faulty one on request.
import { sha256 } from '@noble/hashes/sha2.js';
import { toBase64Url, toHex, utf8 } from '../../internal/bytes.js';
import { flipBit } from '../tdx/keys.js';
import { simulatedGpuKey } from './gpu-keys.js';
import { SIMULATED_GPU } from './make-gpu-report.js';

export const SIMULATED_GPU_ISSUER = 'https://simulated.invalid/nras';
const KEY = 'eat';
const KID = 'simulated-gpu-key-1';
const LIFE_SECONDS = 3_600;

type Claims = Record<string, unknown>;

export interface EatFaults {
  /** Claims of every GPU's token, and of the overall one; `undefined` removes a claim. */
  readonly gpu?: Claims | undefined;
  readonly overall?: Claims | undefined;
  /** Header of all tokens. */
  readonly header?: Claims | undefined;
  /** The older shape of claims, without certificate chains. */
  readonly flat?: boolean | undefined;
  readonly signedBy?: string | undefined;
  /** `overall` or the name of a GPU. */
  readonly breakSignature?: string | undefined;
  /** Name of the hash in the digests. */
  readonly hashName?: string | undefined;
  /** Replaces the text of a claims set before it is signed. */
  readonly editClaims?: ((json: string, name: string) => string) | undefined;
  readonly editTokens?: ((tokens: Record<string, string>) => Record<string, string>) | undefined;
  readonly editBundle?: ((json: string) => string) | undefined;
}

/** The simulator's key set. */
export function simulatedGpuJwks(): string {
  const { publicKey } = simulatedGpuKey(KEY);
  const [x, y] = [toBase64Url(publicKey.subarray(0, 48)), toBase64Url(publicKey.subarray(48))];
  return JSON.stringify({ keys: [{ kty: 'EC', crv: 'P-384', use: 'sig', alg: 'ES384', kid: KID, x, y }] });
}

export function makeEat(
  options: { seeds: readonly string[]; nonce: Uint8Array; now: Date; ueid: (seed: string) => string },
  faults: EatFaults = {},
): string {
  const issued = Math.floor(options.now.getTime() / 1000);
  const common = {
    iss: SIMULATED_GPU_ISSUER,
    iat: issued,
    nbf: issued,
    exp: issued + LIFE_SECONDS,
    eat_nonce: toHex(options.nonce),
  };
  const shape = faults.flat === true ? FLAT : CHAINS;
  const tokens = options.seeds.map((seed, i) => {
    const claims = { ...common, jti: `simulated-${i}`, ueid: options.ueid(seed), ...shape, ...faults.gpu };
    return [`GPU-${i}`, signToken(`GPU-${i}`, claims, faults)] as const;
  });
  const digest = (token: string) => ['DIGEST', [faults.hashName ?? 'SHA-256', toHex(sha256(utf8(token)))]];
  const overall = {
    sub: 'NVIDIA-PLATFORM-ATTESTATION',
    ...common,
    'x-nvidia-ver': '3.0',
    'x-nvidia-overall-att-result': true,
    submods: Object.fromEntries(tokens.map(([name, token]) => [name, digest(token)])),
    ...faults.overall,
  };
  const detached = Object.fromEntries(tokens);
  const bundle = JSON.stringify([
    ['JWT', signToken('overall', overall, faults)],
    faults.editTokens?.(detached) ?? detached,
  ]);
  return faults.editBundle?.(bundle) ?? bundle;
}

function signToken(name: string, claims: Claims, faults: EatFaults): string {
  const plain = JSON.stringify(claims);
  const header = JSON.stringify({ alg: 'ES384', typ: 'JWT', kid: KID, ...faults.header });
  const signed = `${toBase64Url(utf8(header))}.${toBase64Url(utf8(faults.editClaims?.(plain, name) ?? plain))}`;
  const signature = simulatedGpuKey(faults.signedBy ?? KEY).sign(utf8(signed));
  return `${signed}.${toBase64Url(faults.breakSignature === name ? flipBit(signature) : signature)}`;
}

const PREFIX = 'x-nvidia-gpu-';
const prefixed = (claims: Claims): Claims =>
  Object.fromEntries(Object.entries(claims).map(([name, value]) => [PREFIX + name, value]));
const allTrue = (...names: readonly string[]): Claims =>
  prefixed(Object.fromEntries(names.map((name) => [name, true])));

const COMMON: Claims = {
  measres: 'success',
  secboot: true,
  dbgstat: 'disabled',
  hwmodel: 'GH100 A01 GSP BROM',
  oemid: '5703',
  ...prefixed({ 'driver-version': SIMULATED_GPU.driver, 'vbios-version': SIMULATED_GPU.vbios.toUpperCase() }),
  ...allTrue(
    'arch-check',
    'attestation-report-parsed',
    'attestation-report-nonce-match',
    'attestation-report-signature-verified',
    'driver-rim-fetched',
    'driver-rim-signature-verified',
    'driver-rim-measurements-available',
    'vbios-rim-fetched',
    'vbios-rim-signature-verified',
    'vbios-rim-measurements-available',
    'vbios-index-no-conflict',
  ),
};

const FLAT: Claims = {
  ...COMMON,
  ...allTrue(
    'attestation-report-cert-chain-validated',
    'driver-rim-schema-validated',
    'driver-rim-cert-validated',
    'vbios-rim-schema-validated',
    'vbios-rim-cert-validated',
  ),
};

/** What the service says about one certificate chain; tests spoil it. */
export const GOOD_GPU_CERT_CHAIN: Readonly<Claims> = {
  'x-nvidia-cert-expiration-date': '9999-12-31T23:59:59Z',
  'x-nvidia-cert-status': 'valid',
  'x-nvidia-cert-ocsp-status': 'good',
  'x-nvidia-cert-ocsp-nonce-matches': true,
  'x-nvidia-cert-ocsp-response-valid': true,
  'x-nvidia-cert-revocation-reason': null,
};

const CHAINS: Claims = {
  ...COMMON,
  'x-nvidia-device-type': 'gpu',
  'x-nvidia-mismatch-measurement-records': null,
  ...prefixed({
    'claims-version': '3.0',
    'attestation-report-cert-chain': GOOD_GPU_CERT_CHAIN,
    'driver-rim-cert-chain': GOOD_GPU_CERT_CHAIN,
    'vbios-rim-cert-chain': GOOD_GPU_CERT_CHAIN,
  }),
  ...allTrue(
    'attestation-report-cert-chain-fwid-match',
    'driver-rim-version-match',
    'vbios-rim-version-match',
  ),
};
