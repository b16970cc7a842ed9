// How does an answer grow in a group? One message is sent and then edited, rarely enough for Telegram.
import { type Api, InputFile } from 'grammy';
import type { InlineKeyboardMarkup } from 'grammy/types';
import { plain } from '../text/formatted-text.js';
import { judgeFailure } from './judge-failure.js';
import type { LiveMessage } from './live-message.js';
import { type Delivered, type Outlet, type Pace, type Shown, withKeyboard } from './outlet.js';
import { contentOf, sendContent } from './telegram-content.js';
import { telegramSignal } from './telegram-signal.js';

export interface EditOutletOptions {
  chatId: number;
  threadId?: number | undefined;
  /** The message that asked; the answer is sent as a reply, or alone if it is gone. */
  replyTo?: number | undefined;
  /** Shown below while the answer grows: a stop button. */
  stopKeyboard?: InlineKeyboardMarkup | undefined;
  /** The first words, while there is nothing to show. Default "…". */
  thinking?: string | undefined;
  /** Default `group`: at least 3 s between edits and 15 a minute, as Telegram limits groups. */
  pace?: 'group' | 'private' | undefined;
  live?: LiveMessage | undefined;
}

const PACES: Readonly<Record<'group' | 'private', Pace>> = {
  group: { firstGapMs: 3_000, laterGapMs: 3_000, laterAfterMs: 0, maxGapMs: 60_000, perMinute: 15 },
  private: { firstGapMs: 1_000, laterGapMs: 2_000, laterAfterMs: 20_000, maxGapMs: 60_000, perMinute: 40 },
};

export function editOutlet(api: Api, options: EditOutletOptions): Outlet {
  const { chatId, threadId, replyTo, stopKeyboard, thinking = '…', pace = 'group', live } = options;
  const thread = threadId === undefined ? {} : { message_thread_id: threadId };
  const reply =
    replyTo === undefined
      ? {}
      : { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true } };
  // The message that is edited. Sending it is never called off: it would be left behind, and nobody could find it.
  let message: Promise<number> | undefined =
    live?.messageId === undefined ? undefined : Promise.resolve(live.messageId);
  let shownAs = live?.messageId;
  let gone = false;
  // The connection broke while it was sent: it may be there, but its id is not known. A second one would be worse.
  let lost = false;

  async function edit(
    id: number,
    ...[shown, other, signal]: [Shown, object, AbortSignal]
  ): Promise<Delivered> {
    const { body, more } = contentOf(shown);
    try {
      await api.editMessageText(chatId, id, body, { ...other, ...more }, telegramSignal(signal));
    } catch (error) {
      const { kind } = judgeFailure(error);
      if (kind === 'gone') gone = true;
      if (kind !== 'unchanged') throw error;
    }
    return { messageId: id };
  }

  return {
    kind: 'edit',
    pace: PACES[pace],
    rich: true,
    maxParts: Number.POSITIVE_INFINITY,
    repeatable: () => message !== undefined && !gone,
    address: () => ({
      kind: 'chat',
      chatId,
      threadId,
      replyTo,
      ...(shownAs === undefined || gone ? {} : { messageId: shownAs }),
    }),
    async show(view, signal) {
      const shown = view ?? plain(thinking);
      const other = withKeyboard(stopKeyboard);
      if (message !== undefined) {
        await edit(await message, shown, other, signal);
        return;
      }
      if (lost) return;
      message = sendContent(api, chatId, shown, { ...thread, ...reply, ...other }).then(
        async ({ message_id }) => {
          shownAs = message_id;
          await live?.found(message_id);
          return message_id;
        },
      );
      message.catch((error) => {
        lost = judgeFailure(error).kind === 'uncertain';
        message = undefined;
      });
      await message;
    },
    async deliver(part, { first, keyboard }, signal) {
      const other = withKeyboard(keyboard);
      const id = first && !gone ? await message?.catch(() => undefined) : undefined;
      if (id !== undefined) {
        try {
          return await edit(id, part, other, signal);
        } catch (error) {
          if (judgeFailure(error).kind !== 'gone') throw error;
        }
      }
      const answer = { ...thread, ...(first ? reply : {}), ...other };
      return {
        messageId: (await sendContent(api, chatId, part, answer, telegramSignal(signal))).message_id,
      };
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
  };
}
