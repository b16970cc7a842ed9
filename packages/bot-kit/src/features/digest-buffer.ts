// What was said in a group lately? Each member's messages are kept with that member's own records, so that /forget takes them along.
import type { Owner } from '../kit/kit.js';
import type { Records } from '../kit/records.js';

/** One message, as it is kept. */
export interface Said {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly name: string;
  readonly text: string;
  /** Whom it answers. */
  readonly to?: number | undefined;
}

export interface SaidBy extends Said {
  readonly user: number;
}

export interface DigestBuffer {
  isOn(): Promise<boolean>;
  turnOn(ttlMs: number): Promise<void>;
  /** Deletes what was kept of everybody. */
  turnOff(): Promise<void>;
  leave(user: number, ttlMs: number): Promise<void>;
  join(user: number, ttlMs: number): Promise<void>;
  add(user: number, said: Said): Promise<void>;
  /** A new text for a message that is kept; others stay as they are. */
  edit(user: number, id: number, text: string): Promise<void>;
  /** Oldest first; none older than the time kept, and at most as many as the limit. */
  read(): Promise<SaidBy[]>;
}

export interface BufferOptions {
  readonly chat: number;
  readonly records: (owner: Owner) => Records;
  readonly now: () => number;
  readonly keepMs: number;
  readonly most: number;
}

/** Messages of one member that are kept as one value. */
const PART_MESSAGES = 50;
/** A value lives as long as its oldest message may: a long one would take young messages along. */
const PART_MS = 3_600_000;
const TEXT = 1_000;

/** A value of one member: who, which, since when, and how many messages. */
interface Part {
  readonly user: number;
  readonly n: number;
  readonly from: number;
  readonly count: number;
}

export function digestBuffer({ chat, records, now, keepMs, most }: BufferOptions): DigestBuffer {
  const own = records({ chat });
  const partName = (n: number) => `digest:${chat}:${n}`;
  const readParts = async () =>
    parseList<Part>(await own.get('digest-parts')).filter(({ from }) => from > now() - keepMs);
  const keepParts = (parts: readonly Part[]) =>
    parts.length === 0 ? own.delete('digest-parts') : own.set('digest-parts', JSON.stringify(parts), keepMs);
  const open = async ({ user, n }: Part) => parseList<Said>(await records({ user }).get(partName(n)));
  const close = ({ user, n }: Part) => records({ user }).delete(partName(n));
  const write = (part: Part, said: readonly Said[]) =>
    records({ user: part.user }).set(partName(part.n), JSON.stringify(said), part.from + keepMs - now());
  const readOut = async () => parseList<number>(await own.get('digest-out'));

  async function drop(user: number): Promise<void> {
    const parts = await readParts();
    for (const part of parts) if (part.user === user) await close(part);
    await keepParts(parts.filter((part) => part.user !== user));
  }

  return {
    isOn: async () => (await own.get('digest')) !== undefined,
    turnOn: (ttlMs) => own.set('digest', 'on', ttlMs),
    async turnOff() {
      await own.delete('digest');
      for (const part of await readParts()) await close(part);
      await own.delete('digest-parts');
    },
    async leave(user, ttlMs) {
      await own.set('digest-out', JSON.stringify([...new Set([...(await readOut()), user])]), ttlMs);
      await drop(user);
    },
    async join(user, ttlMs) {
      const left = (await readOut()).filter((one) => one !== user);
      await (left.length === 0
        ? own.delete('digest-out')
        : own.set('digest-out', JSON.stringify(left), ttlMs));
    },
    async add(user, said) {
      if ((await readOut()).includes(user)) return;
      const parts = await readParts();
      const last = parts.findLast((part) => part.user === user);
      const kept = last === undefined ? [] : await open(last);
      const goesOn =
        last !== undefined && kept.length > 0 && kept.length < PART_MESSAGES && now() - last.from < PART_MS;
      const message = { ...said, text: said.text.slice(0, TEXT) };
      const part: Part = goesOn
        ? { ...last, count: kept.length + 1 }
        : { user, n: (last?.n ?? 0) + 1, from: now(), count: 1 };
      await write(part, goesOn ? [...kept, message] : [message]);
      const all = [...parts.filter((one) => !(goesOn && one === last)), part];
      let total = all.reduce((sum, { count }) => sum + count, 0);
      while (total > most && all.length > 1) {
        const oldest = all.shift();
        if (oldest === undefined) break;
        total -= oldest.count;
        await close(oldest);
      }
      await keepParts(all);
    },
    async edit(user, id, text) {
      for (const part of await readParts()) {
        if (part.user !== user) continue;
        const said = await open(part);
        if (!said.some((one) => one.id === id)) continue;
        await write(
          part,
          said.map((one) => (one.id === id ? { ...one, text: text.slice(0, TEXT) } : one)),
        );
      }
    },
    async read() {
      const all: SaidBy[] = [];
      const there: Part[] = [];
      const parts = await readParts();
      for (const part of parts) {
        const said = await open(part);
        // Gone: that member asked to be forgotten.
        if (said.length > 0) there.push(part);
        for (const one of said) if (one.at > now() - keepMs) all.push({ ...one, user: part.user });
      }
      if (there.length < parts.length) await keepParts(there);
      return all.sort((a, b) => a.at - b.at || a.id - b.id).slice(-most);
    },
  };
}

/** Written by this file and authenticated by the store. */
function parseList<T>(text: string | undefined): T[] {
  if (text === undefined) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
