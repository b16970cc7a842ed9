// Whose turn is it? People take turns, however many jobs one of them brought.
import type { HeldJob } from './create-job.js';

export interface FairLine {
  readonly size: number;
  waitingOf(user: number): number;
  push(held: HeldJob): void;
  /** The first job, in order of turns, of a person for whom `free` is true. */
  take(free: (user: number) => boolean): HeldJob | undefined;
  remove(id: string): HeldJob | undefined;
  /** How many jobs would run before it, plus one, if jobs ended one after another; 0 if it does not wait. */
  position(id: string): number;
  all(): HeldJob[];
}

export function createFairLine(): FairLine {
  // In order of turns: whoever was served goes to the end.
  const lines = new Map<number, HeldJob[]>();
  let size = 0;

  const indexOf = (id: string) => {
    for (const [user, line] of lines) {
      const index = line.findIndex(({ job }) => job.id === id);
      if (index >= 0) return { user, line, index };
    }
    return undefined;
  };

  return {
    get size() {
      return size;
    },
    waitingOf: (user) => lines.get(user)?.length ?? 0,
    push(held) {
      const line = lines.get(held.job.user);
      if (line === undefined) lines.set(held.job.user, [held]);
      else line.push(held);
      size++;
    },
    take(free) {
      for (const [user, line] of lines) {
        if (!free(user)) continue;
        const held = line.shift();
        lines.delete(user);
        if (line.length > 0) lines.set(user, line);
        if (held === undefined) continue;
        size--;
        return held;
      }
      return undefined;
    },
    remove(id) {
      const found = indexOf(id);
      if (found === undefined) return undefined;
      const [held] = found.line.splice(found.index, 1);
      if (found.line.length === 0) lines.delete(found.user);
      size--;
      return held;
    },
    position(id) {
      const found = indexOf(id);
      if (found === undefined) return 0;
      let before = found.index;
      let passed = false;
      for (const [user, line] of lines) {
        if (user === found.user) passed = true;
        else before += Math.min(line.length, found.index + (passed ? 0 : 1));
      }
      return before + 1;
    },
    all: () => [...lines.values()].flat(),
  };
}
