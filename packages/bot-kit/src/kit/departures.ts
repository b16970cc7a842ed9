// What if a person blocks the bot, or a group throws it out? Everything of theirs is deleted after 24 hours, unless they come back; restarts do not matter.
import type { Clock } from '../clock.js';
import type { Owner } from './kit.js';
import type { Records } from './records.js';

export type Leaver = { readonly user: number } | { readonly chat: number };

export interface Departures {
  /** `at`: when, in seconds as Telegram says it. */
  left(who: Leaver, at: number): Promise<void>;
  /** What they did before they left, and arrives only now, does not count. */
  cameBack(who: Leaver, at: number): Promise<void>;
  /** Deletes what is due; what fails stays due. How many were deleted, and how many records of theirs. */
  sweep(): Promise<{ gone: number; records: number }>;
}

const WAIT_MS = 24 * 3_600_000;
/** Longer than any bot is away; each sweep renews it. */
const KEPT_MS = 365 * 24 * 3_600_000;
/** When more wait, those who left first are deleted before their time. */
const MOST_WAITING = 5_000;
const NAME = 'departures';

/** `user` or `chat`, its id, when it is due, and when it left as Telegram said it. */
type Entry = readonly [kind: 'user' | 'chat', id: number, due: number, at: number];

export function createDepartures(parts: {
  clock: Clock;
  /** The bot's own, encrypted. */
  records: () => Records;
  forget: (owner: Owner) => Promise<number>;
}): Departures {
  const { clock, records, forget } = parts;
  /** Read once, then held: everyone who writes is looked up in it. */
  let known: readonly Entry[] | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const alone = <T>(task: () => Promise<T>): Promise<T> => {
    const mine = turn.catch(() => undefined).then(task);
    turn = mine;
    return mine;
  };
  const read = async () => (known ??= parseEntries(await records().get(NAME)));
  const write = async (entries: readonly Entry[]) => {
    if (entries.length === 0) await records().delete(NAME);
    else await records().set(NAME, JSON.stringify(entries), KEPT_MS);
    known = entries;
  };

  return {
    left: (who, at) =>
      alone(async () => {
        const entries = (await read()).filter((entry) => !isOf(entry, who));
        await write([...entries, entryOf(who, clock.now() + WAIT_MS, at)]);
      }),
    cameBack: (who, at) =>
      alone(async () => {
        const entries = await read();
        const back = (entry: Entry) => isOf(entry, who) && entry[3] < at;
        if (entries.some(back)) await write(entries.filter((entry) => !back(entry)));
      }),
    sweep: () =>
      alone(async () => {
        const entries = await read();
        const early = Math.max(0, entries.length - MOST_WAITING);
        const deleted = { gone: 0, records: 0 };
        const stay: Entry[] = [];
        for (const [index, entry] of entries.entries()) {
          const [kind, id, due] = entry;
          if (index >= early && due > clock.now()) {
            stay.push(entry);
            continue;
          }
          const count = await forget(kind === 'user' ? { user: id } : { chat: id }).catch(() => undefined);
          if (count === undefined) {
            stay.push(entry);
            continue;
          }
          deleted.gone++;
          deleted.records += count;
        }
        if (entries.length > 0) await write(stay);
        return deleted;
      }),
  };
}

function entryOf(who: Leaver, due: number, at: number): Entry {
  return 'user' in who ? ['user', who.user, due, at] : ['chat', who.chat, due, at];
}

function isOf([kind, id]: Entry, who: Leaver): boolean {
  return 'user' in who ? kind === 'user' && id === who.user : kind === 'chat' && id === who.chat;
}

/** Written by this file and authenticated by the store. */
function parseEntries(text: string | undefined): Entry[] {
  if (text === undefined) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isEntry) : [];
  } catch {
    return [];
  }
}

function isEntry(value: unknown): value is Entry {
  if (!Array.isArray(value)) return false;
  const [kind, ...numbers]: unknown[] = value;
  return (kind === 'user' || kind === 'chat') && numbers.length === 3 && numbers.every(Number.isSafeInteger);
}
