// What is needed to do work again or to send its answer on? Kept encrypted with the person's own records until the work has ended.
import type { InlineKeyboardMarkup, Update } from 'grammy/types';
import { JOURNAL_MS } from '../jobs/journal.js';
import type { JournalEntry } from '../jobs/journal-entry.js';
import type { PreparedAnswer } from '../streamer/deliver-answer.js';
import { type Say, sayIn, type Texts } from '../texts/say.js';
import type { Buttons } from './buttons.js';
import { parseChoices } from './choices.js';
import type { Records } from './records.js';

type Whose = Pick<JournalEntry, 'update' | 'user'>;

export interface OpenWork {
  keepAsked(whose: Whose, update: string): Promise<void>;
  keepRest(whose: Whose, answer: PreparedAnswer): Promise<void>;
  rest(whose: Whose): Promise<PreparedAnswer | undefined>;
  /** A button that does it again, if what was asked is kept; and the words around it. */
  offerAgain(whose: Whose, say?: Say | undefined): Promise<{ say: Say; keyboard?: InlineKeyboardMarkup }>;
  drop(whose: Whose): Promise<void>;
}

/** An answer that was not sent on by then is not worth keeping. */
const REST_MS = 3_600_000;

export function createOpenWork(parts: {
  records: (user: number) => Records;
  buttons: Buttons;
  texts: Texts | undefined;
}): OpenWork {
  const { records, buttons, texts } = parts;
  const nameOf = { asked: (update: number) => `asked:${update}`, rest: (update: number) => `rest:${update}` };
  return {
    keepAsked: ({ user, update }, asked) => records(user).set(nameOf.asked(update), asked, JOURNAL_MS),
    keepRest: ({ user, update }, answer) =>
      records(user).set(nameOf.rest(update), JSON.stringify(answer), REST_MS),
    async rest({ user, update }) {
      const kept = await records(user).get(nameOf.rest(update));
      // Written by `keepRest` and authenticated.
      return kept === undefined ? undefined : (JSON.parse(kept) as PreparedAnswer);
    },
    async offerAgain({ user, update }, known) {
      const asked = await records(user).get(nameOf.asked(update));
      const chosen = parseChoices(await records(user).get('choices')).language;
      const say = known ?? sayIn(chosen ?? languageOf(asked) ?? 'en', texts);
      if (asked === undefined) return { say };
      const data = await buttons.make(user, 'again', asked);
      return { say, keyboard: { inline_keyboard: [[{ text: say('button.again'), callback_data: data }]] } };
    },
    async drop({ user, update }) {
      await records(user).delete(nameOf.asked(update));
      await records(user).delete(nameOf.rest(update));
    },
  };
}

/** Written by `keepAsked` and authenticated. */
export const parseAsked = (kept: string): Update => JSON.parse(kept) as Update;

function languageOf(asked: string | undefined): string | undefined {
  if (asked === undefined) return undefined;
  const { message, callback_query } = parseAsked(asked);
  return (message ?? callback_query)?.from?.language_code;
}
