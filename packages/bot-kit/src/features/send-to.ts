// How does a person send a text the bot wrote to somebody? They choose a chat, and see the text there before they send it.
import type { InlineKeyboardButton } from 'grammy/types';
import type { AIContext } from '../feature.js';
import type { Kit } from '../kit/kit.js';
import { answerNothing } from '../kit/say-refusal.js';
import { splitMessage } from '../text/split-message.js';

const ID_BYTES = 8;
const QUERY = /^send ([A-Za-z0-9_-]{11})$/;
/** Shown in the list. */
const DESCRIPTION_UNITS = 200;

/** `undefined` where Telegram could not offer it: without inline mode, or for a text of more than one message. */
export async function sendButton<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  text: string,
): Promise<InlineKeyboardButton | undefined> {
  if (ctx.me.supports_inline_queries !== true || splitMessage({ text, entities: [] }).length !== 1)
    return undefined;
  const { randomBytes, retention } = kit.settings;
  const id = Buffer.from(randomBytes(ID_BYTES)).toString('base64url');
  await kit.records({ user: ctx.from?.id ?? 0 }).set(`send:${id}`, text, retention.buttons);
  return {
    text: (await kit.say(ctx))('compose.send'),
    switch_inline_query_chosen_chat: {
      // The text stays here; only its name goes through the chat's input field.
      query: `send ${id}`,
      allow_user_chats: true,
      allow_group_chats: true,
      allow_channel_chats: true,
    },
  };
}

/** Before inline mode, which would take the name for a text. No model is asked. */
export function installSending<C extends AIContext>(kit: Kit<C>): void {
  kit.routes.on('inline_query', async (ctx, next) => {
    const [, id] = QUERY.exec(ctx.inlineQuery.query) ?? [];
    if (id === undefined) return next();
    const text = await kit.records({ user: ctx.from.id }).get(`send:${id}`);
    const say = await kit.say(ctx);
    if (text === undefined) return answerNothing(ctx, say('error.oldButton'));
    return ctx.answerInlineQuery(
      [
        {
          type: 'article',
          id: 'send',
          title: say('compose.send'),
          description: text.slice(0, DESCRIPTION_UNITS).replace(/[\uD800-\uDBFF]$/, ''),
          input_message_content: { message_text: text, link_preview_options: { is_disabled: true } },
        },
      ],
      { is_personal: true, cache_time: 0 },
    );
  });
}
