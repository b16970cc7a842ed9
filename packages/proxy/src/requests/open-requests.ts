// Which requests still wait for their bill, and where can a finished answer be asked for again?
import { type Core, LIMITS } from '@cocoonkit/sdk/protocol';
import type { VerifiedMachine } from '@cocoonkit/sdk/seal/envelope';
import { type Deferred, deferred } from '../deferred.js';
import { toHex } from '../hex.js';
import type { Charge } from '../ledger/ledger.js';

/** Requests under way or waiting for a receipt. */
export const OPEN_MAX = 200_000;
/** Ended requests whose worker may still hold the answer. */
const ENDED_MAX = 200_000;

/** Everything the proxy needs to charge a receipt for one attempt. */
export interface Attempt {
  /** Core hash, hex. */
  readonly key: string;
  readonly core: Core;
  readonly coreBytes: Uint8Array;
  readonly coreHash: Uint8Array;
  /** Hex. */
  readonly account: string;
  readonly operation: string;
  /** As the client signed it. */
  readonly authorization: Uint8Array;
  readonly assignmentHash: Uint8Array;
  /** Hex digest of the worker it was assigned to. */
  readonly workerDigest: string;
  /** Absent after a restart: then the worker that delivers the receipt must be that machine. */
  readonly worker?: VerifiedMachine | undefined;
  /** Unix seconds at which the reservation ends by itself. */
  readonly reservedUntil: number;
}

export type Settlement = { outcome: 'charged'; charge: Charge } | { outcome: 'uncharged' };

export interface OpenRequest extends Attempt {
  /** Set when a receipt was charged or refused, or the reservation was given up. */
  readonly settled: Deferred<Settlement>;
}

/** Where to ask for an answer, and who may. */
export interface EndedRequest {
  readonly key: string;
  readonly workerDigest: string;
  readonly resumeHash: Uint8Array;
  readonly untilSeconds: number;
}

export class OpenRequests {
  readonly #open = new Map<string, OpenRequest>();
  readonly #ended = new Map<string, EndedRequest>();

  get size(): number {
    return this.#open.size;
  }

  get full(): boolean {
    return this.#open.size >= OPEN_MAX;
  }

  add(attempt: Attempt): OpenRequest {
    const request: OpenRequest = { ...attempt, settled: deferred<Settlement>() };
    this.#open.set(attempt.key, request);
    return request;
  }

  find(coreHash: Uint8Array): OpenRequest | undefined {
    return this.#open.get(toHex(coreHash));
  }

  findByKey(key: string): OpenRequest | undefined {
    return this.#open.get(key);
  }

  /** Whether a request given to this worker still waits for its bill. */
  awaitsBillOf(workerDigest: string): boolean {
    for (const request of this.#open.values()) if (request.workerDigest === workerDigest) return true;
    return false;
  }

  /** Where the answer of an open or lately ended request lies. */
  findAnswer(coreHash: Uint8Array): { workerDigest: string; resumeHash: Uint8Array } | undefined {
    const key = toHex(coreHash);
    const open = this.#open.get(key);
    if (open !== undefined) return { workerDigest: open.workerDigest, resumeHash: open.core.resumeHash };
    return this.#ended.get(key);
  }

  settle(request: OpenRequest, settlement: Settlement, nowSeconds: number): void {
    request.settled.resolve(settlement);
    if (!this.#open.delete(request.key)) return;
    this.#ended.set(request.key, {
      key: request.key,
      workerDigest: request.workerDigest,
      resumeHash: request.core.resumeHash,
      untilSeconds: nowSeconds + LIMITS.resumeSeconds,
    });
    if (this.#ended.size > ENDED_MAX) {
      const [oldest] = this.#ended.keys();
      if (oldest !== undefined) this.#ended.delete(oldest);
    }
  }

  /** Forgets what can no longer be charged or resumed. */
  sweep(nowSeconds: number): void {
    for (const request of this.#open.values()) {
      if (request.reservedUntil <= nowSeconds) this.settle(request, { outcome: 'uncharged' }, nowSeconds);
    }
    // Insertion order is the order of their ends.
    for (const [key, ended] of this.#ended) {
      if (ended.untilSeconds > nowSeconds) break;
      this.#ended.delete(key);
    }
  }
}
