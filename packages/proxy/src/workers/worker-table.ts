// Which workers are connected? By digest for requests, by model for offers; one channel for each machine.
import { Reputation } from './reputation.js';
import type { WorkerChannel } from './worker-channel.js';

const PING_AFTER_MS = 15_000;
const CLOSE_AFTER_MS = 45_000;
/** Every channel is looked at once in so long, a few at a time: ten thousand pings at once would hold up every answer. */
const SWEEP_MS = 5_000;
const SWEEP_SLICES = 50;
/** Running answers may end after the keys of their channel did, or after it was retired; no new ones are given to it. */
const FINISH_MS = 660_000;
/** Reputations of machines, connected or gone; the oldest go first. */
const REPUTATIONS_MAX = 50_000;

export class WorkerTable {
  /** All that are open; of a machine with several, the newest is in `#byDigest`. */
  readonly #channels = new Set<WorkerChannel>();
  readonly #byDigest = new Map<string, WorkerChannel>();
  /** Ascending by digest. */
  readonly #byModel = new Map<string, WorkerChannel[]>();
  readonly #reputations = new Map<string, Reputation>();
  /** By machine, owner and model: the digest they had last. */
  readonly #lineages = new Map<string, string>();
  readonly #now: () => Date;
  readonly #isOwed: (digest: string) => boolean;
  readonly #timer: NodeJS.Timeout;
  #version = 0;
  /** Channels that this round has still to look at, and its slices so far. */
  #unswept: WorkerChannel[] = [];
  #slice = 0;

  /** `isOwed`: whether a bill of this worker is still to come; retired channels wait for it. */
  constructor(now: () => Date, isOwed: (digest: string) => boolean = () => false) {
    this.#now = now;
    this.#isOwed = isOwed;
    this.#timer = setInterval(() => this.#sweepSlice(), SWEEP_MS / SWEEP_SLICES);
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
    for (const channel of this.#channels) sum += channel.streams;
    return sum;
  }

  /** Workers whose code is no longer allowed and that finish their answers. */
  get revoked(): number {
    return [...this.#channels].filter((channel) => channel.revoked).length;
  }

  /** Gives a worker nothing new from now on, lets it finish what runs, and closes its channel then. */
  revoke(channel: WorkerChannel): void {
    channel.retire('revoked');
    // Lists that name it are made anew.
    this.#version++;
    this.#check(channel);
  }

  /**
   * A machine that comes back before its old channel was found dead takes its place. One that comes for this proxy's next keys leaves the
   * old channel to the answers that run on it.
   */
  add(channel: WorkerChannel): void {
    const before = this.#byDigest.get(channel.digest);
    if (before?.epoch === channel.epoch) before.close();
    else before?.retire('replaced');
    this.#inherit(channel);
    this.#channels.add(channel);
    this.#byDigest.set(channel.digest, channel);
    const { model } = channel.claims;
    const sameModel = this.#byModel.get(model) ?? [];
    sameModel.splice(placeOf(sameModel, channel.digest), 0, channel);
    this.#byModel.set(model, sameModel);
    this.#version++;
  }

  remove(channel: WorkerChannel): void {
    this.#channels.delete(channel);
    if (this.#byDigest.get(channel.digest) === channel) this.#byDigest.delete(channel.digest);
    const { model } = channel.claims;
    const sameModel = this.#byModel.get(model) ?? [];
    // With one digest there may be two for a moment, the old one and the one that takes its place.
    const at = sameModel.indexOf(channel, placeOf(sameModel, channel.digest));
    if (at >= 0) sameModel.splice(at, 1);
    if (sameModel.length === 0) this.#byModel.delete(model);
    this.#version++;
  }

  find(digest: string): WorkerChannel | undefined {
    return this.#byDigest.get(digest);
  }

  all(): Iterable<WorkerChannel> {
    return this.#channels;
  }

  models(): Iterable<string> {
    return this.#byModel.keys();
  }

  /** Channels that offer a model and take new requests, ascending by digest. Looks at each: for lists, not for requests. */
  offering(model: string): WorkerChannel[] {
    const nowMs = this.#now().getTime();
    return (this.#byModel.get(model) ?? []).filter((channel) => takesNew(channel, nowMs));
  }

  /** Whether any channel offers a model; as quick with ten thousand as with ten. */
  offers(model: string): boolean {
    const nowMs = this.#now().getTime();
    return (this.#byModel.get(model) ?? []).some((channel) => takesNew(channel, nowMs));
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
    for (const channel of [...this.#channels]) this.#check(channel);
  }

  #sweepSlice(): void {
    if (this.#slice === 0) this.#unswept = [...this.#channels];
    const left = SWEEP_SLICES - this.#slice;
    const some = this.#unswept.splice(0, Math.ceil(this.#unswept.length / left));
    for (const channel of some) if (!channel.closed) this.#check(channel);
    this.#slice = (this.#slice + 1) % SWEEP_SLICES;
  }

  #check(channel: WorkerChannel): void {
    const nowMs = this.#now().getTime();
    const over = channel.retiredAt ?? (channel.expiresAt <= nowMs ? channel.expiresAt : undefined);
    if (over !== undefined && (!this.#isBusy(channel) || over + FINISH_MS <= nowMs)) channel.close();
    else channel.checkSilence(PING_AFTER_MS, CLOSE_AFTER_MS);
  }

  /** A worker that may not come back must hand over its bill on this channel. */
  #isBusy(channel: WorkerChannel): boolean {
    return channel.streams > 0 || (channel.revoked && this.#isOwed(channel.digest));
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const channel of [...this.#channels]) channel.close();
  }
}

function takesNew(channel: WorkerChannel, nowMs: number): boolean {
  return !channel.draining && channel.expiresAt > nowMs;
}

/** Index of the first channel whose digest is not below this one. */
function placeOf(ascending: readonly WorkerChannel[], digest: string): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle]?.digest ?? '') < digest) low = middle + 1;
    else high = middle;
  }
  return low;
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next().value;
  if (map.size > REPUTATIONS_MAX && oldest !== undefined) map.delete(oldest);
}
