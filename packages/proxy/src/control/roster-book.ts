// Which workers does this proxy offer? One signed list per model and time, the same for everybody who asks (PROTOCOL.md §5.6).
import { encodeRosterPage, LIMITS } from '@cocoonkit/sdk/protocol';
import { rosterPageHash, signRoster } from '@cocoonkit/sdk/seal/envelope';
import type { Epoch } from '../identity.js';
import { refusal } from '../refusal.js';
import type { WorkerChannel } from '../workers/worker-channel.js';
import type { WorkerTable } from '../workers/worker-table.js';

/** A list is made anew when it is this old, or a second old and somebody came or went. */
const REFRESH_SECONDS = 10;
/** Load and success are hints in eight classes: finer ones would only make lists differ. */
const CLASS = 32;
const LISTS_MAX = 1_024;

export interface SignedRoster {
  readonly epoch: number;
  readonly version: number;
  readonly roster: Uint8Array;
  readonly signature: Uint8Array;
  readonly pages: readonly Uint8Array[];
}

export class RosterBook {
  readonly #workers: WorkerTable;
  readonly #now: () => Date;
  readonly #lists = new Map<string, Promise<SignedRoster>>();

  constructor(workers: WorkerTable, now: () => Date) {
    this.#workers = workers;
    this.#now = now;
  }

  /** @throws CocoonError `MODEL_UNKNOWN` */
  async roster(model: string, epoch: Epoch): Promise<SignedRoster> {
    const key = `${epoch.replica} ${model}`;
    const known = await this.#lists.get(key);
    if (known !== undefined && this.#isFresh(known)) return known;
    if (!this.#workers.offers(model))
      throw refusal('MODEL_UNKNOWN', 'No connected worker offers this model.');
    // Another question may have started the new list meanwhile: two lists of one second would differ.
    const current = this.#lists.get(key);
    const started = current === undefined ? undefined : await current;
    if (started !== undefined && started !== known) return started;
    const made = this.#make(model, epoch);
    this.#lists.delete(key);
    this.#lists.set(key, made);
    made.catch(() => this.#lists.delete(key));
    if (this.#lists.size > LISTS_MAX) {
      const [oldest] = this.#lists.keys();
      if (oldest !== undefined) this.#lists.delete(oldest);
    }
    return made;
  }

  #isFresh({ epoch, version }: SignedRoster): boolean {
    const age = this.#seconds() - epoch;
    return age < 1 || (age < REFRESH_SECONDS && version === this.#workers.version);
  }

  async #make(model: string, epoch: Epoch): Promise<SignedRoster> {
    const version = this.#workers.version;
    const offered = this.#workers.offering(model);
    const shown = offered.slice(0, LIMITS.rosterPages * LIMITS.rosterPageEntries);
    const pages: Uint8Array[] = [];
    for (let at = 0; at < shown.length; at += LIMITS.rosterPageEntries) {
      const page = shown.slice(at, at + LIMITS.rosterPageEntries);
      pages.push(encodeRosterPage(page.map((channel) => this.#entry(channel))));
    }
    const seconds = this.#seconds();
    const signed = await signRoster(epoch.keys.signer, {
      epoch: seconds,
      validUntil: seconds + LIMITS.rosterLifeSeconds,
      proxyDigest: epoch.digest,
      model,
      total: shown.length,
      pageHashes: pages.map((page) => rosterPageHash(page)),
    });
    return { ...signed, pages, epoch: seconds, version };
  }

  #entry(channel: WorkerChannel) {
    const success = this.#workers.reputation(channel.digest).success(this.#now().getTime());
    return {
      digest: channel.worker.digest,
      coefficient: channel.claims.coefficient,
      load: classOf(channel.running / channel.slots),
      success: classOf(success),
    };
  }

  #seconds(): number {
    return Math.floor(this.#now().getTime() / 1000);
  }
}

function classOf(share: number): number {
  return Math.min(
    255,
    Math.floor((Math.min(Math.max(share, 0), 1) * 255) / CLASS) * CLASS + (share >= 1 ? 31 : 0),
  );
}
