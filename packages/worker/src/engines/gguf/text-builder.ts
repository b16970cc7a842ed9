// Which text do tokens make, as soon as it is certain? Characters cut between tokens and beginnings of stop strings are held back.
import { overlap } from '../split-reasoning.js';

/** A character of UTF-8 has at most four bytes, hence at most four byte tokens. */
const MAX_PARTIAL_TOKENS = 4;
/** Tokens before the new ones that the detokenizer looks at for spaces. */
const LOOK_BACK = 8;
const REPLACEMENT = '\ufffd';

export interface TextBuilder<Token> {
  /** Text that is certain now. */
  push(token: Token): string;
  /** Whether a stop string has appeared; no more text comes then. */
  readonly stopped: boolean;
  /** The rest, when no more tokens come. */
  end(): string;
}

export function createTextBuilder<Token>(
  detokenize: (tokens: readonly Token[], before: readonly Token[]) => string,
  stops: readonly string[],
): TextBuilder<Token> {
  let before: Token[] = [];
  let partial: Token[] = [];
  let held = '';
  let stopped = false;

  function decode(final: boolean): void {
    const text = detokenize(partial, before);
    if (!final && text.endsWith(REPLACEMENT) && partial.length < MAX_PARTIAL_TOKENS) return;
    held += text;
    before = [...before, ...partial].slice(-LOOK_BACK);
    partial = [];
  }

  function release(final: boolean): string {
    const cuts = stops.map((stop) => held.indexOf(stop)).filter((at) => at >= 0);
    if (cuts.length > 0) {
      stopped = true;
      const text = held.slice(0, Math.min(...cuts));
      held = '';
      return text;
    }
    const keep = final ? 0 : Math.max(0, ...stops.map((stop) => overlap(held, stop)));
    const text = held.slice(0, held.length - keep);
    held = held.slice(held.length - keep);
    return text;
  }

  return {
    push(token) {
      if (stopped) return '';
      partial.push(token);
      decode(false);
      return release(false);
    },
    get stopped() {
      return stopped;
    },
    end() {
      if (stopped) return '';
      if (partial.length > 0) decode(true);
      return release(true);
    },
  };
}
