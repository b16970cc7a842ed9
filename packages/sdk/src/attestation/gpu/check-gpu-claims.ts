// Does NVIDIA's service say that this GPU is good? Claims of its versions 2 (flat) and 3 and 4 (with certificate chains).
import { exactTime } from '../format/cursor.js';
import { asObject, field, type JsonObject, textField } from '../format/json.js';
import type { GpuCode } from './gpu-codes.js';
import { checkGpu, parseGpu } from './gpu-fail.js';
import { shortText } from './strict-text.js';

const PREFIX = 'x-nvidia-gpu-';
const REPORT_CHAIN = 'attestation-report-cert-chain';
const RIMS = [
  { name: 'driver-rim', code: 'GPU_DRIVER_RIM' },
  { name: 'vbios-rim', code: 'GPU_VBIOS_RIM' },
] as const;

/** What NVIDIA's service states about one GPU. */
export interface GpuClaims {
  /** For example `GPU-0`. */
  readonly name: string;
  readonly model: string;
  /** Names this GPU. */
  readonly ueid: string;
  readonly driver: string;
  readonly vbios: string;
  /** `flat` as in version 2 of the claims, `chains` as in versions 3 and 4. */
  readonly shape: 'flat' | 'chains';
  /** The service's own remark, for example that a certificate is on hold. */
  readonly warning?: string | undefined;
}

/** Everything must be there and good: an absent claim is a failed one. */
export function checkGpuClaims(name: string, claims: JsonObject, now: number): GpuClaims {
  const holds = (claim: string, code: GpuCode): void =>
    checkGpu(field(claims, PREFIX + claim) === true, code, `${name}, ${claim}`);
  const device = field(claims, 'x-nvidia-device-type') ?? 'gpu';
  checkGpu(device === 'gpu', 'GPU_IDENTITY', `${name}, device type`);
  checkGpu(field(claims, 'measres') === 'success', 'GPU_MEASUREMENT', name);
  const mismatches = field(claims, 'x-nvidia-mismatch-measurement-records') ?? null;
  checkGpu(mismatches === null, 'GPU_MEASUREMENT', `${name}, mismatches`);
  checkGpu(field(claims, 'secboot') === true, 'GPU_SECURE_BOOT', name);
  checkGpu(field(claims, 'dbgstat') === 'disabled', 'GPU_DEBUG', name);
  holds('arch-check', 'GPU_ARCH');
  for (const claim of ['parsed', 'nonce-match', 'signature-verified'])
    holds(`attestation-report-${claim}`, 'GPU_REPORT_CHECK');
  for (const { name: rim, code } of RIMS)
    for (const claim of ['fetched', 'signature-verified', 'measurements-available'])
      holds(`${rim}-${claim}`, code);
  holds('vbios-index-no-conflict', 'GPU_VBIOS_RIM');

  const shape = field(claims, PREFIX + REPORT_CHAIN) === undefined ? 'flat' : 'chains';
  if (shape === 'flat') {
    holds(`${REPORT_CHAIN}-validated`, 'GPU_CERT_STATUS');
    for (const { name: rim, code } of RIMS) {
      holds(`${rim}-schema-validated`, code);
      holds(`${rim}-cert-validated`, 'GPU_CERT_STATUS');
    }
  } else {
    holds(`${REPORT_CHAIN}-fwid-match`, 'GPU_REPORT_CHECK');
    for (const { name: rim, code } of RIMS) holds(`${rim}-version-match`, code);
    for (const chain of [REPORT_CHAIN, 'driver-rim-cert-chain', 'vbios-rim-cert-chain'])
      checkChain(claims, chain, name, now);
  }
  return { name, shape, ...readIdentity(claims, name) };
}

function checkChain(claims: JsonObject, claim: string, gpu: string, now: number): void {
  const what = `${gpu}, ${claim}`;
  const chain = parseGpu('GPU_CERT_STATUS', what, () => asObject(field(claims, PREFIX + claim), claim));
  checkGpu(field(chain, 'x-nvidia-cert-status') === 'valid', 'GPU_CERT_STATUS', what);
  checkGpu(field(chain, 'x-nvidia-cert-ocsp-status') === 'good', 'GPU_CERT_STATUS', what);
  checkGpu((field(chain, 'x-nvidia-cert-revocation-reason') ?? null) === null, 'GPU_CERT_STATUS', what);
  // Newer than the rest; where they are, an old or unsigned answer of the OCSP responder does not count.
  for (const proof of ['x-nvidia-cert-ocsp-nonce-matches', 'x-nvidia-cert-ocsp-response-valid'])
    checkGpu((field(chain, proof) ?? true) === true, 'GPU_CERT_STATUS', what);
  const until = parseGpu('GPU_CERT_STATUS', what, () =>
    exactTime(`${textField(chain, 'x-nvidia-cert-expiration-date').replace(/Z$/, '')}.000Z`),
  );
  checkGpu(now <= until, 'GPU_CERT_STATUS', `${what}, expired`);
}

function readIdentity(claims: JsonObject, gpu: string): Omit<GpuClaims, 'name' | 'shape'> {
  const text = (claim: string): string => {
    const value = shortText(claims, claim);
    checkGpu(value !== undefined, 'GPU_IDENTITY', `${gpu}, ${claim}`);
    return value;
  };
  return {
    model: text('hwmodel'),
    ueid: text('ueid'),
    driver: text(`${PREFIX}driver-version`),
    vbios: text(`${PREFIX}vbios-version`),
    warning: shortText(claims, 'x-nvidia-attestation-warning'),
  };
}
