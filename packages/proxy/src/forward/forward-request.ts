// How does an admitted request become an answer and a charge? Assign, send the body, relay the records, settle, say so.
import type { ServerResponse } from 'node:http';
import { LIMITS, PROTOCOL_VERSION } from '@cocoonkit/sdk/protocol';
import { assignmentHash, signAssignment } from '@cocoonkit/sdk/seal/envelope';
import type { Admitted } from '../admission/admit-request.js';
import { toHex } from '../hex.js';
import type { BodyReader } from '../http/body-reader.js';
import type { ProxyParts } from '../proxy-parts.js';
import { refusalCode, sayableCode } from '../refusal.js';
import type { OpenRequest } from '../requests/open-requests.js';
import type { WorkerChannel } from '../workers/worker-channel.js';
import type { WorkerStream } from '../workers/worker-stream.js';
import { AnswerRelay, type RelayEnd } from './answer-relay.js';
import { sendBody } from './send-body.js';

/** After the worker's own deadlines, before its stream is given up. */
const STALL_GRACE_MS = 15_000;
/** How long the answer stays open after FINAL for the receipt to be charged. */
const SETTLE_MS = 10_000;

/** What remains to be said to the client after the worker's records. */
export type Forwarded = { charged: bigint } | { refused: string } | 'silent';

/** The request ended on this side; the code is for the client. */
interface Abandoned {
  abandoned: string;
}

export async function forwardRequest(
  admitted: Admitted,
  io: { body: BodyReader; outgoing: ServerResponse },
  parts: ProxyParts,
): Promise<Forwarded> {
  const { core, channel, reservation } = admitted;
  const startedAt = performance.now();
  const relay = new AnswerRelay({
    outgoing: io.outgoing,
    onFirst: () =>
      parts.workers
        .reputation(channel.digest)
        .recordWait(performance.now() - startedAt, parts.now().getTime()),
    onBytes: parts.metrics.relayed,
    silence: parts.silence,
  });
  const request = await openAtWorker(admitted, relay, parts);
  if (request === undefined) return giveUp(admitted, undefined, 'lost', relay, parts);
  const stall = setTimeout(() => relay.timeout(), core.maxMs + core.detachMs + STALL_GRACE_MS);
  const upload = sendBody(io.body, request.stream, {
    bytes: core.bodyBytes,
    idleMs: parts.limits.bodyIdleMs,
    turn: relay,
  });
  const stored = Promise.all([
    reservation.durable,
    parts.journal?.append(request.open, nowSeconds(parts)),
  ]).then(() => relay.release());
  const failed = new Promise<Abandoned>((resolve) => {
    const abandoned = (error: unknown) => resolve(abandon(request, relay, error, parts));
    upload.catch(abandoned);
    stored.catch(abandoned);
  });
  const end = await Promise.race([
    failed,
    stored.then(
      () => relay.over,
      () => failed,
    ),
  ]);
  clearTimeout(stall);
  if (typeof end === 'object' && 'abandoned' in end) return { refused: end.abandoned };
  // With FINAL delivered only the bill is missing, and that may come over another channel.
  if (relay.complete && typeof end !== 'object') return settled(request.open);
  return giveUp(admitted, request.open, end, relay, parts);
}

async function openAtWorker(admitted: Admitted, relay: AnswerRelay, parts: ProxyParts) {
  const { core, coreHash, wrap, giveBackSlot } = admitted;
  const channel = openChannelOf(admitted, parts);
  if (channel === undefined) return undefined;
  const { assignment, signature } = await signAssignment(channel.epoch.keys.signer, {
    version: PROTOCOL_VERSION,
    coreHash,
    workerDigest: channel.worker.digest,
    attempt: 1,
    deadline: nowSeconds(parts) + Math.ceil(core.maxMs / 1000),
    audience: parts.audience,
  });
  giveBackSlot();
  if (channel.closed || channel.revoked) return undefined;
  const stream = channel.openStream(relay);
  relay.attach(stream);
  const open = parts.requests.add({
    key: toHex(coreHash),
    core,
    coreBytes: admitted.coreBytes,
    coreHash,
    account: admitted.account,
    operation: admitted.operation,
    authorization: admitted.authorization,
    assignmentHash: assignmentHash(assignment),
    workerDigest: channel.digest,
    worker: channel.worker,
    reservedUntil: admitted.reservation.expiresAt,
  });
  await channel.send({
    type: 'open',
    stream: stream.id,
    core: admitted.coreBytes,
    wrap,
    assignment,
    assignmentSignature: signature,
  });
  return { stream, open };
}

/** The worker may have moved to a channel for this proxy's next keys since it was chosen. */
function openChannelOf({ channel }: Admitted, parts: ProxyParts): WorkerChannel | undefined {
  if (channel.retiredAt === undefined && !channel.closed) return channel;
  const newest = parts.workers.find(channel.digest);
  return newest?.retiredAt === undefined && newest?.closed === false ? newest : undefined;
}

/** The client or the ledger failed: the worker is asked to stop, and its `revoked` ends the reservation. */
function abandon(
  { open, stream: { channel } }: { open: OpenRequest; stream: WorkerStream },
  relay: AnswerRelay,
  error: unknown,
  parts: ProxyParts,
): Abandoned {
  if (channel.closed) void endUncharged(open, 'worker_lost', parts);
  else void channel.send({ type: 'revoke', coreHash: open.coreHash });
  // The stream stays open on a well-behaved worker until it says `revoked`; nobody listens any more.
  relay.timeout();
  return { abandoned: refusalCode(error) };
}

async function settled(request: OpenRequest): Promise<Forwarded> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'silent'>((resolve) => {
    timer = setTimeout(() => resolve('silent'), SETTLE_MS);
  });
  const settlement = await Promise.race([request.settled.promise, late]);
  clearTimeout(timer);
  if (settlement === 'silent') return 'silent';
  return { charged: settlement.outcome === 'charged' ? settlement.charge.tokens : 0n };
}

/** Before the first record the client may simply seal again; after it, a receipt may still come and be charged. */
async function giveUp(
  admitted: Admitted,
  open: OpenRequest | undefined,
  end: RelayEnd,
  relay: AnswerRelay,
  parts: ProxyParts,
): Promise<Forwarded> {
  const refusedByWorker = typeof end === 'object';
  // Only nobody listens any more: the worker answers, and its bill may come.
  if (end === 'timeout' && relay.started && relay.clientGone) return 'silent';
  // One that stands still is told to forget the request, should it wake up; one that is lost hears nothing.
  if (end === 'timeout' && !relay.started)
    void admitted.channel.send({ type: 'revoke', coreHash: admitted.coreHash });
  if (!refusedByWorker && open !== undefined)
    parts.workers.reputation(admitted.channel.digest).record('failed', parts.now().getTime());
  if (refusedByWorker || !relay.started) {
    const reason = refusedByWorker ? 'refused' : 'worker_lost';
    if (open === undefined) await releaseReservation(admitted, reason, parts);
    else await endUncharged(open, reason, parts);
  }
  if (refusedByWorker) return { refused: sayableCode(end.refused) };
  return { refused: relay.started ? 'WORKER_LOST' : 'RESELECT' };
}

/** Ends the reservation of an open request without a charge. */
export async function endUncharged(
  request: OpenRequest,
  reason: 'refused' | 'worker_lost' | 'cancelled',
  parts: ProxyParts,
): Promise<void> {
  const at = nowSeconds(parts);
  const { account, operation: op, key: coreHash } = request;
  parts.requests.settle(request, { outcome: 'uncharged' }, at);
  await parts.ledger.release({ account, op, coreHash, reason, at }).catch(() => {});
}

async function releaseReservation(
  admitted: Admitted,
  reason: 'refused' | 'worker_lost',
  parts: ProxyParts,
): Promise<void> {
  const { account, operation: op, coreHash } = admitted;
  const at = nowSeconds(parts);
  await parts.ledger.release({ account, op, coreHash: toHex(coreHash), reason, at }).catch(() => {});
}

export function nowSeconds(parts: { now: () => Date }): number {
  return Math.floor(parts.now().getTime() / 1000);
}

/** Unix seconds until which a request's reservation may stand (PROTOCOL.md §9). */
export function reservationEnd(core: { expires: number; maxMs: number }): number {
  return core.expires + Math.ceil(core.maxMs / 1000) + LIMITS.receiptGraceSeconds;
}
