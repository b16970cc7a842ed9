// Does NVIDIA's attestation service vouch for these GPUs, for this nonce, now? A detached EAT bundle, checked without asking the service.
import { toHex, utf8 } from '../../internal/bytes.js';
import { p384Verify } from '../../internal/p384.js';
import { sha256 } from '../../internal/sha256.js';
import type { SimulatedAnchor } from '../anchor.js';
import { asObject, field, integerField, type JsonObject } from '../format/json.js';
import { checkGpuClaims, type GpuClaims } from './check-gpu-claims.js';
import { simulatedGpuOf } from './gpu-anchor.js';
import { checkGpu, checkGpuOptions, gpuError, parseGpu } from './gpu-fail.js';
import { checkGpuPolicy, type GpuPolicy } from './gpu-policy.js';
import { type GpuTrust, gpuTrust } from './gpu-trust.js';
import { type EatBundle, parseEatBundle } from './parse-eat-bundle.js';
import type { Jwt } from './parse-jwt.js';
import { type NvidiaKeys, parseNvidiaJwks } from './parse-nvidia-jwks.js';

export interface VerifyNvidiaEatOptions {
  /** The service's key set as it publishes it at `/.well-known/jwks.json`: pinned or from a source you trust. */
  readonly jwks: string | Uint8Array;
  /** 32 bytes the GPUs must have answered. */
  readonly nonce: Uint8Array;
  readonly now: Date;
  readonly policy?: GpuPolicy | undefined;
  /** From `simulatedAnchor()` with a simulated GPU; without it only NVIDIA's issuer is accepted. */
  readonly anchor?: SimulatedAnchor | undefined;
}

export interface VerifiedNvidiaEat {
  readonly issuer: string;
  readonly gpus: readonly GpuClaims[];
  readonly measurements: 'compared with NVIDIA reference values by NVIDIA’s attestation service';
  readonly issuedAt: Date;
  /** The earliest end of any of the tokens. */
  readonly validUntil: Date;
  readonly simulated: boolean;
}

const MAX_SECONDS = 2 ** 40;
/** Two clocks may differ by this much. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Verifies `[["JWT", overall], {"GPU-0": jwt, …}]`: signatures, times, nonce, digests and every claim.
 * @throws CocoonError `ATTESTATION_GPU_TOKEN…`, `ATTESTATION_GPU_KEYS`, `ATTESTATION_GPU_NONCE`, `ATTESTATION_GPU_RESULT` and the codes of
 * `GPU_CODES` stage `gpu-claims`, `ATTESTATION_GPU_POLICY`, `ATTESTATION_GPU_OPTIONS`
 */
export async function verifyNvidiaEat(
  bundle: string | Uint8Array,
  options: VerifyNvidiaEatOptions,
): Promise<VerifiedNvidiaEat> {
  return verifyNvidiaEatUnder(bundle, { ...options, trust: gpuTrust(simulatedGpuOf(options.anchor)) });
}

/** The same with the trust already found. */
export async function verifyNvidiaEatUnder(
  bundle: string | Uint8Array,
  options: Omit<VerifyNvidiaEatOptions, 'anchor'> & { readonly trust: GpuTrust },
): Promise<VerifiedNvidiaEat> {
  const { trust } = options;
  const now = checkGpuOptions(options.nonce, options.now);
  const keys = parseNvidiaJwks(options.jwks);
  const parsed = parseEatBundle(bundle);
  await checkSignatures(parsed, keys);
  const tokens = [['overall token', parsed.overall] as const, ...parsed.gpus];
  const windows = tokens.map(([what, token]) =>
    checkToken(what, token, { now, trust, nonce: options.nonce }),
  );
  checkDigests(parsed);
  checkGpu(field(parsed.overall.claims, 'x-nvidia-overall-att-result') === true, 'GPU_RESULT');
  const gpus = [...parsed.gpus].map(([name, { claims }]) => checkGpuClaims(name, claims, now));
  checkGpu(new Set(gpus.map(({ ueid }) => ueid)).size === gpus.length, 'GPU_IDENTITY', 'one GPU twice');
  for (const gpu of gpus) checkGpuPolicy(gpu, options.policy);
  return {
    issuer: windows[0]?.issuer ?? '',
    gpus,
    measurements: 'compared with NVIDIA reference values by NVIDIA’s attestation service',
    issuedAt: new Date(Math.max(...windows.map(({ from }) => from))),
    validUntil: new Date(Math.min(...windows.map(({ until }) => until))),
    simulated: trust.simulated,
  };
}

/** All at the same time; nothing that a token says is looked at before. */
async function checkSignatures({ overall, gpus }: EatBundle, keys: NvidiaKeys): Promise<void> {
  const jobs = [['overall token', overall] as const, ...gpus].map(([what, token]) => {
    const key = keys.get(token.kid);
    checkGpu(key !== undefined, 'GPU_TOKEN_KEY', what);
    return { what, verdict: p384Verify(key, token.signed, token.signature) };
  });
  const verdicts = await Promise.all(jobs.map(({ verdict }) => verdict));
  const failed = jobs.find((_, i) => verdicts[i] !== true);
  if (failed !== undefined) throw gpuError('GPU_TOKEN_SIG', failed.what);
}

function checkToken(
  what: string,
  { claims }: Jwt,
  expected: { now: number; trust: GpuTrust; nonce: Uint8Array },
): { issuer: string; from: number; until: number } {
  const { now, trust, nonce } = expected;
  const issuer = field(claims, 'iss');
  checkGpu(typeof issuer === 'string' && trust.issuers.includes(issuer), 'GPU_TOKEN_ISSUER', what);
  const [from, until] = parseGpu('GPU_TOKEN', what, () => {
    const seconds = (name: string): number => integerField(claims, name, MAX_SECONDS) * 1000;
    return [Math.max(seconds('nbf'), seconds('iat')), seconds('exp')] as const;
  });
  const early = from - CLOCK_TOLERANCE_MS;
  checkGpu(early <= now, 'GPU_TOKEN_NOT_YET_VALID', what);
  checkGpu(now < until, 'GPU_TOKEN_EXPIRED', what);
  checkGpu(field(claims, 'eat_nonce') === toHex(nonce), 'GPU_NONCE', what);
  return { issuer, from, until };
}

/** Each submodule names its token by SHA-256, and there are no others: tokens of several bundles cannot be mixed. */
function checkDigests({ overall, gpus }: EatBundle): void {
  const submods: JsonObject = parseGpu('GPU_TOKEN', 'submods', () =>
    asObject(field(overall.claims, 'submods'), 'submods'),
  );
  const names = Object.keys(submods);
  const same = names.length === gpus.size && names.every((name) => gpus.has(name));
  checkGpu(same, 'GPU_TOKEN_SET');
  for (const [name, { text }] of gpus) {
    const digest = toHex(sha256(utf8(text)));
    const expected = JSON.stringify(['DIGEST', ['SHA-256', digest]]);
    checkGpu(JSON.stringify(field(submods, name)) === expected, 'GPU_TOKEN_DIGEST', name);
  }
}
