// What happens when a person presses a button? A query for the bot, a text, a link or a copy, by the kind of button.
import type { InlineKeyboardButton, Message } from 'grammy/types';
import { ActorError } from '../api/api-failure.js';
import type { ChatRecord, Entry } from '../state/chat-record.js';
import type { CallbackAnswer } from '../state/pending-queries.js';
import type { World } from '../state/world.js';
import type { WaitFor } from '../wait-for.js';
import type { Person } from './person.js';

export interface Pressed {
  /** What the bot showed in answer: a toast or an alert. Waits for it. @throws ActorError when the button asks the bot nothing */
  answer(): Promise<CallbackAnswer>;
  /** Of buttons with a link. */
  readonly url?: string | undefined;
  /** Of buttons that copy. */
  readonly copied?: string | undefined;
  /** Of a button of the keyboard below: the text it sent. */
  readonly sent?: Message | undefined;
}

export function pressButton(
  world: World,
  person: Person,
  chat: ChatRecord,
  wanted: string | RegExp,
  on: Message | undefined,
  waitFor: WaitFor,
): Pressed {
  const fits = (text: string): boolean => (typeof wanted === 'string' ? text === wanted : wanted.test(text));
  const found = findButton(chat, person.id, fits, on);
  if (found !== undefined) return pressInline(world, person, chat, found.entry, found.button, waitFor);
  const keyboard = chat.keyboards.get(person.id) ?? chat.keyboards.get(0);
  for (const button of keyboard?.keyboard.flat() ?? []) {
    const text = typeof button === 'string' ? button : button.text;
    if (on === undefined && fits(text))
      return { ...nothing(), sent: person.send(text, { in: { id: chat.info.id, record: chat } }) };
  }
  throw new ActorError(
    `No button ${String(wanted)} is on the screen:\n${person.screen({ id: chat.info.id, record: chat })}`,
  );
}

function findButton(
  chat: ChatRecord,
  user: number,
  fits: (text: string) => boolean,
  on: Message | undefined,
) {
  const visible = chat.entries.filter(
    ({ message, deleted, onlyFor }) =>
      !deleted &&
      (onlyFor === undefined || onlyFor === user) &&
      (on === undefined ||
        (message.message_id === on.message_id && message.ephemeral_message_id === on.ephemeral_message_id)),
  );
  for (const entry of visible.toReversed()) {
    const button = entry.message.reply_markup?.inline_keyboard.flat().find(({ text }) => fits(text));
    if (button !== undefined) return { entry, button };
  }
  return undefined;
}

function pressInline(
  world: World,
  person: Person,
  chat: ChatRecord,
  entry: Entry,
  button: InlineKeyboardButton,
  waitFor: WaitFor,
): Pressed {
  if ('disabled' in button) throw new ActorError(`The button ${button.text} is disabled.`);
  if ('url' in button) return { ...nothing(), url: button.url };
  if ('web_app' in button) return { ...nothing(), url: button.web_app.url };
  if ('copy_text' in button) return { ...nothing(), copied: button.copy_text.text };
  if (!('callback_data' in button))
    throw new ActorError(`Pressing ${button.text} is not emulated; see typeInline() and pay().`);
  const id = `cb-${world.nextId()}`;
  const query = world.pending.ask<CallbackAnswer>(id, 'callback', person.id, chat.info.id);
  query.hideOriginal = () => {
    entry.deleted = true;
  };
  world.met.add(person.id);
  world.updates.push(
    'callback_query',
    {
      id,
      from: person.user,
      chat_instance: `ci-${chat.info.id}`,
      data: button.callback_data,
      ...(entry.inlineId === undefined ? { message: entry.message } : { inline_message_id: entry.inlineId }),
    },
    chat.info.id,
  );
  return {
    answer: () =>
      waitFor(
        () => query.answer,
        () => `an answer to the button ${button.text}`,
      ),
  };
}

const nothing = (): Pressed => ({
  answer: () => Promise.reject(new ActorError('This button asks the bot nothing.')),
});
