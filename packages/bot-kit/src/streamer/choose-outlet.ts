// Which outlet fits this chat? Drafts where they exist, edits in groups, whole messages where neither works.
import { CocoonError } from '@cocoonkit/sdk';
import type { Context } from 'grammy';
import type { InlineKeyboardMarkup } from 'grammy/types';
import { draftOutlet } from './draft-outlet.js';
import { editOutlet } from './edit-outlet.js';
import { finalOutlet } from './final-outlet.js';
import { inlineOutlet } from './inline-outlet.js';
import type { LiveMessage } from './live-message.js';
import type { Outlet } from './outlet.js';

export interface ChooseOutletOptions {
  /** Default `auto`. Where the wish is impossible (drafts in a group), the nearest possible one is taken. */
  transport?: 'auto' | 'draft' | 'edit' | 'final' | undefined;
  /** Of the job. */
  draftId: number;
  stopKeyboard?: InlineKeyboardMarkup | undefined;
  thinking?: string | undefined;
  live?: LiveMessage | undefined;
}

/** @throws CocoonError kind `config`, `OUTLET_NONE`: the update belongs to no chat and no inline message */
export function chooseOutlet(ctx: Context, options: ChooseOutletOptions): Outlet {
  const { transport = 'auto', draftId, stopKeyboard, thinking, live } = options;
  const inlineMessageId = ctx.inlineMessageId;
  if (inlineMessageId !== undefined)
    return inlineOutlet(ctx.api, { inlineMessageId, stopKeyboard, thinking });
  const { chat } = ctx;
  if (chat === undefined) {
    throw new CocoonError({
      kind: 'config',
      code: 'OUTLET_NONE',
      message: 'This update belongs to no chat and to no inline message.',
      remedy: 'Make the outlet yourself, for example with finalOutlet(api, { chatId }).',
    });
  }
  const place = {
    chatId: chat.id,
    threadId: ctx.msg?.is_topic_message === true ? ctx.msg.message_thread_id : undefined,
    replyTo: chat.type === 'private' ? undefined : ctx.msgId,
  };
  const businessConnectionId = ctx.businessConnectionId;
  if (businessConnectionId !== undefined || chat.type === 'channel' || transport === 'final')
    return finalOutlet(ctx.api, { ...place, businessConnectionId });
  if (chat.type === 'private' && transport !== 'edit')
    return draftOutlet(ctx.api, { ...place, draftId, stopKeyboard, thinking, live });
  const pace = chat.type === 'private' ? ('private' as const) : ('group' as const);
  return editOutlet(ctx.api, { ...place, stopKeyboard, thinking, pace, live });
}
