// Which updates have been dealt with? Their numbers, for a day, in records of a hundred: one write each, and few reads at a start.
import type { SealedRecords } from '../storage/sealed-records.js';

export interface DoneUpdates {
  has(update: number): boolean;
  /** In memory at once; resolves when it is on disk. @throws CocoonError `STORAGE_FAILED` */
  add(update: number): Promise<void>;
  /** Reads those of processes before this one: `records` of them, as many as were ever written. */
  load(records: number): Promise<void>;
  /** How many records there are. */
  readonly records: number;
}

const IN_ONE = 100;

export function createDoneUpdates(parts: {
  store: SealedRecords;
  now: () => number;
  keepMs: number;
  /** Updates kept at most: the oldest are forgotten first. */
  most: number;
  /** One record more is in use. */
  onGrow: () => Promise<void>;
}): DoneUpdates {
  const { store, now, keepMs, onGrow } = parts;
  const most = Math.max(1, Math.ceil(parts.most / IN_ONE));
  const seen = new Map<number, number>();
  const kept: Map<number, number>[] = [];
  let current = 0;
  let turn: Promise<unknown> = Promise.resolve();

  function remember(update: number, at: number): void {
    seen.set(update, at);
    const [oldest] = seen.keys();
    if (seen.size > parts.most && oldest !== undefined) seen.delete(oldest);
  }

  async function write(update: number): Promise<void> {
    const before = kept.length;
    let record = kept[current];
    if (record === undefined || record.size >= IN_ONE) {
      // The next one holds the oldest, once all are in use.
      if (record !== undefined) current = (current + 1) % most;
      record = new Map();
      kept[current] = record;
    }
    record.set(update, now());
    if (kept.length > before) await onGrow();
    await store.write(nameOf(current), JSON.stringify([...record]), now() + keepMs);
  }

  return {
    get records() {
      return kept.length;
    },
    has(update) {
      const at = seen.get(update);
      return at !== undefined && at > now() - keepMs;
    },
    add(update) {
      remember(update, now());
      const mine = turn.catch(() => undefined).then(() => write(update));
      turn = mine;
      return mine;
    },
    async load(records) {
      const found = await Promise.all(
        Array.from({ length: Math.min(records, most) }, (_, index) => store.read(nameOf(index))),
      );
      let newest = 0;
      for (const [index, record] of found.entries()) {
        const updates = typeof record === 'object' ? parseUpdates(record.value) : new Map<number, number>();
        kept[index] = updates;
        const last = Math.max(0, ...updates.values());
        if (last < newest || updates.size === 0) continue;
        newest = last;
        current = index;
      }
      for (const [update, at] of kept.flatMap((updates) => [...updates]).sort((a, b) => a[1] - b[1]))
        remember(update, at);
    },
  };
}

const nameOf = (index: number): string => `done ${index}`;

function parseUpdates(text: string): Map<number, number> {
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return new Map();
    return new Map(
      value.filter(
        (entry): entry is [number, number] =>
          Array.isArray(entry) && typeof entry[0] === 'number' && typeof entry[1] === 'number',
      ),
    );
  } catch {
    return new Map();
  }
}
