// How does an answer grow in a private chat? As a draft, until the message itself is sent.
import { type Api, InputFile } from 'grammy';
import { type EditOutletOptions, editOutlet } from './edit-outlet.js';
import { type Outlet, withKeyboard } from './outlet.js';
import { contentOf, sendContent } from './telegram-content.js';
import { telegramSignal } from './telegram-signal.js';

export interface DraftOutletOptions extends EditOutletOptions {
  /** Of the job, so that the native stop button finds it. Positive, 31 bits. */
  draftId: number;
}

/** Bot API 10.3. Drafts vanish by themselves after about 30 s, and when a message is sent in the chat. */
export function draftOutlet(api: Api, options: DraftOutletOptions): Outlet {
  const { chatId, draftId, threadId, replyTo } = options;
  const thread = threadId === undefined ? {} : { message_thread_id: threadId };
  const reply = (first: boolean) =>
    first && replyTo !== undefined
      ? { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true } }
      : {};
  return {
    kind: 'draft',
    pace: { firstGapMs: 400, laterGapMs: 1_000, laterAfterMs: 20_000, maxGapMs: 5_000, keepAliveMs: 20_000 },
    rich: true,
    maxParts: Number.POSITIVE_INFINITY,
    repeatable: () => false,
    address: () => ({ kind: 'chat', chatId, threadId, replyTo }),
    async show(view, signal) {
      const { body } = view === undefined ? { body: '' } : contentOf(view);
      const other = { ...thread, can_stop: true };
      if (typeof body !== 'string')
        await api.sendRichMessageDraft(chatId, draftId, body, other, telegramSignal(signal));
      else {
        const entities = [...(view?.entities ?? [])];
        await api.sendMessageDraft(chatId, draftId, body, { ...other, entities }, telegramSignal(signal));
      }
    },
    async deliver(part, { first, keyboard }, signal) {
      const other = { ...thread, ...reply(first), ...withKeyboard(keyboard) };
      return { messageId: (await sendContent(api, chatId, part, other, telegramSignal(signal))).message_id };
    },
    async sendFile({ name, text }, { keyboard }, signal) {
      const file = new InputFile(new TextEncoder().encode(text), name);
      const sent = await api.sendDocument(
        chatId,
        file,
        { ...thread, ...withKeyboard(keyboard) },
        telegramSignal(signal),
      );
      return { messageId: sent.message_id };
    },
    fallback: () => editOutlet(api, { ...options, pace: options.pace ?? 'private' }),
  };
}
