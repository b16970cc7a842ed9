// Which workers are connected? By digest for requests, by model for offers; one channel for each machine.
import { Reputation } from './reputation.js';
import type { WorkerChannel } from './worker-channel.js';

const PING_AFTER_MS = 15_000;
const CLOSE_AFTER_MS = 45_000;
const SWEEP_MS = 5_000;
/** Running answers may end after the keys of their channel did, or after it was retired; no new ones are given to it. */
const FINISH_MS = 660_000;
/** Reputations of machines, connected or gone; the oldest go first. */
const REPUTATIONS_MAX = 50_000;

export class WorkerTable {
  readonly #byDigest = new Map<string, WorkerChannel>();
  readonly #byModel = new Map<string, Set<WorkerChannel>>();
  readonly #reputations = new Map<string, Reputation>();
  /** By machine, owner and model: the digest they had last. */
  readonly #lineages = new Map<string, string>();
  readonly #now: () => Date;
  readonly #isOwed: (digest: string) => boolean;
  readonly #timer: NodeJS.Timeout;
  #version = 0;

  /** `isOwed`: whether a bill of this worker is still to come; retired channels wait for it. */
  constructor(now: () => Date, isOwed: (digest: string) => boolean = () => false) {
    this.#now = now;
    this.#isOwed = isOwed;
    this.#timer = setInterval(() => this.sweep(), SWEEP_MS);
    this.#timer.unref();
  }

  /** Grows with every change of who is connected. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#byDigest.size;
  }

  get streams(): number {
    let sum = 0;
    for (const channel of this.#byDigest.values()) sum += channel.streams;
    return sum;
  }

  /** Workers whose code is no longer allowed and that finish their answers. */
  get revoked(): number {
    return [...this.#byDigest.values()].filter((channel) => channel.revoked).length;
  }

  /** Gives a worker nothing new from now on, lets it finish what runs, and closes its channel then. */
  revoke(channel: WorkerChannel): void {
    channel.retire('revoked');
    // Lists that name it are made anew.
    this.#version++;
    this.sweep();
  }

  /** A machine that comes back before its old channel was found dead takes its place. */
  add(channel: WorkerChannel): void {
    this.#byDigest.get(channel.digest)?.close();
    this.#inherit(channel);
    this.#byDigest.set(channel.digest, channel);
    const sameModel = this.#byModel.get(channel.claims.model) ?? new Set();
    this.#byModel.set(channel.claims.model, sameModel.add(channel));
    this.#version++;
  }

  remove(channel: WorkerChannel): void {
    if (this.#byDigest.get(channel.digest) === channel) this.#byDigest.delete(channel.digest);
    const sameModel = this.#byModel.get(channel.claims.model);
    sameModel?.delete(channel);
    if (sameModel?.size === 0) this.#byModel.delete(channel.claims.model);
    this.#version++;
  }

  find(digest: string): WorkerChannel | undefined {
    return this.#byDigest.get(digest);
  }

  all(): Iterable<WorkerChannel> {
    return this.#byDigest.values();
  }

  models(): Iterable<string> {
    return this.#byModel.keys();
  }

  /** Channels that offer a model and take new requests. */
  offering(model: string): WorkerChannel[] {
    const nowMs = this.#now().getTime();
    return [...(this.#byModel.get(model) ?? [])].filter(
      (channel) => !channel.draining && channel.expiresAt > nowMs,
    );
  }

  reputation(digest: string): Reputation {
    const known = this.#reputations.get(digest);
    if (known !== undefined) return known;
    const fresh = new Reputation();
    remember(this.#reputations, digest, fresh);
    return fresh;
  }

  /** New keys, the same worker: its past goes with it, or a restart would wash it clean. */
  #inherit({ digest, claims, worker }: WorkerChannel): void {
    const lineage = JSON.stringify([worker.quote.ppid, claims.owner, claims.model]);
    const before = this.#lineages.get(lineage);
    const past = before === undefined ? undefined : this.#reputations.get(before);
    if (past !== undefined && !this.#reputations.has(digest))
      remember(this.#reputations, digest, Reputation.from(past));
    remember(this.#lineages, lineage, digest);
  }

  /** Ends channels that are silent, and those that were retired, or whose keys ended, and have nothing left to finish. */
  sweep(): void {
    const nowMs = this.#now().getTime();
    for (const channel of [...this.#byDigest.values()]) {
      const over = channel.retiredAt ?? (channel.expiresAt <= nowMs ? channel.expiresAt : undefined);
      if (over !== undefined && (!this.#isBusy(channel) || over + FINISH_MS <= nowMs)) channel.close();
      else channel.checkSilence(PING_AFTER_MS, CLOSE_AFTER_MS);
    }
  }

  /** A worker that may not come back must hand over its bill on this channel. */
  #isBusy(channel: WorkerChannel): boolean {
    return channel.streams > 0 || (channel.revoked && this.#isOwed(channel.digest));
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const channel of [...this.#byDigest.values()]) channel.close();
  }
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next().value;
  if (map.size > REPUTATIONS_MAX && oldest !== undefined) map.delete(oldest);
}
