// Which models does this proxy offer? Making the list means looking at every worker, so it is kept for a second, or until one comes or goes.
import { LIMITS, type ModelOffer, modelsAnswerLayout } from '@cocoonkit/sdk/protocol';
import type { WorkerTable } from '../workers/worker-table.js';

const KEEP_MS = 1_000;
const U32_MAX = 2 ** 32 - 1;

export class ModelList {
  readonly #workers: WorkerTable;
  readonly #now: () => Date;
  #kept: { payload: Uint8Array; version: number; fromMs: number } | undefined;

  constructor(workers: WorkerTable, now: () => Date) {
    this.#workers = workers;
    this.#now = now;
  }

  /** Payload of the answer to `models`. */
  payload(): Uint8Array {
    const nowMs = this.#now().getTime();
    const { version } = this.#workers;
    const { fromMs = Number.NEGATIVE_INFINITY } = this.#kept ?? {};
    const fresh = fromMs <= nowMs && nowMs < fromMs + KEEP_MS;
    if (this.#kept === undefined || !fresh || this.#kept.version !== version)
      this.#kept = { payload: this.#make(), version, fromMs: nowMs };
    return this.#kept.payload;
  }

  #make(): Uint8Array {
    const names = [...this.#workers.models()].sort();
    const models = names.flatMap((model) => this.#offer(model) ?? []);
    return modelsAnswerLayout.encode({ models: models.slice(0, LIMITS.models) });
  }

  #offer(model: string): ModelOffer | undefined {
    const claims = this.#workers.offering(model).map((channel) => channel.claims);
    if (claims.length === 0) return undefined;
    const minCoefficient = claims.reduce((least, { coefficient }) => Math.min(least, coefficient), U32_MAX);
    const maxContext = claims.reduce((most, claim) => Math.max(most, claim.maxContext), 0);
    return { model, workers: claims.length, minCoefficient, maxContext };
  }
}
