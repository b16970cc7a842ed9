// What must a model runtime offer so that a worker can serve it, and what does the worker rely on?
import type { Operation } from '@cocoonkit/sdk/protocol';

/** What an engine can do. A worker lists these in its manifest, so the client refuses before sealing. */
export type Feature =
  | 'summarize'
  | 'quote'
  | 'search'
  | 'chat'
  | 'tools'
  | 'json'
  | 'vision'
  | 'embeddings'
  | 'reasoning';

/** Tokens of one request. `cached` is a part of `prompt`, `reasoning` a part of `completion`; all are whole numbers >= 0. */
export interface Usage {
  prompt: number;
  cached: number;
  completion: number;
  reasoning: number;
}

/** Why the answer ended: by itself, at the token cap, or because the model asks for a tool. */
export type FinishReason = 'stop' | 'length' | 'tool_calls';

/** Who counted: the engine itself, the exact tokenizer its card names, or deltas with text (never more than bytes). */
export type CountedBy = 'engine' | 'tokenizer' | 'deltas';

/** The standing facts about an engine; the worker copies them into its quoted manifest. */
export interface EngineCard {
  /** Stable id of the engine's code, for example `cocoonkit/extractive`. */
  id: string;
  /** Model name as clients ask for it. */
  model: string;
  /** Name and version of the runtime, for people. */
  engine: string;
  features: readonly Feature[];
  /** Most prompt tokens of one request. */
  maxContext: number;
  /** 32 bytes: SHA-256 that names the tokenizer exactly. */
  tokenizerDigest: Uint8Array;
  /** True when the model runs outside the attested machine, so the quote says nothing about it. */
  external: boolean;
}

export interface EngineRequest {
  /** `embeddings` comes only to engines whose card names the feature. */
  operation: Operation;
  /** Parsed body of an OpenAI chat-completion or embedding request. Hostile: the engine checks every field it reads. */
  request: Readonly<Record<string, unknown>>;
  /** Cap on completion tokens, whole number >= 1; 0 for embeddings. The request's own `max_tokens` can only lower it. */
  maxOutputTokens: number;
}

/** `chunk` any number of times, then exactly one `end`, which is always the last event. */
export type EngineEvent =
  | {
      type: 'chunk';
      /** One OpenAI `chat.completion.chunk` or `embedding` object, exactly as it must reach the client. */
      json: string;
      /** Running total of completion tokens, this chunk included. */
      completionTokens: number;
    }
  | { type: 'end'; finish: FinishReason; usage: Usage; countedBy: CountedBy };

export interface Engine {
  readonly card: EngineCard;
  /**
   * Answers one request. Nothing is computed further than the consumer has asked for, so slow readers slow the engine.
   * Without an `end` event the answer is incomplete and must not be billed as complete.
   *
   * @throws CocoonError kind `model`: `REQUEST_INVALID`, `MODEL_LACKS_FEATURE`, `CONTEXT_OVERFLOW` (all before the first
   * chunk) and codes of the engine itself; kind `aborted`: `ABORTED` soon after `signal` fires.
   */
  run(request: EngineRequest, options: { signal: AbortSignal }): AsyncIterable<EngineEvent>;
}
