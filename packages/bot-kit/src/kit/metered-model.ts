// How does every model call of one answer verify first, pass the operator's hooks, and get counted? A model that remembers its reports and bills.
import type { VerificationReport } from '@cocoonkit/sdk';
import { callHook, type HookBoundary, type HookOptions, isHookEnd } from '../hooks/call-hook.js';
import type { AfterModel, BeforeModel } from '../hooks/model-result.js';
import type { ModelAnswer, ModelRequest, PrivateModel } from '../model/private-model.js';

export interface Metered extends PrivateModel {
  /** Of all calls so far. */
  readonly spent: { readonly tokens: number; readonly cost: bigint; readonly calls: number };
  /** Of the call that ended last; shows the machine that answered. */
  readonly report: VerificationReport | undefined;
  /** Waits for the bills of calls that have ended. */
  settled(): Promise<void>;
  /**
   * Shows `afterModel` what was written by calls that did not end, and throws what any hook of this answer threw: also when a feature
   * went on without that part.
   */
  judge(): Promise<void>;
}

export interface ModelHooks {
  /** Throws unless the machines are known to be genuine. */
  readonly verified: (signal: AbortSignal) => Promise<unknown>;
  readonly feature: string;
  readonly beforeModel?: BeforeModel | undefined;
  readonly afterModel?: AfterModel | undefined;
  readonly boundary: Omit<HookBoundary, 'signal'>;
}

/** One call that `afterModel` has not seen. */
interface OpenCall {
  text: string;
}

export function meteredModel(model: PrivateModel, hooks: ModelHooks): Metered {
  const { feature, beforeModel, afterModel, boundary } = hooks;
  const spent = { tokens: 0, cost: 0n, calls: 0 };
  const bills: Promise<void>[] = [];
  const unseen = new Set<OpenCall>();
  let last: VerificationReport | undefined;
  /** The first thing a hook threw: the answer is over, whoever catches it. */
  let refused: { error: unknown } | undefined;

  function count(answer: ModelAnswer): void {
    spent.calls++;
    const bill = Promise.all([answer.receipt, answer.report]).then(([receipt, report]) => {
      const { usage } = receipt.private;
      spent.tokens += usage.prompt + usage.completion;
      spent.cost += receipt.cost.client;
      last = report;
    });
    // An answer without a bill costs nothing.
    bills.push(bill.catch(() => undefined));
  }

  async function latched<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (isHookEnd(error)) refused ??= { error };
      throw error;
    }
  }

  async function allowed(request: ModelRequest): Promise<ModelRequest> {
    if (refused !== undefined) throw refused.error;
    if (beforeModel === undefined) return request;
    const { signal } = request;
    const edit = async (options: HookOptions) => {
      const edited = await beforeModel(request, { ...options, feature });
      // Whoever forgot to return what they cleaned must not have the original sent.
      if (!Array.isArray(edited?.messages)) throw new TypeError('no request');
      return { ...edited, signal };
    };
    return latched(callHook('beforeModel', edit, { ...boundary, signal }));
  }

  async function show(call: OpenCall, answer?: ModelAnswer): Promise<void> {
    unseen.delete(call);
    if (afterModel === undefined) return;
    const receipt = await answer?.receipt.catch(() => undefined);
    const { prompt = 0, completion = 0 } = receipt?.private.usage ?? {};
    const result = {
      text: call.text,
      whole: answer !== undefined,
      promptTokens: prompt,
      completionTokens: completion,
      cost: receipt?.cost.client ?? 0n,
      simulated: model.simulated,
    };
    // Not with the answer's own signal: what was stopped is shown to it as well.
    await latched(callHook('afterModel', (options) => afterModel(result, { ...options, feature }), boundary));
  }

  return {
    ...model,
    verify: model.verify,
    spent,
    get report() {
      return last;
    },
    settled: async () => void (await Promise.all(bills)),
    async judge() {
      for (const call of [...unseen]) await show(call);
      if (refused !== undefined) throw refused.error;
    },
    stream(request) {
      let answer: ModelAnswer | undefined;
      const begin = async () => {
        await hooks.verified(request.signal);
        answer = model.stream(await allowed(request));
        count(answer);
        return answer;
      };
      // Nothing is begun, and so nothing verified or sent, before somebody reads.
      let begun: Promise<ModelAnswer> | undefined;
      const start = () => (begun ??= begin());
      const later = <T>(pick: (answer: ModelAnswer) => Promise<T>): Promise<T> => {
        const wanted = start().then(pick);
        wanted.catch(() => undefined);
        return wanted;
      };
      return {
        get report() {
          return later((known) => known.report);
        },
        get receipt() {
          return later((known) => known.receipt);
        },
        cancel: async () => answer?.cancel(),
        async *[Symbol.asyncIterator]() {
          const reading = await start();
          const call: OpenCall = { text: '' };
          for await (const piece of reading) {
            call.text += piece;
            if (afterModel !== undefined) unseen.add(call);
            yield piece;
          }
          await show(call, reading);
        },
      };
    },
  };
}
