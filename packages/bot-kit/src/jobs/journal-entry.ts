// What is written down about one piece of work, so that the next process knows what this one was doing?
import { type OutletAddress, parseAddress } from '../streamer/outlet-address.js';

/**
 * `claimed`: the update was taken. `running`: work has begun, nothing final was sent. `sending`: the answer is whole and charged; its
 * parts go out one by one. `telling`: it was given up, and the person is being told. What has ended is only a number in a list.
 */
export type JournalStep = 'claimed' | 'running' | 'sending' | 'telling';

export interface JournalEntry {
  /** Telegram's number of the update that asked. */
  readonly update: number;
  readonly user: number;
  readonly chat: number;
  /** Milliseconds since 1970, when it was first claimed. */
  readonly at: number;
  /** Of the process that works on it. */
  readonly process: string;
  /** How often work began. */
  readonly runs: number;
  readonly step: JournalStep;
  /** Whether a button may do it again. */
  readonly again: boolean;
  /** Where the answer goes. */
  readonly address?: OutletAddress | undefined;
  /** Parts that Telegram acknowledged. */
  readonly sent: number;
  /** The part after them is on its way: nobody knows whether it arrives. */
  readonly leaving: boolean;
  /** Parts of the answer, its file counted. */
  readonly parts: number;
  /** An earlier part may have been lost: it is not sent twice. */
  readonly doubt: boolean;
  /** What the answer used. */
  readonly tokens: number;
}

const STEPS: readonly string[] = ['claimed', 'running', 'sending', 'telling'];

/** Written by this kit and authenticated; `undefined` for anything else, as an older or newer kit may have written it. */
export function parseEntry(text: string): JournalEntry | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const {
      update,
      user,
      chat,
      at,
      process,
      runs,
      step,
      again,
      address,
      sent,
      leaving,
      parts,
      doubt,
      tokens,
    } = value as Partial<Record<keyof JournalEntry, unknown>>;
    const numbers = [update, user, chat, at, runs, sent, parts, tokens];
    if (!numbers.every(Number.isSafeInteger) || typeof process !== 'string') return undefined;
    if (typeof step !== 'string' || !STEPS.includes(step)) return undefined;
    return {
      update: Number(update),
      user: Number(user),
      chat: Number(chat),
      at: Number(at),
      process,
      runs: Number(runs),
      step: step as JournalStep,
      again: again === true,
      address: parseAddress(address),
      sent: Number(sent),
      leaving: leaving === true,
      parts: Number(parts),
      doubt: doubt === true,
      tokens: Number(tokens),
    };
  } catch {
    return undefined;
  }
}
