// How does a person take a text with them? A touch copies a short one; a longer one comes as code, which a touch copies too.
import type { InlineKeyboardButton } from 'grammy/types';
import type { AIContext } from '../feature.js';
import type { Kit } from '../kit/kit.js';
import { splitMessage } from '../text/split-message.js';

/** core.telegram.org/bots/api#copytextbutton */
const MOST_COPIED = 256;

export async function copyButton<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  { label, text }: { label: string; text: string },
): Promise<InlineKeyboardButton> {
  if (text.length <= MOST_COPIED) return { text: label, copy_text: { text } };
  return kit.makeButton(ctx, { text: label, action: 'copytext', value: text });
}

/** For the buttons that cannot copy by themselves. */
export function installCopying<C extends AIContext>(kit: Kit<C>): void {
  kit.button('copytext', async (ctx, text) => {
    await ctx.answerCallbackQuery();
    for (const part of splitMessage({ text, entities: [{ type: 'pre', offset: 0, length: text.length }] }))
      await ctx.reply(part.text, {
        entities: [...part.entities],
        link_preview_options: { is_disabled: true },
      });
  });
}
