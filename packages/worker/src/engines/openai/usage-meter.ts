// How many tokens has this answer cost so far, and who says so?
import type { CountedBy, Usage } from '../engine.js';
import type { Chunk, ChunkChoice } from './read-chunk.js';
import type { UpstreamUsage } from './read-usage.js';
import { upstreamError } from './upstream-error.js';

/** Text kept for the tokenizer, or counted without one, of one answer. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
// A server may split one token over several deltas (a tool call's name and arguments), so deltas alone are judged mildly.
const DELTA_SLACK = 16;

export type Tokenizer = (text: string) => number;

export interface UsageMeter {
  /** Counts one chunk; returns the running total of completion tokens, which never falls and never exceeds the cap. */
  add(chunk: Chunk): number;
  /** The answer has gone past the cap, so the server did not keep to it. */
  overran(): boolean;
  /** Counts of a complete answer. @throws CocoonError `ENGINE_NO_USAGE`, `ENGINE_BAD_USAGE`. */
  final(): { usage: Usage; countedBy: CountedBy };
  /** The best known counts of an answer that was stopped; never throws, and may be all zero. */
  soFar(): { usage: Usage; countedBy: CountedBy };
}

export interface UsageMeterOptions {
  maxOutputTokens: number;
  maxContext: number;
  tokenizer?: Tokenizer | undefined;
  /** Texts of the prompt, for the tokenizer. */
  promptTexts: () => readonly string[];
}

interface Spoken {
  text: string[];
  reasoning: string[];
}

export function createUsageMeter(options: UsageMeterOptions): UsageMeter {
  const { maxOutputTokens, tokenizer } = options;
  const spoken = new Map<number, Spoken>();
  const perChoice = new Map<number, UpstreamUsage>();
  const thought = new Map<number, number>();
  let whole: UpstreamUsage | undefined;
  let latest: UpstreamUsage | undefined;
  let bytes = 0;
  let deltas = 0;
  let tokens = 0;
  let running = 0;

  const addUsage = (usage: UpstreamUsage, chunk: Chunk): void => {
    if (usage.prompt > options.maxContext) {
      throw upstreamError('CONTEXT_OVERFLOW', { promptTokens: usage.prompt, maxContext: options.maxContext });
    }
    latest = usage;
    const [only] = chunk.choices;
    // With several choices, a chunk of one of them carries the counts of that one; only other chunks speak for all.
    if (only !== undefined && chunk.choices.length === 1)
      perChoice.set(only.index, larger(perChoice.get(only.index), usage));
    else whole = larger(whole, usage);
    // One closing token a choice may lie beyond the cap. More than that needs text to show for it, else the count is a lie,
    // and a lie must not end as a bill for the whole cap.
    const completion = engineTotal()?.completion ?? 0;
    if (completion > Math.max(maxOutputTokens, bytes) + Math.max(1, perChoice.size)) {
      throw upstreamError('ENGINE_BAD_USAGE', { field: 'completion_tokens', maxOutputTokens });
    }
  };

  const addText = (index: number, text: string, reasoning: string): void => {
    if (text === '' && reasoning === '') return;
    deltas += 1;
    bytes += Buffer.byteLength(text) + Buffer.byteLength(reasoning);
    if (bytes > MAX_ANSWER_BYTES)
      throw upstreamError('UPSTREAM_STREAM_TOO_LARGE', { maxAnswerBytes: MAX_ANSWER_BYTES });
    if (tokenizer === undefined) return;
    tokens += countTokens(tokenizer, text) + countTokens(tokenizer, reasoning);
    const said = spoken.get(index) ?? { text: [], reasoning: [] };
    said.text.push(text);
    said.reasoning.push(reasoning);
    spoken.set(index, said);
  };

  // Many servers set the thinking apart but do not count it apart. A delta is at least a token; a running count of its choice
  // that comes with it says how many there were.
  const addThought = ({ index, text, reasoning }: ChunkChoice, chunk: Chunk): void => {
    if (reasoning === '' || text !== '') return;
    const deltasSoFar = (thought.get(index) ?? 0) + 1;
    const counted = chunk.choices.length === 1 ? (chunk.usage?.completion ?? 0) : 0;
    thought.set(index, Math.max(deltasSoFar, counted));
  };

  const thoughtTokens = (): number => [...thought.values()].reduce((sum, count) => sum + count, 0);

  const engineTotal = (): { completion: number; reasoning: number } | undefined => {
    if (latest === undefined) return undefined;
    const all = [...perChoice.values()];
    const completion = all.reduce((sum, usage) => sum + usage.completion, 0);
    const reasoning = all.reduce((sum, usage) => sum + usage.reasoning, 0);
    return {
      completion: Math.max(completion, whole?.completion ?? 0),
      reasoning: Math.max(reasoning, whole?.reasoning ?? 0) || thoughtTokens(),
    };
  };

  const byEngine = (): Usage | undefined => {
    const total = engineTotal();
    if (total === undefined || latest === undefined) return undefined;
    const { prompt, cached } = latest;
    return capped({ prompt, cached, ...total });
  };

  const byTokenizer = (): Usage | undefined => {
    if (tokenizer === undefined) return undefined;
    const sum = (texts: readonly string[]): number =>
      texts.reduce((total, text) => total + countTokens(tokenizer, text), 0);
    const said = [...spoken.values()];
    const reasoning = sum(said.map((choice) => choice.reasoning.join('')));
    const completion = reasoning + sum(said.map((choice) => choice.text.join('')));
    return capped({
      prompt: sum(options.promptTexts()),
      cached: 0,
      completion: Math.min(completion, bytes),
      reasoning,
    });
  };

  const byDeltas = (): Usage =>
    capped({ prompt: 0, cached: 0, completion: Math.min(deltas, bytes), reasoning: thoughtTokens() });

  const capped = (usage: Usage): Usage => {
    const completion = Math.min(usage.completion, maxOutputTokens);
    return { ...usage, completion, reasoning: Math.min(usage.reasoning, completion) };
  };

  const best = (): { usage: Usage; countedBy: CountedBy } => {
    const engine = byEngine();
    if (engine !== undefined) return { usage: engine, countedBy: 'engine' };
    const tokenized = byTokenizer();
    if (tokenized !== undefined) return { usage: tokenized, countedBy: 'tokenizer' };
    return { usage: byDeltas(), countedBy: 'deltas' };
  };

  return {
    add(chunk) {
      for (const choice of chunk.choices) {
        addText(choice.index, choice.text, choice.reasoning);
        addThought(choice, chunk);
      }
      if (chunk.usage !== undefined) addUsage(chunk.usage, chunk);
      const counted =
        engineTotal()?.completion ?? (tokenizer === undefined ? deltas : Math.min(tokens, bytes));
      running = Math.max(running, Math.min(counted, maxOutputTokens));
      return running;
    },
    overran() {
      const counted = engineTotal()?.completion ?? 0;
      return counted > maxOutputTokens + perChoice.size || deltas > maxOutputTokens + DELTA_SLACK;
    },
    final() {
      const total = engineTotal();
      if (total === undefined && tokenizer === undefined && deltas === 0)
        throw upstreamError('ENGINE_NO_USAGE');
      return best();
    },
    soFar() {
      // Nothing was handed over: a prompt alone is not billed.
      if (latest === undefined && deltas === 0) return { usage: byDeltas(), countedBy: 'deltas' };
      try {
        return best();
      } catch {
        return { usage: byDeltas(), countedBy: 'deltas' };
      }
    },
  };
}

function larger(before: UpstreamUsage | undefined, now: UpstreamUsage): UpstreamUsage {
  return before !== undefined && before.completion > now.completion ? before : now;
}

/** @throws CocoonError `ENGINE_BAD_USAGE` */
export function countTokens(tokenizer: Tokenizer, text: string): number {
  if (text === '') return 0;
  const count = runTokenizer(tokenizer, text);
  if (!Number.isSafeInteger(count) || count < 0)
    throw upstreamError('ENGINE_BAD_USAGE', { field: 'tokenizer' });
  return count;
}

function runTokenizer(tokenizer: Tokenizer, text: string): number {
  try {
    return tokenizer(text);
  } catch {
    // A tokenizer's error may quote the text.
    return Number.NaN;
  }
}
