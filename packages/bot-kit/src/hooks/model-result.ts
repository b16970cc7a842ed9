// What do hooks around the model see? The request, and afterwards the answer with its verified bill.
import type { ModelRequest } from '../model/private-model.js';
import type { HookOptions } from './call-hook.js';

export interface ModelHookOptions extends HookOptions {
  /** Name of the feature that asks. */
  readonly feature: string;
}

/** May change a request before it is sealed, or throw `refusal()`. */
export type BeforeModel = (
  request: ModelRequest,
  options: ModelHookOptions,
) => ModelRequest | Promise<ModelRequest>;

export interface ModelResult {
  /** All the model wrote, or what there was when the person stopped it. */
  readonly text: string;
  /** False when it was stopped. */
  readonly whole: boolean;
  /** From the verified receipt; 0 when there is none, as for an answer that was stopped early. */
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** nanoTON. */
  readonly cost: bigint;
  readonly simulated: boolean;
}

/** Reads an answer when it has ended. Throw `refusal()`, and the message that stays is not sent. */
export type AfterModel = (result: ModelResult, options: ModelHookOptions) => void | Promise<void>;

/** What is priced. */
export interface PricedRequest {
  readonly feature: string;
  /** Absent before the answer has begun. */
  readonly usage?:
    | {
        readonly tokens: number;
        /** nanoTON. */
        readonly cost: bigint;
        readonly calls: number;
        readonly outcome: 'done' | 'stopped' | 'failed';
      }
    | undefined;
}

/**
 * What a request counts in `limits.tokensPerDay` and against what was paid for: a whole number, 0 for free. Asked twice: before,
 * without `usage`, when a number above what is left refuses the request (return `undefined` if it depends on the usage); and after,
 * with it. `undefined` then means: its tokens.
 */
export type Price = (
  request: PricedRequest,
  options: HookOptions,
) => number | undefined | Promise<number | undefined>;
