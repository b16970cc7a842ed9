// How long may the answer get, and what may it cost at most? Decided before anything is sealed (PROTOCOL.md §10).
import { CocoonError } from '../errors.js';
import { LIMITS } from '../protocol/limits.js';
import { type PriceTable, worstCaseTokens } from '../protocol/price.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import type { InspectedRequest } from './inspect-request.js';

export const DEFAULT_MAX_TOKENS = 4_096;
/** An answer that cannot be this long is not worth its prompt. */
export const LEAST_TOKENS = 64;
const MAX_OUTPUT = 0xffffffff;

export interface Budget {
  /** nanoTON the caller allows for this request. */
  maxCost?: bigint | undefined;
  /** Adjusted tokens the account or grant is known to have left. */
  spendable?: bigint | undefined;
}

export interface Plan {
  /** Completion tokens over all choices. */
  readonly maxOutput: number;
  /** Adjusted tokens. */
  readonly capTokens: bigint;
  readonly maxCoefficient: number;
  /** Why the answer may be shorter than asked or usual. */
  readonly lowered: 'context' | 'money' | undefined;
}

/** @throws CocoonError `INSUFFICIENT_FUNDS`, `COST_ABOVE_MAX`, `BODY_TOO_LARGE` */
export function planRequest(
  request: InspectedRequest,
  candidates: readonly VerifiedMachine[],
  prices: PriceTable,
  budget: Budget,
): Plan {
  const claims = candidates.flatMap(({ manifest }) => manifest.worker ?? []);
  const maxCoefficient = Math.max(...claims.map(({ coefficient }) => coefficient));
  const context = Math.min(...claims.map(({ maxContext }) => maxContext));
  if (claims.some(({ maxBodyBytes }) => request.json.length > maxBodyBytes)) throw tooLarge(claims);

  const { choices, promptBound, maxTokens } = request;
  const cost = (perChoice: number) =>
    worstCaseTokens(promptBound, Math.min(MAX_OUTPUT, perChoice * choices), maxCoefficient, prices);
  const allowance = affordable(budget, prices);
  const left = context - request.promptGuess;
  // A request that fills the context is left to the worker's tokenizer to judge.
  const room = Math.max(LEAST_TOKENS, left);
  const wanted = maxTokens ?? Math.min(DEFAULT_MAX_TOKENS, room);

  let perChoice = wanted;
  let lowered: Plan['lowered'] = maxTokens === undefined && room < DEFAULT_MAX_TOKENS ? 'context' : undefined;
  if (allowance !== undefined && cost(wanted) > allowance.tokens) {
    perChoice = longest(wanted, (tokens) => cost(tokens) <= allowance.tokens);
    if (perChoice < Math.min(wanted, LEAST_TOKENS))
      throw tooPoor(allowance.by, cost(Math.min(wanted, LEAST_TOKENS)), prices);
    lowered = 'money';
  }
  return {
    maxOutput: Math.min(MAX_OUTPUT, perChoice * choices),
    capTokens: cost(perChoice),
    maxCoefficient,
    lowered,
  };
}

function affordable({ maxCost, spendable }: Budget, prices: PriceTable) {
  const limit =
    maxCost === undefined
      ? undefined
      : prices.pricePerToken === 0n
        ? undefined
        : maxCost / prices.pricePerToken;
  if (limit !== undefined && (spendable === undefined || limit <= spendable)) {
    return { tokens: limit, by: 'COST_ABOVE_MAX' } as const;
  }
  return spendable === undefined ? undefined : ({ tokens: spendable, by: 'INSUFFICIENT_FUNDS' } as const);
}

/** The largest number up to `most` that fits; 0 if none does. */
function longest(most: number, fits: (tokens: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function tooPoor(
  code: 'COST_ABOVE_MAX' | 'INSUFFICIENT_FUNDS',
  tokens: bigint,
  prices: PriceTable,
): CocoonError {
  const nanoTon = String(tokens * prices.pricePerToken);
  return new CocoonError({
    kind: 'payment',
    code,
    message:
      code === 'COST_ABOVE_MAX'
        ? 'Even a short answer could cost more than maxCost.'
        : 'The account or grant cannot pay even a short answer.',
    remedy: 'Top up or raise maxCost, or send a shorter text. Nothing was sent.',
    details: { neededNanoTon: nanoTon, leastTokens: LEAST_TOKENS },
  });
}

function tooLarge(claims: readonly { maxBodyBytes: number }[]): CocoonError {
  const limit = Math.min(LIMITS.bodyBytes, ...claims.map(({ maxBodyBytes }) => maxBodyBytes));
  return new CocoonError({
    kind: 'model',
    code: 'BODY_TOO_LARGE',
    message: `The request is longer than the ${limit} bytes the model’s workers accept.`,
    remedy: 'Send less at once. Nothing was sent.',
    details: { limit },
  });
}
