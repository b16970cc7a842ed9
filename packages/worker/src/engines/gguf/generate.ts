// How does one request become tokens, text and one honest end?
import { randomInt } from 'node:crypto';
import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import type { FinishReason } from '../engine.js';
import { createReasoningSplitter, type ReasoningTags, type TextPiece } from '../split-reasoning.js';
import type { LoadedModel } from './load-model.js';
import type { ChatOrder, Sampling } from './read-chat.js';
import { createTextBuilder } from './text-builder.js';

export interface Generated {
  readonly pieces: readonly TextPiece[];
  /** Running totals, this step included. */
  readonly completion: number;
  readonly reasoning: number;
  /** Set on the last step. */
  readonly finish: FinishReason | undefined;
}

export interface GenerateOptions {
  readonly loaded: LoadedModel;
  readonly sequence: LlamaContextSequence;
  readonly prompt: ReturnType<LoadedModel['render']>;
  readonly order: ChatOrder;
  /** Tokens to make at most, at least 1. */
  readonly most: number;
  readonly reasoning: ReasoningTags | undefined;
  readonly signal: AbortSignal;
}

/** One step a token. Ends early, without `finish`, when `signal` fires. */
export async function* generate(options: GenerateOptions): AsyncGenerator<Generated, void, undefined> {
  const { loaded, sequence, prompt, order, most, signal } = options;
  const builder = createTextBuilder<Token>(
    (tokens, before) => loaded.model.detokenize(tokens, false, before),
    [...order.stops, ...prompt.stops],
  );
  const split = splitter(options);
  let completion = 0;
  let reasoning = 0;
  for await (const token of sequence.evaluate(prompt.tokens, evaluation(order.sampling))) {
    if (signal.aborted) return;
    completion++;
    if (split.thinking) reasoning++;
    const pieces = split.push(builder.push(token));
    if (builder.stopped) {
      yield { pieces: [...pieces, ...split.end()], completion, reasoning, finish: 'stop' };
      return;
    }
    if (completion >= most) {
      yield { pieces: [...pieces, ...rest()], completion, reasoning, finish: 'length' };
      return;
    }
    yield { pieces, completion, reasoning, finish: undefined };
  }
  if (signal.aborted) return;
  yield { pieces: rest(), completion, reasoning, finish: 'stop' };

  function rest(): TextPiece[] {
    return [...split.push(builder.end()), ...split.end()];
  }
}

interface Splitter {
  readonly thinking: boolean;
  push(text: string): TextPiece[];
  end(): TextPiece[];
}

function splitter({ reasoning, prompt }: GenerateOptions): Splitter {
  if (reasoning !== undefined)
    return createReasoningSplitter(reasoning, prompt.text.trimEnd().endsWith(reasoning.open));
  return {
    thinking: false,
    push: (text) => (text === '' ? [] : [{ kind: 'answer', text }]),
    end: () => [],
  };
}

function evaluation({ temperature, topP, topK, seed, presencePenalty, frequencyPenalty }: Sampling) {
  return {
    temperature,
    topP,
    topK,
    // Without a seed the library takes the clock, which two requests of one second would share.
    seed: seed === undefined ? randomInt(2 ** 32) : Math.abs(Math.trunc(seed)) % 2 ** 32,
    ...(presencePenalty === 0 && frequencyPenalty === 0
      ? {}
      : { repeatPenalty: { punishTokens: [], presencePenalty, frequencyPenalty, penalty: 1 } }),
  };
}
