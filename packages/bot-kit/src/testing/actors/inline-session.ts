// What happens when a person types @bot and a query? The bot answers with results, and one of them may be sent.
import type { InlineQuery, Message } from 'grammy/types';
import { ActorError } from '../api/api-failure.js';
import { readInlineResult } from '../methods/inline-result.js';
import { userOf } from '../methods/post.js';
import type { InlineAnswer } from '../state/pending-queries.js';
import { shownChat } from '../state/shown-chat.js';
import type { World } from '../state/world.js';
import type { WaitFor } from '../wait-for.js';
import type { Place } from './compose-message.js';
import { deliver } from './deliver.js';
import type { Person } from './person.js';

/** core.telegram.org/bots/api#inlinequery */
const MAX_QUERY = 256;

export interface InlineSession {
  /** What the bot offers. Waits for it. */
  answer(): Promise<InlineAnswer>;
  /** Sends one result, by place in the list or by title; the bot hears of it when inline feedback is on. */
  choose(which: number | string, options?: { in?: Place }): Promise<Message>;
}

export function typeInline(
  world: World,
  person: Person,
  text: string,
  { offset = '', chatType = 'sender' }: { offset?: string; chatType?: NonNullable<InlineQuery['chat_type']> },
  waitFor: WaitFor,
): InlineSession {
  if (!world.bot.supports_inline_queries)
    throw new ActorError('Inline mode is off (supports_inline_queries).');
  const query = text.slice(0, MAX_QUERY);
  const cached = world.inlineCache.find(query, offset, person.id, world.clock.now());
  let read = (): InlineAnswer | undefined => cached;
  if (cached === undefined) {
    const id = `iq-${world.nextId()}`;
    const asked = world.pending.ask<InlineAnswer>(id, 'inline', person.id);
    asked.onAnswer = (answer) =>
      world.inlineCache.keep(query, offset, person.id, answer as InlineAnswer, world.clock.now());
    world.updates.push(
      'inline_query',
      { id, from: person.user, query, offset, chat_type: chatType },
      person.id,
    );
    read = () => asked.answer;
  }
  const answer = () => waitFor(read, () => `an answer to the inline query ${query}`);
  return {
    answer,
    async choose(which, options = {}) {
      const { results } = await answer();
      const result =
        typeof which === 'number'
          ? results[which]
          : results.find((one) => 'title' in one && one.title === which);
      if (result === undefined) throw new ActorError(`No result ${which} among ${results.length}.`);
      const { content, markup } = readInlineResult(world, result);
      const chat = options.in?.record ?? person.record;
      // An id for edits exists only where there is a keyboard (core.telegram.org/bots/api#choseninlineresult).
      const inlineId = markup === undefined ? undefined : `inline-${world.nextId()}`;
      const message: Message = {
        message_id: world.takeMessageId(chat),
        from: person.user,
        via_bot: userOf(world, world.bot.id),
        chat: shownChat(chat),
        date: world.date,
        ...(markup === undefined ? {} : { reply_markup: markup }),
        ...content,
      };
      if (chat.info.type === 'private') chat.started = true;
      deliver(world, chat, message, inlineId === undefined ? {} : { inlineId });
      if (world.inlineFeedback)
        world.updates.push(
          'chosen_inline_result',
          {
            result_id: result.id,
            from: person.user,
            query,
            ...(inlineId === undefined ? {} : { inline_message_id: inlineId }),
          },
          person.id,
        );
      return message;
    },
  };
}
