// What does a request cost? Integer arithmetic everybody repeats (PROTOCOL.md §10).
import { u32, u64 } from './fields.js';
import { defineLayout, type Layout, required } from './tlv.js';

/** The registry's prices. Multipliers are in units of 1/10,000: 10000 is ×1. */
export interface PriceTable {
  paramsVersion: number;
  /** nanoTON a client pays for one adjusted token. */
  pricePerToken: bigint;
  /** nanoTON of it that the worker gets. */
  workerPerToken: bigint;
  promptMultiplier: number;
  cachedMultiplier: number;
  completionMultiplier: number;
  reasoningMultiplier: number;
}

/** Tokens as the engine counted them; `cached` is part of `prompt`, `reasoning` part of `completion`. */
export interface Usage {
  prompt: number;
  cached: number;
  completion: number;
  reasoning: number;
}

export const priceTableLayout: Layout<PriceTable> = defineLayout<PriceTable>('PriceTable', {
  paramsVersion: required(2, u32),
  pricePerToken: required(4, u64),
  workerPerToken: required(6, u64),
  promptMultiplier: required(8, u32),
  cachedMultiplier: required(10, u32),
  completionMultiplier: required(12, u32),
  reasoningMultiplier: required(14, u32),
});

export const usageLayout: Layout<Usage> = defineLayout<Usage>('Usage', {
  prompt: required(2, u32),
  cached: required(4, u32),
  completion: required(6, u32),
  reasoning: required(8, u32),
});

/** The network's published prices: 20 nanoTON a token, 19 to the worker; completion and reasoning ×8, cached ×0.1. */
export const DEFAULT_PRICES: PriceTable = {
  paramsVersion: 1,
  pricePerToken: 20n,
  workerPerToken: 19n,
  promptMultiplier: 10_000,
  cachedMultiplier: 1_000,
  completionMultiplier: 80_000,
  reasoningMultiplier: 80_000,
};

/** floor(count × coefficient × multiplier / 10⁷): one term of the bill, in adjusted tokens. */
function term(count: number, coefficient: number, multiplier: number): bigint {
  return (BigInt(count) * BigInt(coefficient) * BigInt(multiplier)) / 10_000_000n;
}

/**
 * Adjusted tokens of a usage. `coefficient` is the worker's (1000 = 1×).
 * The caller has checked cached <= prompt and reasoning <= completion.
 */
export function adjustedTokens(usage: Usage, coefficient: number, prices: PriceTable): bigint {
  return (
    term(usage.prompt - usage.cached, coefficient, prices.promptMultiplier) +
    term(usage.cached, coefficient, prices.cachedMultiplier) +
    term(usage.completion - usage.reasoning, coefficient, prices.completionMultiplier) +
    term(usage.reasoning, coefficient, prices.reasoningMultiplier)
  );
}

/** The most a request can cost: every prompt byte a token, nothing cached, all output used. */
export function worstCaseTokens(
  promptTokens: number,
  maxOutput: number,
  coefficient: number,
  prices: PriceTable,
): bigint {
  const dearest = Math.max(prices.completionMultiplier, prices.reasoningMultiplier);
  return term(promptTokens, coefficient, prices.promptMultiplier) + term(maxOutput, coefficient, dearest);
}
