// Where does a person read what they missed? In the group, for them alone; else in the private chat; else behind a link into it.
import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types';
import type { AIContext } from '../feature.js';
import type { Kit } from '../kit/kit.js';
import { isRefusal } from '../streamer/judge-failure.js';
import { NO_PREVIEW } from '../streamer/outlet.js';
import { formatMarkdown } from '../text/format-markdown.js';
import { splitMessage } from '../text/split-message.js';
import type { MissedWish } from './digest-wish.js';

export const threadOf = (ctx: AIContext): number | undefined =>
  ctx.msg?.is_topic_message === true ? ctx.msg.message_thread_id : undefined;

/** For the eyes of whoever asked. `wish`: what a link leads to when they can be told nowhere. */
export async function tellAlone<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  what: { text: string; keyboard?: InlineKeyboardMarkup | undefined; wish?: MissedWish | undefined },
): Promise<void> {
  const { text, keyboard, wish } = what;
  const query = ctx.callbackQuery?.id;
  const user = ctx.from?.id ?? 0;
  try {
    await ctx.reply(text, {
      ...(keyboard === undefined ? {} : { reply_markup: keyboard }),
      ephemeral_message_parameters: {
        receiver_user_id: user,
        ...(query === undefined ? {} : { callback_query_id: query }),
      },
    });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const told = await ctx.api.sendMessage(user, text).catch(() => undefined);
    if (told === undefined && wish !== undefined) await offerPrivateChat(kit, ctx, wish);
  }
}

/** All can see it, so it holds nothing: neither who asked nor what was said. Pressed by others, it is /start. */
export async function offerPrivateChat<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  wish: MissedWish,
): Promise<void> {
  const say = await kit.say(ctx);
  const thread = threadOf(ctx);
  await ctx.api
    .sendMessage(wish.chat, say('digest.closed'), {
      ...(thread === undefined ? {} : { message_thread_id: thread }),
      reply_markup: { inline_keyboard: [[await wayIn(kit, ctx, wish)]] },
    })
    .catch(() => undefined);
}

async function wayIn<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  wish: MissedWish,
): Promise<InlineKeyboardButton> {
  const say = await kit.say(ctx);
  return kit.makeLink(ctx, { text: say('digest.open'), action: 'missedway', value: JSON.stringify(wish) });
}

/** Takes a digest along that was shown in the group. */
export async function privateButton<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  digest: MissedWish & { readonly text: string },
): Promise<InlineKeyboardButton> {
  const say = await kit.say(ctx);
  return kit.makeButton(ctx, {
    text: say('digest.privately'),
    action: 'missedsend',
    value: JSON.stringify(digest),
  });
}

export function installPrivately<C extends AIContext>(kit: Kit<C>): void {
  kit.button('missedsend', async (ctx, kept) => {
    // Written by the button above and kept authenticated.
    const { text, ...wish } = JSON.parse(kept) as MissedWish & { text: string };
    const say = await kit.say(ctx);
    const only = wish.link === undefined ? ('none' as const) : { only: wish.link };
    try {
      for (const part of splitMessage(formatMarkdown(text, { links: only })))
        await ctx.api.sendMessage(ctx.from?.id ?? 0, part.text, {
          entities: [...part.entities],
          ...NO_PREVIEW,
        });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const way = { inline_keyboard: [[await wayIn(kit, ctx, wish)]] };
      await tellAlone(kit, ctx, { text: say('digest.closed'), keyboard: way, wish });
      return ctx.answerCallbackQuery();
    }
    return ctx.answerCallbackQuery({ text: say('digest.sent') });
  });
}
