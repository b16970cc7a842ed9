// Does an exported report still hold, offline and years later? Everything is verified again, as of the time it was made.
import { platform } from '#platform';
import type { SimulatedAnchor } from '../attestation/anchor.js';
import type { GpuOptions } from '../attestation/gpu/verify-gpu-evidence.js';
import { verifyMachine } from '../attestation/verify-machine.js';
import { CocoonError } from '../errors.js';
import { equalBytes, toHex } from '../internal/bytes.js';
import { decodeCore } from '../protocol/core.js';
import { LIMITS } from '../protocol/limits.js';
import { receiptLayout } from '../protocol/receipt.js';
import { type VerifiedReceipt, verifyReceipt } from '../receipts/verify-receipt.js';
import { coreHash } from '../seal/envelope/digests.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import { machineReport } from './build-report.js';
import { type ExportedMachine, type ExportedReport, exportError, parseExport } from './parse-export.js';
import { receiptLines } from './receipt-lines.js';
import type { VerificationReport } from './verification-report.js';

/** An answer may end this long after its machines were last good for new requests. */
const ANSWER_GRACE_MS = LIMITS.maxMs + LIMITS.resumeSeconds * 1000;

/** An exported report that was verified again. */
export interface VerifiedExport {
  /** Made anew from the evidence; nothing in it is copied from the file's own conclusions. */
  readonly report: VerificationReport;
  /** When the report was made, as the file says. */
  readonly at: Date;
  /** True under a simulated root: then nothing here is proven about hardware. */
  readonly simulated: boolean;
  /** The proxy first, then the candidates. */
  readonly machines: readonly VerifiedMachine[];
  /** The bill, if the report was of an answer. */
  readonly receipt?: VerifiedReceipt | undefined;
  /** SHA-256 of the file's content, base64url: whoever noted it elsewhere can tell that the file is the same. */
  readonly digest: string;
  /** Sentences: what the file only states, and what cannot be checked offline. */
  readonly notRechecked: readonly string[];
}

interface ReportTrust {
  readonly anchor?: SimulatedAnchor | undefined;
  /** As for `verifyMachine`: with the key set of NVIDIA's service of that time, its tokens are verified too. */
  readonly gpu?: GpuOptions | undefined;
}

/**
 * Verifies quotes, collateral, keys, receipt and how they belong together, at the times the file states. Needs no network.
 * A simulated report needs `anchor`, and stays marked as simulated.
 * @throws CocoonError `REPORT_EXPORT_INVALID`, `REPORT_EXPORT_VERSION`, `REPORT_EXPORT_DIGEST`, `REPORT_EXPORT_MISMATCH` (parts that do not
 * belong together), and those of `verifyMachine` and `verifyReceipt`
 */
export async function verifyReportExport(
  text: string | Uint8Array,
  options: ReportTrust = {},
): Promise<VerifiedExport> {
  const exported = parseExport(text);
  try {
    return await verifyParsed(exported, options);
  } catch (cause) {
    if (cause instanceof CocoonError) throw cause;
    // Rules and policy are free-form: whatever they break is the file's fault.
    throw exportError(
      'INVALID',
      'The exported report cannot be read: rules or policy.',
      'Use an unaltered copy.',
    );
  }
}

async function verifyParsed(exported: ExportedReport, trust: ReportTrust): Promise<VerifiedExport> {
  const { at, registry, policy, simulated, digest } = exported;
  const machines: VerifiedMachine[] = [];
  for (const machine of exported.machines) machines.push(await verifyExported(machine, exported, trust));
  const [proxy, ...candidates] = machines;
  const names = new Set(machines.map((machine) => toHex(machine.digest)));
  demand(proxy?.role === 'proxy', 'the first machine is not a proxy');
  demand(
    candidates.every(({ role }) => role === 'worker'),
    'a candidate is not a worker',
  );
  demand(names.size === machines.length, 'a machine appears twice');
  demand(candidates.length === exported.candidates, 'another number of candidates');
  demand(machines.some((machine) => machine.simulated) === simulated, 'the simulated mark');
  const receipt = await verifyAnswer(exported, proxy, candidates);
  const lines = receipt === undefined ? [] : receiptLines(receipt.verified, receipt.seen, receipt.capTokens);
  const report = machineReport({
    proxy,
    candidates,
    config: { now: () => at, ...policy },
    registry,
    sha256: platform.sha256,
    more: lines,
    answer:
      receipt === undefined
        ? undefined
        : { core: receipt.core, receipt: receipt.verified, seen: receipt.seen },
  });
  return {
    report,
    at,
    simulated,
    machines,
    receipt: receipt?.verified,
    digest,
    notRechecked: notRechecked(exported),
  };
}

async function verifyExported(
  exported: ExportedMachine,
  { at, registry, policy }: ExportedReport,
  trust: ReportTrust,
): Promise<VerifiedMachine> {
  const { role, verifiedAt, beacon } = exported;
  const machine = await verifyMachine(exported, {
    role,
    registry,
    now: verifiedAt,
    policy: policy.quote[role],
    anchor: trust.anchor,
    gpu: trust.gpu,
  });
  demand(verifiedAt <= at, 'a machine was verified after the report');
  demand(
    at.getTime() <= machine.expiresAt.getTime() + ANSWER_GRACE_MS,
    'a machine had expired before the report',
  );
  const quoted = machine.manifest.beacon;
  demand(
    beacon.kind === quoted.kind &&
      beacon.chain === quoted.chain &&
      beacon.seqno === String(quoted.seqno) &&
      beacon.utime === quoted.utime &&
      equalBytes(beacon.rootHash, quoted.rootHash),
    'a block is not the one the quote names',
  );
  return machine;
}

async function verifyAnswer(
  { answer, registry, policy }: ExportedReport,
  proxy: VerifiedMachine,
  candidates: readonly VerifiedMachine[],
) {
  if (answer === undefined) return undefined;
  const core = decodeCore(answer.core);
  demand(core.suite === policy.suite, 'another suite');
  demand(core.audience === proxy.manifest.proxy?.audience, 'the request was for another ledger');
  demand(
    core.candidates.length === candidates.length &&
      candidates.every(({ digest }) => core.candidates.some((named) => equalBytes(named, digest))),
    'the request was sealed to other machines',
  );
  const { workerDigest } = receiptLayout.decode(answer.receipt);
  const worker = candidates.find(({ digest }) => equalBytes(digest, workerDigest));
  demand(worker !== undefined, 'the receipt is of a machine that is not here');
  const verified = await verifyReceipt({
    final: answer,
    worker,
    core,
    coreHash: coreHash(answer.core),
    transcript: answer.transcript,
    frames: answer.frames,
    prices: registry.prices,
  });
  return { verified, core: answer.core, seen: answer.seen, capTokens: core.capTokens };
}

function notRechecked({ at, registry, machines, answer }: ExportedReport): string[] {
  const confirmed = machines.filter(({ beacon }) => beacon.confirmed).length;
  const issued = new Date(registry.issuedAt * 1000).toISOString();
  return [
    `that the report was made at ${at.toISOString()}: the file says so, and no clock has signed it`,
    `that allowed code, prices and policy were the network’s own: the file states a ${registry.source} snapshot of ${issued}`,
    `that the blocks the quotes name exist: the file says that a beacon source confirmed ${confirmed} of ${machines.length}`,
    'what was revoked or found out about these machines since then',
    ...(answer === undefined
      ? []
      : [
          'that a prompt or an answer you have is the one billed: the file holds hashes under keys that are gone',
          'the sizes the byte bounds are computed from: the client stated them',
        ]),
  ];
}

function demand(condition: boolean, reason: string): asserts condition {
  if (condition) return;
  throw exportError(
    'MISMATCH',
    `The parts of the exported report do not belong together: ${reason}.`,
    'Use an unaltered copy.',
  );
}
