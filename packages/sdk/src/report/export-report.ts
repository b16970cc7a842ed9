// What must be kept so that a report can be checked again years later? Evidence, not conclusions; no content and no secret.
import { toBase64Url } from '../internal/to-base64url.js';
import type { VerifiedReceipt } from '../receipts/verify-receipt.js';
import type { Registry } from '../registry/registry.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import type { Seen } from './receipt-lines.js';
import type { ReportPolicy } from './report-policy.js';
import { SIMULATED_TDX } from './simulated-label.js';

/** The values of an export that name its format. */
export const EXPORT_FORMAT = 'cocoonkit-report';
export const EXPORT_VERSION = 1;

export type Sha256 = (data: Uint8Array) => Uint8Array;

/** What a report was made from. */
export interface ReportProof {
  /** The proxy first, then the candidates. */
  readonly machines: readonly VerifiedMachine[];
  readonly registry: Registry;
  readonly policy: ReportPolicy;
  /** Passed in, so that code loaded late shares nothing with the main path. */
  readonly sha256: Sha256;
  /** Of an answer; absent where machines alone were verified. */
  readonly answer?:
    | {
        /** As sent. Routing data and hashes. */
        readonly core: Uint8Array;
        readonly receipt: VerifiedReceipt;
        readonly seen: Seen;
      }
    | undefined;
}

/** JSON. Its last member is the SHA-256 of the JSON of all others, so that a damaged file is told from a false one. */
export function exportReport(
  { machines, registry, policy, answer, sha256 }: ReportProof,
  at: string,
): string {
  const simulated = machines.some((machine) => machine.simulated);
  const collaterals = [...new Set(machines.map(({ evidence }) => toBase64Url(evidence.collateral)))];
  const { prices } = registry;
  const document = {
    format: EXPORT_FORMAT,
    version: EXPORT_VERSION,
    ...(simulated ? { label: SIMULATED_TDX } : {}),
    route: 'sealed',
    simulated,
    at,
    candidates: machines.length - 1,
    registry: {
      network: registry.network,
      source: registry.source,
      issuedAt: registry.issuedAt,
      prices: {
        ...prices,
        pricePerToken: String(prices.pricePerToken),
        workerPerToken: String(prices.workerPerToken),
      },
      measurements: registry.measurements,
    },
    policy,
    collaterals,
    evidence: machines.map((machine) => exportMachine(machine, collaterals)),
    ...(answer === undefined ? {} : { answer: exportAnswer(answer) }),
  };
  return JSON.stringify({ ...document, digest: exportDigest(document, sha256) });
}

/** SHA-256, base64url, of the document's JSON without white space and without `digest`. */
export function exportDigest(document: object, sha256: Sha256): string {
  return toBase64Url(sha256(new TextEncoder().encode(JSON.stringify(document))));
}

function exportMachine(
  { role, evidence, quote, freshness, manifest: { beacon } }: VerifiedMachine,
  collaterals: readonly string[],
): object {
  return {
    role,
    verifiedAt: quote.verifiedAt.toISOString(),
    manifest: toBase64Url(evidence.manifest),
    quote: toBase64Url(evidence.quote),
    collateral: collaterals.indexOf(toBase64Url(evidence.collateral)),
    ...(evidence.gpuEvidence && { gpuEvidence: toBase64Url(evidence.gpuEvidence) }),
    beacon: {
      kind: beacon.kind,
      chain: beacon.chain,
      seqno: String(beacon.seqno),
      rootHash: toBase64Url(beacon.rootHash),
      utime: beacon.utime,
      confirmed: freshness === 'beacon-known',
    },
  };
}

function exportAnswer({
  core,
  receipt: { final, receipt },
  seen,
}: NonNullable<ReportProof['answer']>): object {
  return {
    core: toBase64Url(core),
    receipt: toBase64Url(final.receipt),
    signature: toBase64Url(final.signature),
    privateReceipt: toBase64Url(final.privateReceipt),
    transcript: toBase64Url(receipt.transcript),
    frames: receipt.frames,
    seen,
  };
}
