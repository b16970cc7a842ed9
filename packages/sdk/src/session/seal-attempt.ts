// How is one request sealed once? To machines drawn from the pool, within what it may cost.
import type { Config } from '../config.js';
import { CocoonError } from '../errors.js';
import { LIMITS } from '../protocol/limits.js';
import type { PriceTable } from '../protocol/price.js';
import { priceDigest } from '../seal/envelope/digests.js';
import type { ReplyOpener } from '../seal/reply-opener.js';
import { type SealedRequest, sealRequest } from '../seal/seal-request.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import type { Ready, Session } from '../session.js';
import { askAccount } from './ask-account.js';
import type { Call } from './call.js';
import { drawCandidates } from './draw-candidates.js';
import { ineligible, needsOf, nothingEligible } from './eligible.js';
import type { InspectedRequest } from './inspect-request.js';
import type { PooledWorker } from './model-pool.js';
import { type Plan, planRequest } from './plan-request.js';
import type { ProxyConnection } from './proxy-connection.js';

const EXPIRES_AHEAD_SECONDS = 120;
/** A request sealed to candidates of one proxy, not sent yet. */
export interface Attempt {
  readonly sealed: SealedRequest;
  readonly plan: Plan;
  readonly prices: PriceTable;
  readonly connection: ProxyConnection;
  readonly proxy: VerifiedMachine;
  readonly candidates: readonly PooledWorker[];
  /** Of its answer; made when something of it is about to leave. */
  opener?: ReplyOpener;
}

export async function sealAttempt(
  request: InspectedRequest,
  ready: Ready,
  parts: {
    session: Session;
    config: Config;
    call: Call;
    operationId: Uint8Array;
    avoid: ReadonlySet<string>;
  },
): Promise<Attempt> {
  const { session, config, call, operationId, avoid } = parts;
  const { connection, proxy } = ready;
  const { prices } = await session.registry();
  const digest = priceDigest(prices);
  const needs = await needsOf(request, digest, config);
  const eligible = ready.workers.filter(({ machine }) => ineligible(machine, needs, config) === undefined);
  const machines = ready.workers.map(({ machine }) => machine);
  if (eligible.length === 0) throw await nothingEligible(machines, needs, config);
  const candidates = drawCandidates(config.random, eligible, config.candidates, avoid);
  const drawn = candidates.map(({ machine }) => machine);
  const plan = await planAffordable(request, drawn, prices, { session, connection, call });
  const { suite, random } = config;
  const [answerKey, ...contexts] = await Promise.all([
    session.warm.answerKey(suite),
    ...drawn.map((machine) => session.warm.context(machine, 'request', suite)),
  ]);
  const sealed = await sealRequest({
    request: {
      operation: request.operation ?? 'chat.completions',
      json: request.json,
      model: request.model,
      maxOutput: plan.maxOutput,
      capTokens: plan.capTokens,
      cacheSalt: random(32),
    },
    routing: {
      suite,
      audience: audienceOf(proxy),
      operationId,
      maxCoefficient: plan.maxCoefficient,
      priceDigest: digest,
      expires: Math.floor(config.now().getTime() / 1000) + EXPIRES_AHEAD_SECONDS,
      maxMs: call.maxMs,
      detachMs: LIMITS.detachMs,
      padding: config.padding,
    },
    contexts,
    answerKey,
    random,
  });
  return { sealed, plan, prices, connection, proxy, candidates };
}

/** Where money seems short, the ledger is asked first: what it said last may be old. */
async function planAffordable(
  request: InspectedRequest,
  drawn: readonly VerifiedMachine[],
  prices: PriceTable,
  parts: { session: Session; connection: ProxyConnection; call: Call },
): Promise<Plan> {
  const { session, connection, call } = parts;
  const { terms } = await session.credentials.current();
  const plan = () =>
    planRequest(request, drawn, prices, {
      maxCost: call.maxCost,
      spendable: least(session.spendable, terms?.capTokens),
    });
  if (session.spendable === undefined) return plan();
  try {
    const first = plan();
    if (first.lowered !== 'money') return first;
  } catch (error) {
    if (!(error instanceof CocoonError) || error.code !== 'INSUFFICIENT_FUNDS') throw error;
  }
  await call.within(askAccount(session, connection));
  return plan();
}

export function audienceOf(proxy: VerifiedMachine): string {
  return proxy.manifest.proxy?.audience ?? '';
}

function least(...amounts: readonly (bigint | undefined)[]): bigint | undefined {
  return amounts.reduce((low, amount) =>
    low === undefined || (amount !== undefined && amount < low) ? amount : low,
  );
}
