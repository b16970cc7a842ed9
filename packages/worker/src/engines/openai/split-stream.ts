// What if the server leaves the model's thinking in the text of the answer? The tags are taken out and the thinking set apart.
import { createReasoningSplitter, type ReasoningSplitter, type ReasoningTags } from '../split-reasoning.js';
import { isRecord } from './is-record.js';
import type { Chunk, ChunkChoice } from './read-chunk.js';

export interface SplitPayload {
  /** The payload itself where nothing had to be taken out. */
  readonly json: string;
  readonly chunk: Chunk;
}

export interface StreamSplitter {
  /** `chunk` is what `readChunk` made of the payload. */
  push(payload: string, chunk: Chunk): SplitPayload;
}

/** Splits each choice by itself; one whose thinking the server sets apart already is left as it is. */
export function createStreamSplitter(tags: ReasoningTags): StreamSplitter {
  const splitters = new Map<number, ReasoningSplitter | undefined>();

  function splitterOf({ index, reasoning }: ChunkChoice): ReasoningSplitter | undefined {
    if (!splitters.has(index)) splitters.set(index, createReasoningSplitter(tags));
    if (reasoning !== '' && splitters.get(index)?.thinking === false) splitters.set(index, undefined);
    return splitters.get(index);
  }

  return {
    push(payload, chunk) {
      const value: unknown = JSON.parse(payload);
      const list: unknown = isRecord(value) ? value['choices'] : undefined;
      if (!isRecord(value) || !Array.isArray(list)) return { json: payload, chunk };
      const choices: unknown[] = [];
      const seen: ChunkChoice[] = [];
      let changed = false;
      for (const [position, before] of chunk.choices.entries()) {
        const split = splitChoice(list[position], before, splitterOf(before));
        choices.push(split?.choice ?? list[position]);
        seen.push(split?.seen ?? before);
        changed ||= split !== undefined;
      }
      if (!changed) return { json: payload, chunk };
      return { json: JSON.stringify({ ...value, choices }), chunk: { ...chunk, choices: seen } };
    },
  };
}

/** Undefined when the choice stays as it came. */
function splitChoice(
  choice: unknown,
  seen: ChunkChoice,
  splitter: ReasoningSplitter | undefined,
): { choice: unknown; seen: ChunkChoice } | undefined {
  if (!isRecord(choice) || splitter === undefined) return undefined;
  const { content: given, ...delta } = isRecord(choice['delta']) ? choice['delta'] : {};
  const content = typeof given === 'string' ? given : '';
  const pieces = splitter.push(content);
  if (seen.finish !== undefined) pieces.push(...splitter.end());
  const said = (kind: 'answer' | 'reasoning') =>
    pieces.flatMap((piece) => (piece.kind === kind ? [piece.text] : [])).join('');
  const [answer, reasoning] = [said('answer'), said('reasoning')];
  if (answer === content && reasoning === '') return undefined;
  return {
    choice: {
      ...choice,
      delta: {
        ...delta,
        ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
        ...(answer === '' ? {} : { content: answer }),
      },
      // They name the tokens of the thinking and of the tags, not those of the text that is left.
      logprobs: null,
    },
    seen: {
      ...seen,
      // The content is the first of the texts.
      text: answer + seen.text.slice(content.length),
      reasoning: seen.reasoning + reasoning,
    },
  };
}
