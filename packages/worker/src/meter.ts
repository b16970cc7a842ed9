// How much may this answer cost, when must it stop, and what is billed? (PROTOCOL.md §9, §10)
import { CocoonError } from '@cocoonkit/sdk/errors';
import { adjustedTokens, type PriceTable, type Usage } from '@cocoonkit/sdk/protocol';

export interface MeterOptions {
  /** Completion tokens over all choices; 0 where nothing is written. */
  maxOutput: number;
  /** Whether the operation writes anything. Default true. */
  writes?: boolean | undefined;
  /** Adjusted tokens. */
  capTokens: bigint;
  coefficient: number;
  prices: PriceTable;
  /** Whether the engine counts cached tokens only within the request's salt; otherwise nothing counts as cached. */
  cacheIsSalted: boolean;
}

export interface Bill {
  usage: Usage;
  /** Adjusted tokens, never above the cap. */
  tokens: bigint;
  /** The cap lowered the bill: the worker bears the difference. */
  capped: boolean;
}

export interface Meter {
  /** What the engine may produce at most. */
  readonly maxOutputTokens: number;
  /** Whether a running total has left the cap behind. */
  exceeded(completionTokens: number): boolean;
  /** @throws CocoonError `ENGINE_NO_USAGE` for counts that contradict themselves */
  settle(usage: Usage): Bill;
}

const SCALE = 10_000_000n;
const MAX_COUNT = 0xffffffff;

/** @throws CocoonError `REQUEST_INVALID` when the caps leave no room for one token of output */
export function createMeter(options: MeterOptions): Meter {
  const { capTokens, coefficient, prices } = options;
  const dearest = Math.max(prices.completionMultiplier, prices.reasoningMultiplier);
  const unit = BigInt(coefficient) * BigInt(dearest);
  const affordable = unit === 0n ? BigInt(options.maxOutput) : (capTokens * SCALE) / unit;
  const maxOutputTokens = Number(
    affordable < BigInt(options.maxOutput) ? affordable : BigInt(options.maxOutput),
  );
  if (options.writes !== false && maxOutputTokens < 1) throw noRoom();
  const cost = (usage: Usage): bigint => adjustedTokens(usage, coefficient, prices);

  return {
    maxOutputTokens,
    exceeded: (completionTokens) => completionTokens > maxOutputTokens,
    settle(counted) {
      const usage = checkedUsage(counted, options.cacheIsSalted);
      let fitting = { ...usage };
      if (fitting.completion > options.maxOutput) fitting = withCompletion(fitting, options.maxOutput);
      if (cost(fitting) > capTokens) {
        const start = fitting;
        const completion = largest(start.completion, (n) => cost(withCompletion(start, n)) <= capTokens);
        fitting = withCompletion(start, completion);
      }
      if (cost(fitting) > capTokens) {
        const start = fitting;
        const prompt = largest(start.prompt, (n) => cost(withPrompt(start, n)) <= capTokens);
        fitting = withPrompt(start, prompt);
      }
      const capped = fitting.completion < usage.completion || fitting.prompt < usage.prompt;
      return { usage: fitting, tokens: cost(fitting), capped };
    },
  };
}

function checkedUsage(counted: Usage, cacheIsSalted: boolean): Usage {
  const usage = cacheIsSalted ? counted : { ...counted, cached: 0 };
  const counts = [usage.prompt, usage.cached, usage.completion, usage.reasoning];
  const whole = counts.every((count) => Number.isInteger(count) && count >= 0 && count <= MAX_COUNT);
  if (!whole || usage.cached > usage.prompt || usage.reasoning > usage.completion) {
    throw new CocoonError({
      kind: 'model',
      code: 'ENGINE_NO_USAGE',
      message: 'The engine’s token counts contradict themselves, and a bill is never an estimate.',
      remedy: 'Nothing is charged. Use another worker.',
    });
  }
  return usage;
}

function withCompletion(usage: Usage, completion: number): Usage {
  return { ...usage, completion, reasoning: Math.min(usage.reasoning, completion) };
}

function withPrompt(usage: Usage, prompt: number): Usage {
  return { ...usage, prompt, cached: Math.min(usage.cached, prompt) };
}

/** The largest n in 0..most that fits; `fits` is monotonic and holds for 0 or nothing. */
function largest(most: number, fits: (n: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function noRoom(): CocoonError {
  return new CocoonError({
    kind: 'model',
    code: 'REQUEST_INVALID',
    message: 'The caps of the request leave no room for a single token of output.',
    remedy: 'Raise maxOutput or capTokens.',
  });
}
