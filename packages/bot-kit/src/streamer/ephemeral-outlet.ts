// How does an answer grow in a group so that only the person who asked sees it? As an ephemeral message that is edited.
import type { Api } from 'grammy';
import type { InlineKeyboardMarkup } from 'grammy/types';
import { plain } from '../text/formatted-text.js';
import { judgeFailure } from './judge-failure.js';
import type { LiveMessage } from './live-message.js';
import { type Delivered, type Outlet, type Shown, withKeyboard } from './outlet.js';
import { contentOf, sendContent } from './telegram-content.js';
import { telegramSignal } from './telegram-signal.js';

export interface EphemeralOutletOptions {
  chatId: number;
  userId: number;
  /** Of the button that was pressed, if one was: the answer must begin within 15 s. */
  callbackQueryId?: string | undefined;
  threadId?: number | undefined;
  stopKeyboard?: InlineKeyboardMarkup | undefined;
  thinking?: string | undefined;
  live?: LiveMessage | undefined;
}

/** Bot API 10.2. One message only: a longer answer is cut, and the result says so. */
export function ephemeralOutlet(api: Api, options: EphemeralOutletOptions): Outlet {
  const { chatId, userId, callbackQueryId, threadId, stopKeyboard, thinking = '…', live } = options;
  const receiver = {
    receiver_user_id: userId,
    ...(callbackQueryId === undefined ? {} : { callback_query_id: callbackQueryId }),
  };
  let message: Promise<number> | undefined =
    live?.messageId === undefined ? undefined : Promise.resolve(live.messageId);
  let shownAs = live?.messageId;

  /** The first call sends, also when it is the last one; nothing calls it off half-way. */
  async function put(shown: Shown, other: object, signal: AbortSignal): Promise<Delivered> {
    const id = await message?.catch(() => undefined);
    if (id === undefined) {
      message = sendContent(api, chatId, shown, {
        ...(threadId === undefined ? {} : { message_thread_id: threadId }),
        ...other,
        ephemeral_message_parameters: receiver,
      }).then(async (sent) => {
        const known = sent.ephemeral_message_id ?? sent.message_id;
        shownAs = known;
        await live?.found(known);
        return known;
      });
      message.catch(() => {
        message = undefined;
      });
      return { messageId: await message };
    }
    const { body, more } = contentOf(shown);
    try {
      await api.editEphemeralMessageText(
        chatId,
        userId,
        id,
        body,
        { ...other, ...more },
        telegramSignal(signal),
      );
    } catch (error) {
      if (judgeFailure(error).kind !== 'unchanged') throw error;
    }
    return { messageId: id };
  }

  return {
    kind: 'ephemeral',
    pace: { firstGapMs: 3_000, laterGapMs: 3_000, laterAfterMs: 0, maxGapMs: 60_000, perMinute: 15 },
    rich: true,
    maxParts: 1,
    repeatable: () => message !== undefined,
    address: () => ({ kind: 'ephemeral', chatId, userId, threadId, messageId: shownAs }),
    async show(view, signal) {
      const shown = view ?? plain(thinking);
      await put(shown, withKeyboard(stopKeyboard), signal);
    },
    deliver: (part, { keyboard }, signal) => put(part, withKeyboard(keyboard), signal),
  };
}
