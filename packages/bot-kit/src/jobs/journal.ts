// What was this bot doing when its process died? Every update that starts work is written down before the work begins.
import { CocoonError } from '@cocoonkit/sdk';
import type { Clock } from '../clock.js';
import type { SealedRecords } from '../storage/sealed-records.js';
import type { OutletAddress } from '../streamer/outlet-address.js';
import { createDoneUpdates } from './done-updates.js';
import { JOB_LIMITS } from './job-limits.js';
import { type JournalEntry, parseEntry } from './journal-entry.js';

export interface Claim {
  readonly update: number;
  readonly user: number;
  readonly chat: number;
  /** Whether a button may do it again after a crash. */
  readonly again: boolean;
  readonly address?: OutletAddress | undefined;
}

export interface Journal {
  /** Reads what processes before this one left; once. @throws CocoonError `STORAGE_FAILED` */
  ready(): Promise<void>;
  /** `done`: nothing is to be done for it, or this process is at it. @throws CocoonError `STORAGE_FAILED` */
  find(update: number): Promise<JournalEntry | 'done' | 'unknown'>;
  /**
   * Durable when it resolves. False when the update is done, or this process has it already.
   * @throws CocoonError `JOURNAL_FULL`, `STORAGE_FAILED`: then nothing was claimed
   */
  claim(claim: Claim): Promise<boolean>;
  /** Writes down how far it is; nothing for an update that is not open. @throws CocoonError `STORAGE_FAILED` */
  change(update: number, change: Partial<JournalEntry>): Promise<void>;
  /** It is done, whatever came of it. @throws CocoonError `STORAGE_FAILED` */
  end(update: number): Promise<void>;
  /** As if it had never been claimed. @throws CocoonError `STORAGE_FAILED` */
  drop(update: number): Promise<void>;
  /** What processes before this one began and did not end. */
  left(): readonly JournalEntry[];
  open(update: number): JournalEntry | undefined;
  /** Ends all of one person. */
  forget(user: number): Promise<void>;
}

export interface JournalOptions {
  /** Of an owner that is nobody else's. */
  store: SealedRecords;
  clock: Clock;
  /** Names this process. */
  process: string;
  /** Entries that may be open at once. */
  most?: number | undefined;
}

export const JOURNAL_MS = JOB_LIMITS.rememberMs;
const MOST_OPEN = 2_000;
const HEAD = 'head';

export function createJournal({ store, clock, process, most = MOST_OPEN }: JournalOptions): Journal {
  /** The open ones; each has a place of its own, so that one write is one change. */
  const open = new Map<number, { entry: JournalEntry; slot: number; turn: Promise<unknown> }>();
  const free: number[] = [];
  let slots = 0;
  let loaded: Promise<void> | undefined;
  const expires = () => clock.now() + JOURNAL_MS;
  let heads: Promise<unknown> = Promise.resolve();
  const writeHead = () => {
    // In order: the last one must be the one that stays.
    const mine = heads
      .catch(() => undefined)
      .then(() => store.write(HEAD, JSON.stringify([slots, done.records]), expires()));
    heads = mine;
    return mine;
  };
  const done = createDoneUpdates({
    store,
    now: () => clock.now(),
    keepMs: JOURNAL_MS,
    most: JOB_LIMITS.remembered,
    onGrow: writeHead,
  });

  async function load(): Promise<void> {
    const head = await store.read(HEAD);
    // Without its head the journal is looked for wherever it may be.
    const all = [most, JOB_LIMITS.remembered];
    const [used = 0, records = 0] =
      head === undefined ? [] : head === 'unreadable' ? all : parseHead(head.value, all);
    await done.load(records);
    const found = await Promise.all(
      Array.from({ length: Math.min(used, most) }, (_, slot) => store.read(nameOf(slot))),
    );
    slots = found.length;
    for (const [slot, record] of found.entries()) {
      const entry = typeof record === 'object' ? parseEntry(record.value) : undefined;
      if (entry === undefined || done.has(entry.update) || open.has(entry.update)) free.push(slot);
      else open.set(entry.update, { entry, slot, turn: Promise.resolve() });
    }
    // Also makes the salt, before two writes at once could make two; and lasts as long as what it leads to.
    await writeHead();
  }

  const ready = (): Promise<void> => {
    loaded ??= load().catch((error) => {
      loaded = undefined;
      open.clear();
      free.length = 0;
      throw error;
    });
    return loaded;
  };

  async function takeSlot(): Promise<number> {
    const slot = free.pop();
    if (slot !== undefined) return slot;
    if (slots >= most) throw full(most);
    const mine = slots++;
    await writeHead().catch((error) => {
      free.push(mine);
      throw error;
    });
    return mine;
  }

  /** One write of an entry at a time, in order. */
  function write(update: number, change: Partial<JournalEntry>): Promise<void> {
    const held = open.get(update);
    if (held === undefined) return Promise.resolve();
    held.entry = { ...held.entry, ...change };
    const { entry } = held;
    const mine = held.turn
      .catch(() => undefined)
      .then(() => store.write(nameOf(held.slot), JSON.stringify(entry), expires()));
    held.turn = mine;
    return mine;
  }

  async function close(update: number, asDone: boolean): Promise<void> {
    const held = open.get(update);
    if (held === undefined) return;
    open.delete(update);
    await held.turn.catch(() => undefined);
    try {
      // The list first: a crash between the two leaves an entry that is known to be done.
      if (asDone) await done.add(update);
      await store.remove(nameOf(held.slot));
    } finally {
      free.push(held.slot);
    }
  }

  /** Claims on their way: whoever comes second meanwhile is second. */
  const claiming = new Set<number>();

  return {
    ready,
    async find(update) {
      await ready();
      const held = open.get(update);
      if (held !== undefined) return held.entry.process === process ? 'done' : held.entry;
      return done.has(update) || claiming.has(update) ? 'done' : 'unknown';
    },
    async claim({ update, user, chat, again, address }) {
      await ready();
      const before = open.get(update);
      if (done.has(update) || claiming.has(update) || before?.entry.process === process) return false;
      claiming.add(update);
      try {
        const slot = before?.slot ?? (await takeSlot());
        const entry: JournalEntry = {
          update,
          user,
          chat,
          at: before?.entry.at ?? clock.now(),
          process,
          runs: before?.entry.runs ?? 0,
          step: 'claimed',
          again,
          address: before?.entry.address ?? address,
          sent: 0,
          leaving: false,
          parts: 0,
          doubt: false,
          tokens: 0,
        };
        try {
          await store.write(nameOf(slot), JSON.stringify(entry), expires());
        } catch (error) {
          if (before === undefined) free.push(slot);
          throw error;
        }
        open.set(update, { entry, slot, turn: Promise.resolve() });
        return true;
      } finally {
        claiming.delete(update);
      }
    },
    change: write,
    end: (update) => close(update, true),
    drop: (update) => close(update, false),
    left: () => [...open.values()].map(({ entry }) => entry).filter((entry) => entry.process !== process),
    open: (update) => open.get(update)?.entry,
    async forget(user) {
      await ready();
      for (const { entry } of [...open.values()]) if (entry.user === user) await close(entry.update, true);
    },
  };
}

const nameOf = (slot: number): string => `open ${slot}`;

function parseHead(text: string, otherwise: number[]): number[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every(Number.isSafeInteger) ? value.map(Number) : otherwise;
  } catch {
    return otherwise;
  }
}

function full(most: number): CocoonError {
  return new CocoonError({
    kind: 'network',
    code: 'JOURNAL_FULL',
    message: `${most} pieces of work are open already.`,
    remedy: 'Nothing was sent. Try again in a moment.',
  });
}
