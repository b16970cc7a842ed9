// Which part of a growing text is the model thinking aloud, and which is its answer? Tags may be cut anywhere.

export interface ReasoningTags {
  readonly open: string;
  readonly close: string;
}

export interface TextPiece {
  readonly kind: 'answer' | 'reasoning';
  readonly text: string;
}

export interface ReasoningSplitter {
  /** True while what comes next belongs to the reasoning. */
  readonly thinking: boolean;
  push(text: string): TextPiece[];
  /** What was held back because it could have become a tag. */
  end(): TextPiece[];
}

/**
 * Reasoning is one block at the beginning of the answer: after its end a tag is text like any other, so that an answer about tags stays whole.
 * `inside`: the template has opened the block already.
 */
export function createReasoningSplitter(tags: ReasoningTags, inside = false): ReasoningSplitter {
  let state: 'before' | 'reasoning' | 'after-tag' | 'answer' = inside ? 'reasoning' : 'before';
  let held = '';

  function step(final: boolean): TextPiece | undefined {
    if (state === 'answer' || held === '')
      return take(state === 'reasoning' ? 'reasoning' : 'answer', held.length);
    if (state === 'before') {
      const start = held.length - held.trimStart().length;
      const rest = held.slice(start);
      if (rest.startsWith(tags.open)) {
        held = rest.slice(tags.open.length);
        state = 'reasoning';
        return held === '' ? undefined : step(final);
      }
      if (!final && tags.open.startsWith(rest)) return undefined;
      state = 'answer';
      return take('answer', held.length);
    }
    if (state === 'after-tag') {
      held = held.trimStart();
      if (held === '') return undefined;
      state = 'answer';
      return take('answer', held.length);
    }
    const end = held.indexOf(tags.close);
    if (end < 0) return take('reasoning', held.length - (final ? 0 : overlap(held, tags.close)));
    const piece = take('reasoning', end);
    held = held.slice(tags.close.length);
    state = 'after-tag';
    return piece ?? step(final);
  }

  function take(kind: TextPiece['kind'], length: number): TextPiece | undefined {
    const text = held.slice(0, length);
    held = held.slice(length);
    return text === '' ? undefined : { kind, text };
  }

  function all(final: boolean): TextPiece[] {
    const pieces: TextPiece[] = [];
    for (let piece = step(final); piece !== undefined; piece = step(final)) pieces.push(piece);
    return pieces;
  }

  return {
    get thinking() {
      return state === 'reasoning';
    },
    push(text) {
      held += text;
      return all(false);
    },
    end: () => all(true),
  };
}

/** Longest end of `text` that is a beginning of `mark`: it may become the mark. */
export function overlap(text: string, mark: string): number {
  for (let length = Math.min(text.length, mark.length - 1); length > 0; length--)
    if (text.endsWith(mark.slice(0, length))) return length;
  return 0;
}
