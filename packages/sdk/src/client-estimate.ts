// What can a request cost at most? The same plan as for sending, without sending.
import type { ChatRequest } from './chat-types.js';
import type { Config } from './config.js';
import { costOf } from './receipts/verify-receipt.js';
import { priceDigest } from './seal/envelope/digests.js';
import type { CallOptions } from './session/call.js';
import { ineligible, needsOf, nothingEligible } from './session/eligible.js';
import { inspectRequest } from './session/inspect-request.js';
import { planRequest } from './session/plan-request.js';
import type { Session } from './session.js';

export interface Estimate {
  /** No tokenizer makes more of the request. */
  readonly promptTokensAtMost: number;
  /** Completion tokens over all choices. */
  readonly maxOutput: number;
  /** Adjusted tokens: what is reserved. */
  readonly tokensAtMost: bigint;
  readonly nanoTonAtMost: bigint;
  readonly candidates: number;
  readonly simulated: boolean;
}

/** Judged by the dearest eligible worker. @throws CocoonError as sending would, before anything of the request is sent */
export async function estimateCost(
  request: ChatRequest,
  { maxCost }: Pick<CallOptions, 'maxCost'>,
  { session, config }: { session: Session; config: Config },
): Promise<Estimate> {
  const inspected = inspectRequest(request);
  const { workers, proxy } = await session.ready(inspected.model);
  const { prices } = await session.registry();
  const needs = await needsOf(inspected, priceDigest(prices), config);
  const machines = workers.map(({ machine }) => machine);
  const eligible = machines.filter((machine) => ineligible(machine, needs, config) === undefined);
  if (eligible.length === 0) throw await nothingEligible(machines, needs, config);
  const plan = planRequest(inspected, eligible, prices, { maxCost, spendable: session.spendable });
  return {
    promptTokensAtMost: inspected.promptBound,
    maxOutput: plan.maxOutput,
    tokensAtMost: plan.capTokens,
    nanoTonAtMost: costOf(plan.capTokens, prices).client,
    candidates: Math.min(config.candidates, eligible.length),
    simulated: proxy.simulated,
  };
}
