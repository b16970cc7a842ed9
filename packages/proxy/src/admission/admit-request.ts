// May this opened request run, who pays, and where does it go? After this the money is reserved and a slot is held.
import { authorizationLayout, type Core } from '@cocoonkit/sdk/protocol';
import { type OpenedEnvelope, type Payer, verifyAuthorization } from '@cocoonkit/sdk/seal/envelope';
import { nowSeconds, reservationEnd } from '../forward/forward-request.js';
import { toHex } from '../hex.js';
import type { Reservation } from '../ledger/ledger.js';
import type { ProxyParts } from '../proxy-parts.js';
import { refusal } from '../refusal.js';
import { selectWorker } from '../select-worker.js';
import type { WorkerChannel } from '../workers/worker-channel.js';
import { checkCore } from './check-core.js';

/** A request with its money and its worker. */
export interface Admitted {
  readonly core: Core;
  readonly coreBytes: Uint8Array;
  readonly coreHash: Uint8Array;
  readonly wrap: Uint8Array;
  readonly account: string;
  readonly operation: string;
  readonly authorization: Uint8Array;
  readonly reservation: Reservation;
  readonly channel: WorkerChannel;
  /** Ends the hold on the worker's slot; called when its stream is open. */
  giveBackSlot(): void;
}

/** @throws CocoonError with a code of PROTOCOL.md §13; then nothing is reserved or held. */
export async function admitRequest(
  opened: OpenedEnvelope,
  announcedBytes: number | undefined,
  parts: ProxyParts,
): Promise<Admitted> {
  const { core, coreHash, coreBytes } = opened;
  const { audience, priceDigest } = parts;
  if (parts.state.draining) throw refusal('DRAINING', 'This replica is shutting down.');
  if (!parts.canPay()) throw refusal('NO_FUNDS_AT_PROXY', 'The proxy cannot pay its workers now.');
  checkCore(core, { audience, priceDigest, nowSeconds: nowSeconds(parts), announcedBytes });
  const terms = { coreHash, audience, model: core.model, now: parts.now() };
  const payer = await verifyAuthorization(opened.authorization, terms);
  // No await from here on: what is checked now still holds when it is used.
  parts.replays.accept(toHex(coreHash), core.expires + 120, nowSeconds(parts));
  if (parts.requests.full) throw refusal('TOO_MANY_REQUESTS', 'Too many requests are under way.');
  const { channel, wrap } = chooseWorker(opened, parts);
  const reservation = reserve(opened, payer, channel, parts);
  return {
    core,
    coreBytes,
    coreHash,
    wrap,
    account: reservation.account,
    operation: reservation.op,
    authorization: authorizationLayout.encode(opened.authorization),
    reservation,
    channel,
    giveBackSlot: channel.hold(),
  };
}

function chooseWorker({ core, wraps }: OpenedEnvelope, parts: ProxyParts) {
  if (!parts.workers.offers(core.model))
    throw refusal('MODEL_UNKNOWN', 'No connected worker offers this model.');
  const connected = core.candidates.flatMap((digest, index) => {
    const channel = parts.workers.find(toHex(digest));
    const wrap = wraps[index];
    if (channel === undefined || wrap === undefined) return [];
    const reputation = parts.workers.reputation(channel.digest);
    const nowMs = parts.now().getTime();
    return [
      {
        index,
        channel,
        wrap,
        model: channel.claims.model,
        coefficient: channel.claims.coefficient,
        suites: channel.worker.manifest.suites,
        maxBodyBytes: channel.claims.maxBodyBytes,
        free: channel.free,
        running: channel.running,
        slots: channel.slots,
        success: reputation.success(nowMs),
        firstRecordMs: reputation.firstRecordMs(nowMs),
      },
    ];
  });
  const random = (): number => Buffer.from(parts.random(4)).readUInt32BE(0) / 2 ** 32;
  return selectWorker(core, connected, random);
}

function reserve(
  { core, coreHash }: OpenedEnvelope,
  payer: Payer,
  channel: WorkerChannel,
  parts: ProxyParts,
) {
  return parts.ledger.reserve({
    account: toHex(payer.accountId),
    op: toHex(core.operationId),
    coreHash: toHex(coreHash),
    tokens: core.capTokens,
    worker: channel.digest,
    expiresAt: reservationEnd(core),
    grants: payer.grants.map(({ id, capTokens, expires, maxConcurrent }) => ({
      id: toHex(id),
      capTokens,
      expiresAt: expires,
      maxConcurrent,
    })),
    at: nowSeconds(parts),
  });
}
