// Did a genuine NVIDIA GPU answer this nonce, and what does it say about itself? Without NVIDIA's service, without reference values.
import { equalBytes } from '../../internal/bytes.js';
import { p384Verify } from '../../internal/p384.js';
import type { SimulatedAnchor } from '../anchor.js';
import type { Certificate } from '../x509/parse-certificate.js';
import { checkGpuChain, type GpuChain } from './check-gpu-chain.js';
import { simulatedGpuOf } from './gpu-anchor.js';
import type { GpuCode } from './gpu-codes.js';
import { checkGpu, checkGpuOptions, gpuError, parseGpu } from './gpu-fail.js';
import { type GpuTrust, gpuTrust } from './gpu-trust.js';
import { type GpuMeasurement, type GpuReport, parseGpuReport } from './parse-gpu-report.js';
import { type GpuFacts, readGpuFacts } from './read-gpu-facts.js';

export interface VerifyGpuReportOptions {
  /** 32 bytes the report must answer. */
  readonly nonce: Uint8Array;
  readonly now: Date;
  /** From `simulatedAnchor()` with a simulated GPU; without it NVIDIA's root is the only one. */
  readonly anchor?: SimulatedAnchor | undefined;
}

/** What a GPU reported, under a key that NVIDIA certified. */
export interface VerifiedGpuReport extends GpuFacts {
  /** For example `GH100 A01 GSP BROM`. */
  readonly model: string;
  readonly architecture: 'HOPPER';
  /** Serial number of the GPU's certificate, hex: names this GPU. */
  readonly serial: string;
  readonly measurements: 'reported, not compared with NVIDIA reference values';
  readonly blocks: readonly GpuMeasurement[];
  /** Intersection of the windows of all certificates. */
  readonly validFrom: Date;
  readonly validUntil: Date;
  /** True when the chain ends in a simulated root: the report proves nothing about hardware. */
  readonly simulated: boolean;
}

/**
 * Verifies one SPDM report and its chain of five certificates (DER, leaf first).
 * Not checked: whether the measurements are good ones, and whether NVIDIA has revoked a certificate.
 * @throws CocoonError `ATTESTATION_GPU_REPORT`, `…GPU_NONCE`, `…GPU_CHAIN`, `…GPU_CHAIN_SIG`, `…GPU_CHAIN_EXPIRED`,
 * `…GPU_CHAIN_NOT_YET_VALID`, `…GPU_UNTRUSTED_ROOT`, `…GPU_FWID`, `…GPU_REPORT_SIG`, `…GPU_OPTIONS`
 */
export async function verifyGpuReport(
  report: Uint8Array,
  chain: readonly Uint8Array[],
  options: VerifyGpuReportOptions,
): Promise<VerifiedGpuReport> {
  return verifyGpuReportUnder(report, chain, { ...options, trust: gpuTrust(simulatedGpuOf(options.anchor)) });
}

/** The same with the trust already found. */
export async function verifyGpuReportUnder(
  report: Uint8Array,
  chain: readonly Uint8Array[],
  options: { readonly nonce: Uint8Array; readonly now: Date; readonly trust: GpuTrust },
): Promise<VerifiedGpuReport> {
  const { trust } = options;
  const now = checkGpuOptions(options.nonce, options.now);
  const [parsed, facts] = parseGpu('GPU_REPORT', 'GPU report', () => {
    const value = parseGpuReport(report);
    return [value, readGpuFacts(value.opaque)] as const;
  });
  checkGpu(equalBytes(parsed.nonce, options.nonce), 'GPU_NONCE', 'report');
  const checked = checkGpuChain(chain, trust);
  const [from, until] = checkWindows(checked.certificates, now);
  checkGpu(checked.fwid === facts.fwid, 'GPU_FWID');
  await checkSignatures(parsed, checked);
  return {
    ...facts,
    model: checked.model,
    architecture: 'HOPPER',
    serial: checked.certificates[0].serial,
    measurements: 'reported, not compared with NVIDIA reference values',
    blocks: parsed.measurements,
    validFrom: new Date(from),
    validUntil: new Date(until),
    simulated: trust.simulated,
  };
}

function checkWindows(
  certificates: readonly Certificate[],
  now: number,
): readonly [from: number, until: number] {
  for (const { from, until, commonName } of certificates) {
    checkGpu(from <= now, 'GPU_CHAIN_NOT_YET_VALID', commonName);
    checkGpu(now <= until, 'GPU_CHAIN_EXPIRED', commonName);
  }
  return [
    Math.max(...certificates.map(({ from }) => from)),
    Math.min(...certificates.map(({ until }) => until)),
  ];
}

/** The root is pinned by its bytes; each other certificate by the next one's key, the report by the leaf's. All at the same time. */
async function checkSignatures(report: GpuReport, { certificates }: GpuChain): Promise<void> {
  const [leaf, rom, provisioner, identity, root] = certificates;
  const signedBy = (certificate: Certificate, issuer: Certificate) =>
    [
      'GPU_CHAIN_SIG',
      certificate.commonName,
      p384Verify(issuer.publicKey, certificate.signed, certificate.signature),
    ] as const;
  const jobs: readonly (readonly [code: GpuCode, what: string | undefined, verdict: Promise<boolean>])[] = [
    signedBy(identity, root),
    signedBy(provisioner, identity),
    signedBy(rom, provisioner),
    signedBy(leaf, rom),
    ['GPU_REPORT_SIG', undefined, p384Verify(leaf.publicKey, report.signed, report.signature)],
  ];
  const verdicts = await Promise.all(jobs.map(([, , verdict]) => verdict));
  const failed = jobs.find((_, i) => verdicts[i] !== true);
  if (failed !== undefined) throw gpuError(failed[0], failed[1]);
}
