// Is this machine what it says, and which keys may I use? PROTOCOL.md §5.3, in its order; the only place that mints a VerifiedMachine.
import { platform } from '#platform';
import { CocoonError } from '../errors.js';
import { equalBytes } from '../internal/bytes.js';
import { labelledHash } from '../internal/labelled-hash.js';
import { LABELS } from '../protocol/labels.js';
import { LIMITS } from '../protocol/limits.js';
import { type Beacon, decodeManifest, type Manifest, type Role } from '../protocol/manifest.js';
import type { BeaconSource } from '../registry/beacon-source.js';
import type { Registry } from '../registry/registry.js';
import { gpuNonce, reportDataInput } from '../seal/envelope/digests.js';
import { checkVerified, mintVerifiedMachine, type VerifiedMachine } from '../seal/verified-machine.js';
import type { SimulatedAnchor } from './anchor.js';
import type { CollateralCache } from './collateral-cache.js';
import { simulatedGpuOf } from './gpu/gpu-anchor.js';
import type { GpuOptions } from './gpu/verify-gpu-evidence.js';
import type { QuotePolicy } from './policy.js';
import type { VerifiedQuote } from './verified-quote.js';
import { verifyQuote } from './verify-quote.js';

export { reportData as expectedReportData } from '../seal/envelope/digests.js';

/** One machine's evidence as it arrived: hostile bytes. */
export interface MachineEvidence {
  manifest: Uint8Array;
  quote: Uint8Array;
  /** The collateral document, PROTOCOL.md §5.5. */
  collateral: Uint8Array;
  /** PROTOCOL.md §5.7; needed exactly if the manifest names it. */
  gpuEvidence?: Uint8Array | undefined;
  /** Its boot log, PROTOCOL.md §5.4. Where present, it must replay to the quoted registers. */
  eventLog?: Uint8Array | undefined;
}

export interface VerifyMachineOptions {
  role: Role;
  registry: Registry;
  now: Date;
  /** The relying party's choices about quotes; measurements and report data come from registry and manifest. */
  policy?: Omit<QuotePolicy, 'measurements' | 'reportData'> | undefined;
  /** From `simulatedAnchor()`; without it Intel's root is the only one. */
  anchor?: SimulatedAnchor | undefined;
  /** From `createCollateralCache`, for many machines. */
  cache?: CollateralCache | undefined;
  /** Asked whether the manifest's block exists. Without it the age is judged by `now` and the manifest alone. */
  beacons?: BeaconSource | undefined;
  /** How GPU evidence is judged. Default: its reports under NVIDIA's root, and its token if `jwks` is given. */
  gpu?: GpuOptions | undefined;
}

const bound = new WeakMap<VerifiedMachine, Uint8Array>();

/**
 * Verifies one machine and returns the keys it protects.
 * @throws CocoonError `ATTESTATION_…`, `MANIFEST_…`, `BEACON_…`, `EVIDENCE_STALE`, `MALFORMED`, `UNSUPPORTED_…`
 */
export async function verifyMachine(
  evidence: MachineEvidence,
  options: VerifyMachineOptions,
): Promise<VerifiedMachine> {
  const { registry, role, now } = options;
  const manifest = decodeManifest(evidence.manifest);
  if (manifest.role !== role)
    throw refuse('MANIFEST_ROLE', `The machine is a ${manifest.role}, not a ${role}.`);
  if (manifest.network !== registry.network)
    throw refuse('MANIFEST_NETWORK', 'The machine belongs to another network.');
  const digest = labelledHash(LABELS.manifest, evidence.manifest);
  const expected = await platform.sha512(reportDataInput(digest));
  const quote = await verifyQuote(evidence.quote, {
    collateral: evidence.collateral,
    cache: options.cache,
    now,
    anchor: options.anchor,
    policy: {
      ...options.policy,
      measurements: registry.measurements[role],
      reportData: expected,
    },
  });
  checkLife(manifest, now);
  const freshness = await checkBeacon(manifest.beacon, quote.simulated, options);
  checkKeys(manifest);
  const eventLog = await replayed(evidence.eventLog, quote);
  const { gpu, gpuDetails } = await judgeGpu(manifest, evidence.gpuEvidence, options);
  const ends = [manifest.notAfter * 1000, quote.validUntil.getTime()];
  if (gpuDetails !== undefined) ends.push(gpuDetails.validUntil.getTime());
  const expiresAt = new Date(Math.min(...ends));
  const machine = mintVerifiedMachine({
    role,
    digest,
    manifest,
    quote,
    simulated: quote.simulated,
    freshness,
    gpu,
    gpuDetails,
    expiresAt,
    evidence,
    eventLog,
  });
  bound.set(machine, expected);
  return machine;
}

/**
 * What the 64 report-data bytes of this machine's quote must be, for judging it again without hashing again.
 * @throws CocoonError `MACHINE_NOT_VERIFIED`
 */
export function boundReportData(machine: VerifiedMachine): Uint8Array {
  // Every machine made here is in the map; 64 zero bytes would be refused by any policy.
  return bound.get(checkVerified(machine)) ?? new Uint8Array(64);
}

/** Loaded only for machines that hand over a log. */
async function replayed(
  eventLog: Uint8Array | undefined,
  quote: VerifiedQuote,
): Promise<VerifiedMachine['eventLog']> {
  if (eventLog === undefined) return undefined;
  const { verifyLog } = await import('./event-log/verify-log.js');
  return verifyLog(eventLog, quote, { sha384: platform.sha384 });
}

function checkLife(manifest: Manifest, now: Date): void {
  const seconds = now.getTime() / 1000;
  const life = manifest.notAfter - manifest.notBefore;
  if (life <= 0 || life > LIMITS.manifestLifeSeconds)
    throw refuse('MANIFEST_LIFE', 'The keys claim to live longer than a day.');
  if (seconds >= manifest.notAfter) throw refuse('MANIFEST_EXPIRED', 'The machine’s keys have expired.');
  if (seconds < manifest.notBefore - LIMITS.clockToleranceSeconds) {
    throw refuse('MANIFEST_NOT_YET_VALID', 'The machine’s keys are not valid yet.');
  }
}

async function checkBeacon(
  beacon: Beacon,
  simulated: boolean,
  options: VerifyMachineOptions,
): Promise<VerifiedMachine['freshness']> {
  const seconds = options.now.getTime() / 1000;
  if (beacon.kind === 'local' && !simulated)
    throw refuse('BEACON_KIND', 'A local beacon proves nothing about a real machine.');
  if (beacon.utime > seconds + LIMITS.clockToleranceSeconds)
    throw refuse('BEACON_IN_FUTURE', 'The quote names a block of the future.');
  if (beacon.utime < seconds - LIMITS.quoteAgeSeconds)
    throw refuse('EVIDENCE_STALE', 'The quote is older than 90 minutes.');
  if (options.beacons === undefined) return 'beacon-unchecked';
  if (!(await options.beacons.has(beacon)))
    throw refuse('BEACON_UNKNOWN', 'The chain does not have the block the quote names.');
  return 'beacon-known';
}

/** PROTOCOL.md §5.7. The code is loaded only where there is evidence, or should be. */
async function judgeGpu(
  manifest: Manifest,
  evidence: Uint8Array | undefined,
  options: VerifyMachineOptions,
): Promise<Pick<VerifiedMachine, 'gpu' | 'gpuDetails'>> {
  const { worker } = manifest;
  if (worker?.gpuEvidenceHash === undefined && evidence === undefined)
    return { gpu: worker?.features.includes('gpu-attested') === true ? 'attested-by-guest' : 'none' };
  const { verifyGpuEvidence } = await import('./gpu/verify-gpu-evidence.js');
  const outcome = await verifyGpuEvidence({
    document: evidence,
    expected: worker?.gpuEvidenceHash,
    nonce: gpuNonce(manifest),
    now: options.now,
    simulated: simulatedGpuOf(options.anchor),
    options: options.gpu ?? {},
  });
  if ('failure' in outcome) throw new CocoonError(outcome.failure);
  const { verified } = outcome;
  return { gpu: verified ? 'evidence-verified' : 'attested-by-guest', gpuDetails: verified };
}

/** One key for two purposes would let an answer be taken for a signature. */
function checkKeys(manifest: Manifest): void {
  const x25519Half = manifest.kemPublicKey.subarray(1184);
  const others = [x25519Half, manifest.classicalPublicKey ?? x25519Half];
  const reused = others.some((key) => equalBytes(key, manifest.signingPublicKey));
  if (
    reused ||
    (manifest.classicalPublicKey !== undefined && equalBytes(manifest.classicalPublicKey, x25519Half))
  ) {
    throw refuse('MANIFEST_KEYS', 'The machine uses one key for two purposes.');
  }
}

function refuse(code: string, message: string): CocoonError {
  return new CocoonError({
    kind: 'attestation',
    code,
    message,
    remedy:
      'Nothing was sent. Use another machine; if all fail alike, check this device’s clock and the registry.',
    stage: 'machine',
  });
}
