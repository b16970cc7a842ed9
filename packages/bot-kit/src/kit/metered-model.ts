// How does every model call of one answer verify first and get counted? A model that remembers its reports and bills.
import type { VerificationReport } from '@cocoonkit/sdk';
import type { ModelAnswer, ModelRequest, PrivateModel } from '../model/private-model.js';

export interface Metered extends PrivateModel {
  /** Of all calls so far. */
  readonly spent: { readonly tokens: number; readonly cost: bigint; readonly calls: number };
  /** Of the call that ended last; shows the machine that answered. */
  readonly report: VerificationReport | undefined;
  /** Waits for the bills of calls that have ended. */
  settled(): Promise<void>;
}

export function meteredModel(
  model: PrivateModel,
  hooks: {
    /** Throws unless the machines are known to be genuine. */
    verified: (signal: AbortSignal) => Promise<unknown>;
    beforeModel?: ((request: ModelRequest) => ModelRequest | Promise<ModelRequest>) | undefined;
  },
): Metered {
  const spent = { tokens: 0, cost: 0n, calls: 0 };
  const bills: Promise<void>[] = [];
  let last: VerificationReport | undefined;

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

  return {
    ...model,
    verify: model.verify,
    spent,
    get report() {
      return last;
    },
    settled: async () => void (await Promise.all(bills)),
    stream(request) {
      let answer: ModelAnswer | undefined;
      const begin = async () => {
        await hooks.verified(request.signal);
        const asked = (await hooks.beforeModel?.(request)) ?? request;
        answer = model.stream(asked);
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
          yield* await start();
        },
      };
    },
  };
}
