// How does an answer go to Telegram: as text with entities, or as blocks of a rich message? Every outlet asks here.
import type { Api } from 'grammy';
import { richMessage } from '../text/rich/rich-block.js';
import { NO_PREVIEW, type Shown } from './outlet.js';
import type { telegramSignal } from './telegram-signal.js';

type TelegramSignal = ReturnType<typeof telegramSignal>;

/** For edits: what takes the place of the text, and what goes with it. */
export function contentOf({ text, entities, blocks }: Shown) {
  return blocks === undefined
    ? { body: text, more: { entities: [...entities], ...NO_PREVIEW } }
    : { body: richMessage(blocks), more: {} };
}

export function sendContent(
  api: Api,
  chatId: number,
  shown: Shown,
  ...[other, signal]: [object, TelegramSignal?]
) {
  const { body, more } = contentOf(shown);
  return typeof body === 'string'
    ? api.sendMessage(chatId, body, { ...other, ...more }, signal)
    : api.sendRichMessage(chatId, body, other, signal);
}
