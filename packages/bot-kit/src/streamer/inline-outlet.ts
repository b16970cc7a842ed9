// How does an answer grow in a message of another chat (inline or guest mode)? By edits of that one message.
import type { Api } from 'grammy';
import type { InlineKeyboardMarkup } from 'grammy/types';
import { plain } from '../text/formatted-text.js';
import { judgeFailure } from './judge-failure.js';
import { type Outlet, type Shown, withKeyboard } from './outlet.js';
import { contentOf } from './telegram-content.js';
import { telegramSignal } from './telegram-signal.js';

export interface InlineOutletOptions {
  inlineMessageId: string;
  stopKeyboard?: InlineKeyboardMarkup | undefined;
  thinking?: string | undefined;
}

/** One message only: a longer answer is cut, and the result says so. */
export function inlineOutlet(api: Api, options: InlineOutletOptions): Outlet {
  const { inlineMessageId, stopKeyboard, thinking = '…' } = options;
  const edit = async (shown: Shown, other: object, signal: AbortSignal) => {
    const { body, more } = contentOf(shown);
    try {
      await api.editMessageTextInline(inlineMessageId, body, { ...other, ...more }, telegramSignal(signal));
    } catch (error) {
      if (judgeFailure(error).kind !== 'unchanged') throw error;
    }
    return { inlineMessageId };
  };
  return {
    kind: 'inline',
    pace: { firstGapMs: 3_000, laterGapMs: 3_000, laterAfterMs: 0, maxGapMs: 60_000, perMinute: 15 },
    rich: true,
    maxParts: 1,
    repeatable: () => true,
    address: () => ({ kind: 'inline', inlineMessageId }),
    async show(view, signal) {
      const shown = view ?? plain(thinking);
      await edit(shown, withKeyboard(stopKeyboard), signal);
    },
    deliver: (part, { keyboard }, signal) => edit(part, withKeyboard(keyboard), signal),
  };
}
