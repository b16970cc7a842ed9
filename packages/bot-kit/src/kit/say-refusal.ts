// Where does a person read why nothing was done? Where they asked: under a button, in the chat, to them alone, or in place of results.
import type { AIContext } from '../feature.js';

const NO_PREVIEW = { link_preview_options: { is_disabled: true } } as const;
/** Callback answers hold 200 characters. */
const MOST_ALERT = 200;

/** A person who blocked the bot, or a chat that is gone, gets no sentence. */
export async function sayRefusal(ctx: AIContext, text: string): Promise<void> {
  await tell(ctx, text).catch(() => undefined);
}

async function tell(ctx: AIContext, text: string): Promise<unknown> {
  if (ctx.callbackQuery !== undefined)
    return ctx.answerCallbackQuery({ text: text.slice(0, MOST_ALERT), show_alert: true });
  if (ctx.inlineQuery !== undefined) return answerNothing(ctx, text);
  // The bot is not in that chat: a guest query is the only thing it can answer there.
  if (ctx.guestMessage !== undefined)
    return ctx.answerGuestQuery({
      type: 'article',
      id: 'refusal',
      title: '…',
      input_message_content: { message_text: text, ...NO_PREVIEW },
    });
  // A result that was sent says "Writing…" until something else is said there.
  if (ctx.inlineMessageId !== undefined)
    return ctx.api.editMessageTextInline(ctx.inlineMessageId, text, NO_PREVIEW);
  if (ctx.chat === undefined) return undefined;
  const ephemeral = ctx.msg?.ephemeral_message_id;
  if (ephemeral === undefined || ctx.from === undefined) return ctx.reply(text, NO_PREVIEW);
  // What was asked in confidence is refused in confidence.
  return ctx.reply(text, { ...NO_PREVIEW, ephemeral_message_parameters: { receiver_user_id: ctx.from.id } });
}

/** No results, and a line above where they would be; pressing it opens the private chat. */
export function answerNothing(ctx: AIContext, text: string): Promise<unknown> {
  return ctx.answerInlineQuery([], {
    is_personal: true,
    cache_time: 0,
    button: { text: text.split('\n')[0] ?? '', start_parameter: 'inline' },
  });
}
