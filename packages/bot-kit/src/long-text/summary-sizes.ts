// How much of a document does one call take, for a model with this much context?
import type { PrivateModel } from '../model/private-model.js';

/** Of the context, for one prompt; the rest is for the orders, the answer and an estimate that was too low. */
const PROMPT_SHARE = 0.6;
const PART_SHARE = 0.25;
const PART_TOKENS_MAX = 3_500;
const PART_TOKENS_MIN = 64;
/** A model that only picks sentences reads more at once; but there must be progress to show. */
const EXTRACT_TOKENS_MAX = 200_000;

export interface SummarySizes {
  /** Most tokens of a text in one prompt. */
  readonly whole: number;
  /** Of one part of a text that does not fit. */
  readonly part: number;
}

export function summarySizes({
  contextTokens,
  features,
}: Pick<PrivateModel, 'contextTokens' | 'features'>): SummarySizes {
  const whole = Math.floor(contextTokens * PROMPT_SHARE);
  if (!features.has('chat')) return { whole, part: Math.min(EXTRACT_TOKENS_MAX, whole) };
  const part = Math.min(PART_TOKENS_MAX, Math.floor(contextTokens * PART_SHARE));
  return { whole, part: Math.max(PART_TOKENS_MIN, part) };
}
