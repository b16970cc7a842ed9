// How does an answer appear where nothing may be edited or drafted (business chats, channels, or by choice)? Whole.
import { type Api, InputFile } from 'grammy';
import { type Outlet, withKeyboard } from './outlet.js';
import { sendContent } from './telegram-content.js';
import { telegramSignal } from './telegram-signal.js';

export interface FinalOutletOptions {
  chatId: number;
  threadId?: number | undefined;
  replyTo?: number | undefined;
  businessConnectionId?: string | undefined;
}

/** While the model writes, the chat says "typing…", which Telegram shows for 5 s at a time. */
export function finalOutlet(api: Api, options: FinalOutletOptions): Outlet {
  const { chatId, threadId, replyTo, businessConnectionId } = options;
  const place = {
    ...(threadId === undefined ? {} : { message_thread_id: threadId }),
    ...(businessConnectionId === undefined ? {} : { business_connection_id: businessConnectionId }),
  };
  const reply =
    replyTo === undefined
      ? {}
      : { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true } };
  return {
    kind: 'final',
    pace: { firstGapMs: 4_500, laterGapMs: 4_500, laterAfterMs: 0, maxGapMs: 60_000, keepAliveMs: 4_500 },
    rich: true,
    maxParts: Number.POSITIVE_INFINITY,
    repeatable: () => false,
    address: () => ({ kind: 'chat', chatId, threadId, replyTo, businessConnectionId }),
    async show(_, signal) {
      await api.sendChatAction(chatId, 'typing', place, telegramSignal(signal));
    },
    async deliver(part, { first, keyboard }, signal) {
      const other = { ...place, ...(first ? reply : {}), ...withKeyboard(keyboard) };
      const sent = await sendContent(api, chatId, part, other, telegramSignal(signal));
      return { messageId: sent.message_id };
    },
    async sendFile({ name, text }, { keyboard }, signal) {
      const file = new InputFile(new TextEncoder().encode(text), name);
      const sent = await api.sendDocument(
        chatId,
        file,
        { ...place, ...withKeyboard(keyboard) },
        telegramSignal(signal),
      );
      return { messageId: sent.message_id };
    },
  };
}
