// How can a proxy, a worker or the path misbehave on demand? Every field is off until it is set.
import { concat } from '../internal/bytes.js';
import type { Signer } from '../internal/primitives.js';
import type { Evidence, EvidenceBundle } from '../protocol/evidence.js';
import type { Usage } from '../protocol/price.js';
import type { PrivateReceipt } from '../protocol/receipt.js';
import { encodeRecord, RecordReader, type WireRecord } from '../protocol/record.js';
import type { Roster } from '../protocol/roster.js';
import type { UnsignedReceipt } from '../receipts/sign-receipt.js';

export interface MemoryFaults {
  /** A status page instead of an answer, with a text that must never be shown. */
  inferStatus?: number | undefined;
  controlStatus?: number | undefined;
  evidenceStatus?: number | undefined;
  /** Times the replica claims (in clear) not to have the key. */
  wrongReplica?: number | undefined;
  /** Refusals the proxy really seals, used up one by one. */
  refusals?: { code: string; retryAfterMs?: number | undefined }[] | undefined;
  /** Refusals somebody on the path makes up. */
  forgedNotice?: Uint8Array | undefined;
  /** Sealed codes for control messages, by operation. */
  controlCodes?: Record<string, string> | undefined;
  /** Changes the answer's records on the way: tamper, cut, reorder, duplicate, drop, insert. */
  records?: ((records: Uint8Array[]) => Uint8Array[]) | undefined;
  /** Changes the one record of a control answer on the way, before it is cut into HTTP chunks. */
  controlAnswer?: ((answer: Uint8Array) => Uint8Array) | undefined;
  /** Changes a message to the proxy on the way; `path` starts with `/v1/infer/` or `/v1/ctl/`. */
  message?: ((path: string, message: Uint8Array) => Uint8Array) | undefined;
  /** Somebody delivers every request once before the client's own copy arrives. */
  replay?: boolean | undefined;
  /** After so many records nothing comes any more, but the connection stays open. */
  stallAfterRecords?: number | undefined;
  /** The proxy changes what it passes on to the worker. */
  job?: ((job: ForwardedRequest) => ForwardedRequest) | undefined;
  /** Cut answers cannot be asked for again. */
  noResume?: boolean | undefined;
  /** The body breaks off with a network error instead of ending. */
  breakAfterRecords?: number | undefined;
  evidence?: ((bundle: EvidenceBundle) => EvidenceBundle) | undefined;
  proxyEvidence?: ((bundle: EvidenceBundle) => EvidenceBundle) | undefined;
  roster?:
    | ((roster: { roster: Uint8Array; signature: Uint8Array; pages: Uint8Array[] }) => typeof roster)
    | undefined;
  /** The proxy lies in the list of workers before it signs it. */
  rosterClaims?: ((roster: Roster) => Roster) | undefined;
  /** USAGE frames of the worker before its honest one. */
  usageBefore?: readonly Usage[] | undefined;
  /** Changes the worker's items (length and JSON) before they are sealed. */
  item?: ((item: Uint8Array) => Uint8Array) | undefined;
  /** Another key than the verified one signs the bill. */
  receiptSigner?: Signer | undefined;
  /** The worker lies in what it signs. */
  receipt?:
    | ((bill: { receipt: UnsignedReceipt; details: PrivateReceipt }) => {
        receipt: UnsignedReceipt;
        details: PrivateReceipt;
      })
    | undefined;
  /** Changes FINAL after signing. */
  final?:
    | ((final: { receipt: Uint8Array; signature: Uint8Array; privateReceipt: Uint8Array }) => typeof final)
    | undefined;
  /** The first candidate re-encrypts the data key for the second one and lets it answer. */
  rewrap?: boolean | undefined;
  /** The worker ends with this error. */
  workerError?: { code: string; message: string } | undefined;
  /** Tokens in the settlement notice differ from the receipt's. */
  chargedTokens?: bigint | undefined;
}

/** What a proxy hands to a worker. */
export interface ForwardedRequest {
  readonly coreBytes: Uint8Array;
  readonly wrap: Uint8Array;
  readonly body: Uint8Array;
}

/** Cuts joined records apart. */
export function splitRecords(bytes: Uint8Array): WireRecord[] {
  return [...new RecordReader().push(bytes)];
}

/** The same record with one bit of its payload flipped; negative positions count from the end. */
export function flipRecord(record: Uint8Array, position = -1): Uint8Array {
  const out = record.slice();
  const at = position < 0 ? out.length + position : position;
  out[at] = (out[at] ?? 0) ^ 1;
  return out;
}

/** A head that names another machine. */
export function renameHead(record: Uint8Array, digest: Uint8Array): Uint8Array {
  const [head] = splitRecords(record);
  if (head?.kind !== 'head') throw new TypeError('not a head record');
  return encodeRecord('head', concat(digest, head.payload.subarray(32)));
}

/** Evidence with another quote, manifest or collateral. */
export function swapEvidence(
  bundle: EvidenceBundle,
  change: (evidence: Evidence) => Evidence,
): EvidenceBundle {
  return { ...bundle, machines: bundle.machines.map(change) };
}
