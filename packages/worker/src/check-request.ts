// Should this worker take the request the proxy offers? Cheapest checks first, before a byte of the body has arrived (PROTOCOL.md §6.5).
import { CocoonError } from '@cocoonkit/sdk/errors';
import { type Core, decodeCore, type LinkControl } from '@cocoonkit/sdk/protocol';
import { checkCore, coreHash, type VerifiedMachine, verifyAssignment } from '@cocoonkit/sdk/seal';
import type { Epoch } from './make-epoch.js';
import type { Slots } from './slots.js';
import { refusal } from './worker-error.js';

/** A request that holds a slot and whose id is used up. */
export interface CheckedRequest {
  readonly core: Core;
  readonly coreBytes: Uint8Array;
  readonly coreHash: Uint8Array;
  readonly wrap: Uint8Array;
  readonly assignmentHash: Uint8Array;
  readonly attempt: number;
  /** Gives the slot back. */
  release(): void;
}

export interface CheckContext {
  epoch: Epoch;
  proxy: VerifiedMachine;
  now: Date;
  slots: Slots;
}

/**
 * Ends with everything before SHA-256(body), which needs the body.
 * @throws CocoonError `BODY_TOO_LARGE`, `UNSUPPORTED_VERSION`, `UNSUPPORTED_SUITE`, `UNSUPPORTED_FIELD`, `KEY_EXPIRED`,
 * `AUDIENCE_MISMATCH`, `REQUEST_EXPIRED`, `MODEL_UNKNOWN`, `PRICE_MISMATCH`, `PRICE_ABOVE_CAP`, `ASSIGNMENT_INVALID`,
 * `REQUEST_REPLAYED`, `WORKER_BUSY`; `REQUEST_REFUSED` for an offer that is not one
 */
export async function checkRequest(offer: LinkControl, context: CheckContext): Promise<CheckedRequest> {
  const { epoch, proxy, now, slots } = context;
  const { core: coreBytes, wrap, assignment, assignmentSignature } = offer;
  if (coreBytes === undefined || wrap === undefined) throw refusal('REQUEST_REFUSED', 'fields are missing');
  if (assignment === undefined || assignmentSignature === undefined) throw refusal('ASSIGNMENT_INVALID');
  const core = decodeOffer(coreBytes);
  if (core.bodyBytes > epoch.claims.maxBodyBytes) throw refusal('BODY_TOO_LARGE');
  if (!epoch.manifest.suites.includes(core.suite)) throw refusal('UNSUPPORTED_SUITE');
  if (now.getTime() >= epoch.manifest.notAfter * 1000) throw refusal('KEY_EXPIRED');
  const audience = audienceOf(proxy);
  checkCore(core, { digest: epoch.digest, claims: epoch.claims, audience, now });
  const hash = coreHash(coreBytes);
  const { assignment: assigned, hash: assignmentHash } = await verifyOffer(
    proxy.manifest.signingPublicKey,
    assignment,
    assignmentSignature,
    { coreHash: hash, workerDigest: epoch.digest, audience, now },
  );
  // From here to the end nothing waits, so two offers cannot pass with one id or take one slot.
  if (epoch.replay.has(core.requestId)) throw refusal('REQUEST_REPLAYED');
  const release = slots.take();
  if (release === undefined) throw refusal('WORKER_BUSY');
  if (!epoch.replay.remember(core.requestId, { expires: core.expires, now })) {
    release();
    throw refusal('WORKER_BUSY', 'too many requests are remembered');
  }
  return { core, coreBytes, coreHash: hash, wrap, assignmentHash, attempt: assigned.attempt, release };
}

/** The ledger a proxy keeps. */
export function audienceOf(proxy: VerifiedMachine): string {
  const { proxy: claims } = proxy.manifest;
  if (claims === undefined) throw refusal('AUDIENCE_MISMATCH', 'the peer is not a proxy');
  return claims.audience;
}

function decodeOffer(coreBytes: Uint8Array): Core {
  try {
    return decodeCore(coreBytes);
  } catch (error) {
    if (error instanceof CocoonError && error.code !== 'MALFORMED') throw error;
    throw refusal('REQUEST_REFUSED', 'the core breaks its layout');
  }
}

async function verifyOffer(
  key: Uint8Array,
  assignment: Uint8Array,
  signature: Uint8Array,
  expected: { coreHash: Uint8Array; workerDigest: Uint8Array; audience: string; now: Date },
): ReturnType<typeof verifyAssignment> {
  try {
    return await verifyAssignment(key, assignment, signature, expected);
  } catch {
    throw refusal('ASSIGNMENT_INVALID');
  }
}
