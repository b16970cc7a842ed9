// Whose turn is it? A person's first job goes before every second one, every second before every third, and so on.
import type { HeldJob } from './create-job.js';
import { createRankedQueue, type Ranked, type RankedQueue } from './ranked-queue.js';

export interface FairLine {
  readonly size: number;
  waitingOf(user: number): number;
  /** Of one person, oldest first. */
  of(user: number): HeldJob[];
  find(id: string): HeldJob | undefined;
  /** `running`: jobs of this person that run now. */
  push(held: HeldJob, running: number): void;
  /** The first job, in order of turns, of a person for whom `free` is true. */
  take(free: (user: number) => boolean): HeldJob | undefined;
  remove(id: string): HeldJob | undefined;
  /** How many jobs would run before it, plus one, if jobs ended one after another and nobody came; 0 if it does not wait. */
  position(id: string): number;
  all(): HeldJob[];
}

/**
 * A job that has seen so many others begin since it came gives way no longer, so that a stream of new people cannot
 * keep anybody waiting for ever. More than a line holds, so while one line empties every first job goes before.
 */
const GIVES_WAY = 10_000;

interface Waiting {
  readonly held: HeldJob;
  /** How many jobs of the same person it comes after. */
  readonly turn: number;
}

export function createFairLine(): FairLine {
  /** By turn. Within one, whoever came first is first. */
  const turns: RankedQueue<Waiting>[] = [];
  const byId = new Map<string, Ranked<Waiting>>();
  const byUser = new Map<number, Ranked<Waiting>[]>();
  /** Jobs that have begun. */
  let begun = 0;

  function take(ranked: Ranked<Waiting>): HeldJob {
    const { held, turn } = ranked.item;
    turns[turn]?.remove(ranked);
    byId.delete(held.job.id);
    const own = byUser.get(held.job.user) ?? [];
    own.splice(own.indexOf(ranked), 1);
    if (own.length === 0) byUser.delete(held.job.user);
    return held;
  }

  /** Of each turn's first who is free, the one who has the right to go first. */
  function next(free: (user: number) => boolean): Ranked<Waiting> | undefined {
    let best: Ranked<Waiting> | undefined;
    for (const queue of turns) {
      for (const ranked of queue) {
        // At the same key the later turn has waited longer.
        if (best !== undefined && ranked.key > best.key) break;
        if (!free(ranked.item.held.job.user)) continue;
        best = ranked;
        break;
      }
    }
    return best;
  }

  return {
    get size() {
      return byId.size;
    },
    waitingOf: (user) => byUser.get(user)?.length ?? 0,
    of: (user) => (byUser.get(user) ?? []).map(({ item }) => item.held),
    find: (id) => byId.get(id)?.item.held,
    push(held, running) {
      const own = byUser.get(held.job.user) ?? [];
      // Never before an earlier one of the same person, also when others of theirs were stopped meanwhile.
      const turn = Math.max(own.length + running, own.at(-1)?.item.turn ?? 0);
      while (turns.length <= turn) turns.push(createRankedQueue());
      const ranked = turns[turn]?.push({ held, turn }, begun + turn * GIVES_WAY);
      if (ranked === undefined) return;
      byId.set(held.job.id, ranked);
      byUser.set(held.job.user, [...own, ranked]);
    },
    take(free) {
      const ranked = next(free);
      if (ranked === undefined) return undefined;
      begun++;
      return take(ranked);
    },
    remove(id) {
      const ranked = byId.get(id);
      return ranked === undefined ? undefined : take(ranked);
    },
    position(id) {
      const ranked = byId.get(id);
      if (ranked === undefined) return 0;
      const { turn } = ranked.item;
      const before = turns.map((queue, other) =>
        other === turn ? queue.before(ranked.key, ranked) : queue.before(ranked.key + (other > turn ? 1 : 0)),
      );
      return 1 + before.reduce((sum, count) => sum + count, 0);
    },
    all: () => [...byId.values()].map(({ item }) => item.held),
  };
}
