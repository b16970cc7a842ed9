// Did NVIDIA GPUs answer for this machine's keys? PROTOCOL.md §5.7; loaded only for machines that say so.
import { CocoonError, type CocoonErrorOptions } from '../../errors.js';
import { equalBytes } from '../../internal/bytes.js';
import { sha256 } from '../../internal/sha256.js';
import { decodeGpuEvidence, type GpuEvidence } from '../../protocol/gpu-evidence.js';
import type { SimulatedGpuTrust } from './gpu-anchor.js';
import { checkGpu, parseGpu } from './gpu-fail.js';
import { checkGpuPolicy, type GpuPolicy } from './gpu-policy.js';
import { type GpuTrust, gpuTrust } from './gpu-trust.js';
import { type VerifiedGpuReport, verifyGpuReportUnder } from './verify-gpu-report.js';
import { type VerifiedNvidiaEat, verifyNvidiaEatUnder } from './verify-nvidia-eat.js';

/** The relying party's choices about GPU evidence. */
export interface GpuOptions {
  /**
   * `verify` (default) or `relay`: only that the document is the one the manifest names. For whoever passes it on and seals nothing
   * to the machine; the machine's `gpu` is then `attested-by-guest`.
   */
  readonly judge?: 'verify' | 'relay' | undefined;
  /** Key set of NVIDIA's attestation service, JSON. Without it tokens are left aside, and evidence that is only a token is refused. */
  readonly jwks?: string | undefined;
  readonly policy?: GpuPolicy | undefined;
}

/** GPUs that answered the nonce of the machine's keys and block. */
export interface VerifiedGpuEvidence {
  readonly reports: readonly VerifiedGpuReport[];
  readonly token?: VerifiedNvidiaEat | undefined;
  /** The stronger of what reports and token say. */
  readonly measurements: (VerifiedGpuReport | VerifiedNvidiaEat)['measurements'];
  readonly validUntil: Date;
  readonly simulated: boolean;
}

export interface GpuQuestion {
  /** As it came, and as the manifest names it. */
  readonly document: Uint8Array | undefined;
  readonly expected: Uint8Array | undefined;
  readonly nonce: Uint8Array;
  readonly now: Date;
  readonly simulated: SimulatedGpuTrust | null | undefined;
  readonly options: GpuOptions;
}

/**
 * The evidence, or why not. This file is built with its own copy of all it imports (tsup.config.ts), so that pages without a GPU
 * machine load none of it: an error class of its own must not leave it. `verified` is undefined when the caller only relays.
 */
export async function verifyGpuEvidence(
  question: GpuQuestion,
): Promise<{ verified: VerifiedGpuEvidence | undefined } | { failure: CocoonErrorOptions }> {
  try {
    return { verified: await judge(question) };
  } catch (error) {
    if (!(error instanceof CocoonError)) throw error;
    const { kind, code, message, remedy, stage, cause } = error;
    return { failure: { kind, code, message, remedy, stage, cause } };
  }
}

async function judge(question: GpuQuestion): Promise<VerifiedGpuEvidence | undefined> {
  const { document, expected, nonce, now, options } = question;
  checkGpu(document !== undefined, 'GPU_EVIDENCE_MISSING');
  checkGpu(expected !== undefined, 'GPU_EVIDENCE_UNBOUND');
  checkGpu(equalBytes(sha256(document), expected), 'GPU_EVIDENCE_DIGEST');
  const evidence = parseGpu('GPU_EVIDENCE', 'document', () => decodeGpuEvidence(document));
  if (options.judge === 'relay') return undefined;
  const trust = gpuTrust(question.simulated);
  const reports = await Promise.all(
    evidence.reports.map(({ report, chain }) => verifyGpuReportUnder(report, chain, { nonce, now, trust })),
  );
  for (const report of reports) checkGpuPolicy(report, options.policy);
  const token = await verifyToken(evidence, { nonce, now, trust, options });
  checkSame(reports, token);
  const parts = [...reports, ...(token === undefined ? [] : [token])];
  return {
    reports,
    token,
    measurements: token?.measurements ?? 'reported, not compared with NVIDIA reference values',
    validUntil: new Date(Math.min(...parts.map(({ validUntil }) => validUntil.getTime()))),
    simulated: parts.some(({ simulated }) => simulated),
  };
}

async function verifyToken(
  { token, reports }: GpuEvidence,
  context: Pick<GpuQuestion, 'nonce' | 'now' | 'options'> & { readonly trust: GpuTrust },
): Promise<VerifiedNvidiaEat | undefined> {
  if (token === undefined) return undefined;
  const { nonce, now, trust, options } = context;
  const jwks = trust.jwks ?? options.jwks;
  if (jwks !== undefined)
    return verifyNvidiaEatUnder(token, { nonce, now, trust, jwks, policy: options.policy });
  checkGpu(reports.length > 0, 'GPU_KEYS_MISSING');
  return undefined;
}

/** Reports and token must not be about different GPUs: as many of each, of the same model and versions, and none twice. */
function checkSame(reports: readonly VerifiedGpuReport[], token: VerifiedNvidiaEat | undefined): void {
  const serials = new Set(reports.map(({ serial }) => serial));
  checkGpu(serials.size === reports.length, 'GPU_EVIDENCE_MIXED', 'one GPU twice');
  if (token === undefined || reports.length === 0) return;
  const names = (gpus: readonly { model: string; driver: string; vbios: string }[]): string =>
    gpus
      .map(({ model, driver, vbios }) => `${model} ${driver} ${vbios.toLowerCase()}`)
      .sort()
      .join('\n');
  checkGpu(names(reports) === names(token.gpus), 'GPU_EVIDENCE_MIXED');
}
