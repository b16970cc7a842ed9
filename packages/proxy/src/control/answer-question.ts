// What does the proxy answer to each sealed question? PROTOCOL.md §8.6.
import {
  accountAnswerLayout,
  cancelQuestionLayout,
  type Evidence,
  encodeEvidenceBundle,
  evidenceQuestionLayout,
  LIMITS,
  rosterAnswerLayout,
  rosterQuestionLayout,
} from '@cocoonkit/sdk/protocol';
import { type OpenedControl, verifyControlAuthorization } from '@cocoonkit/sdk/seal/envelope';
import { equalSecret, sha256 } from '../equal-secret.js';
import { nowSeconds } from '../forward/forward-request.js';
import { toHex } from '../hex.js';
import type { Epoch } from '../identity.js';
import type { ProxyParts } from '../proxy-parts.js';
import { refusal } from '../refusal.js';

const NOTHING = new Uint8Array(0);

/** The payload of the answer. @throws CocoonError with a code of PROTOCOL.md §13, or `UNKNOWN_OPERATION` */
export async function answerQuestion(
  opened: OpenedControl,
  epoch: Epoch,
  parts: ProxyParts,
): Promise<Uint8Array> {
  const { operation, payload } = opened.message;
  switch (operation) {
    case 'models':
      return parts.models.payload();
    case 'roster':
      return answerRoster(payload, epoch, parts);
    case 'evidence':
      return answerEvidence(payload, parts);
    case 'cancel':
      return cancel(payload, parts);
    case 'account':
      return answerAccount(opened, parts);
    default:
      throw refusal('UNKNOWN_OPERATION', 'The proxy does not know this question.');
  }
}

async function answerRoster(payload: Uint8Array, epoch: Epoch, { rosters }: ProxyParts): Promise<Uint8Array> {
  const { model, draws } = rosterQuestionLayout.decode(payload);
  const { roster, signature, pages } = await rosters.roster(model, epoch);
  const drawn = new Set(draws.map((draw) => draw % Math.max(pages.length, 1)));
  const chosen = [...drawn].flatMap((index) => pages[index] ?? []);
  return rosterAnswerLayout.encode({ roster, signature, pages: chosen });
}

/** Unknown machines are left out, and so is what would make the answer too long: the client asks again. */
function answerEvidence(payload: Uint8Array, parts: ProxyParts): Uint8Array {
  const { digests, have } = evidenceQuestionLayout.decode(payload);
  const known = new Set(have.map(toHex));
  const machines: Evidence[] = [];
  const collaterals: Uint8Array[] = [];
  let left = LIMITS.controlAnswerBytes - 4_096;
  // Logs may take half of the answer: machines matter more.
  let logsLeft = LIMITS.controlAnswerBytes / 2;
  for (const digest of new Set(digests.map(toHex))) {
    const found = findEvidence(digest, parts);
    if (found === undefined) continue;
    const { evidence, collateral } = found;
    const isNew = !known.has(toHex(evidence.collateralHash));
    const optional = (evidence.gpuEvidence?.length ?? 0) + (evidence.eventLog?.length ?? 0);
    left -= evidence.manifest.length + evidence.quote.length + optional + 128;
    if (isNew) left -= collateral.length + 4;
    if (left < 0) break;
    const log = evidence.eventLog?.length ?? 0;
    const hasRoom = log <= Math.min(left, logsLeft);
    if (hasRoom) [left, logsLeft] = [left - log, logsLeft - log];
    machines.push(hasRoom ? evidence : { ...evidence, eventLog: undefined });
    if (isNew) collaterals.push(collateral);
    known.add(toHex(evidence.collateralHash));
  }
  return encodeEvidenceBundle({ machines, collaterals });
}

/** A connected worker's evidence, or this replica's own. */
export function findEvidence(
  digest: string,
  { workers, identity }: ProxyParts,
): { evidence: Evidence; collateral: Uint8Array } | undefined {
  const own = identity.find(digest.slice(0, 16));
  if (own !== undefined && toHex(own.digest) === digest)
    return { evidence: own.evidence, collateral: own.collateral };
  const channel = workers.find(digest);
  if (channel === undefined) return undefined;
  const { manifest, quote, collateral, gpuEvidence } = channel.worker.evidence;
  const { collateralHash } = channel;
  return { evidence: { manifest, quote, collateralHash, gpuEvidence }, collateral };
}

async function cancel(payload: Uint8Array, parts: ProxyParts): Promise<Uint8Array> {
  const { coreHash, token } = cancelQuestionLayout.decode(payload);
  const request = parts.requests.find(coreHash);
  if (request === undefined) throw refusal('UNKNOWN_REQUEST', 'No such request is under way.');
  if (!equalSecret(sha256(token), request.core.cancelHash))
    throw refusal('TOKEN_INVALID', 'The token does not fit the request.');
  const channel = parts.workers.find(request.workerDigest);
  if (channel === undefined) throw refusal('WORKER_LOST', 'The worker is not connected.');
  await channel.send({ type: 'cancel', coreHash, token });
  return NOTHING;
}

async function answerAccount(opened: OpenedControl, parts: ProxyParts): Promise<Uint8Array> {
  const { audience, now, ledger, pricePerToken } = parts;
  const payer = await verifyControlAuthorization(opened, { audience, now: now() });
  const view = ledger.account(toHex(payer.accountId));
  const tokens = (nano: bigint): bigint => (nano > 0n ? nano : 0n) / pricePerToken;
  return accountAnswerLayout.encode({
    balanceTokens: tokens(view.balance),
    reservedTokens: view.reservedTokens,
    spentTokens: view.spentTokens,
    spendableTokens: tokens(view.spendable),
    running: view.running,
    at: nowSeconds(parts),
  });
}
