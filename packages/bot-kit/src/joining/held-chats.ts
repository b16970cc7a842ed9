// Whose messages were being held when the process died? Chats are written down before a message is held, and struck off after.
import type { Records } from '../kit/records.js';

/** In which language to say it, by chat. */
export type HeldChats = ReadonlyMap<number, string>;

export interface HeldList {
  /** Durable when it resolves, where the store is. Never rejects: holding a message does not depend on it. */
  add(chat: number, language: string): Promise<void>;
  remove(chat: number): Promise<void>;
  /** What a process before this one left; then it is struck off. */
  takeLeft(): Promise<HeldChats>;
}

const NAME = 'held';
const KEPT_MS = 24 * 3_600_000;

export function createHeldList(records: Records): HeldList {
  const held = new Map<number, string>();
  let writing: Promise<void> = Promise.resolve();
  let planned: Promise<void> | undefined;

  /** One write at a time; whoever comes while one runs shares the next. */
  function write(): Promise<void> {
    planned ??= writing.then(async () => {
      planned = undefined;
      await records.set(NAME, JSON.stringify([...held]), KEPT_MS).catch(() => undefined);
    });
    writing = planned;
    return planned;
  }

  return {
    add(chat, language) {
      held.set(chat, language);
      return write();
    },
    remove(chat) {
      return held.delete(chat) ? write() : Promise.resolve();
    },
    async takeLeft() {
      const left = parse(await records.get(NAME).catch(() => undefined));
      if (left.size > 0) await write();
      return left;
    },
  };
}

/** Written by this file and authenticated by the store; anything else counts as nothing. */
function parse(text: string | undefined): Map<number, string> {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    const pairs = Array.isArray(value) ? value : [];
    return new Map(
      pairs.filter(
        (pair): pair is [number, string] =>
          Array.isArray(pair) && typeof pair[0] === 'number' && typeof pair[1] === 'string',
      ),
    );
  } catch {
    return new Map();
  }
}
