// Where does an answer appear? One engine writes to five kinds of places; each knows its own calls and its own pace.
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { FormattedText } from '../text/formatted-text.js';
import type { RichBlock } from '../text/rich/rich-block.js';
import type { OutletAddress } from './outlet-address.js';

export interface Pace {
  /** Between two calls at first, and after `laterAfterMs`. */
  firstGapMs: number;
  laterGapMs: number;
  laterAfterMs: number;
  /** The gap doubles with every flood answer, up to this. */
  maxGapMs: number;
  /** Calls in any minute, at most. */
  perMinute?: number | undefined;
  /** Unchanged text is shown again after this time, where it would vanish otherwise. */
  keepAliveMs?: number | undefined;
}

/** A message that Telegram acknowledged. */
export interface Delivered {
  readonly messageId?: number | undefined;
  readonly inlineMessageId?: string | undefined;
}

export interface Place {
  /** The first part of the answer: it takes the place of what was shown while writing. */
  first: boolean;
  keyboard?: InlineKeyboardMarkup | undefined;
}

/** Text with entities; and the same as blocks, where a rich message is wanted. */
export interface Shown extends FormattedText {
  readonly blocks?: readonly RichBlock[] | undefined;
}

export interface Outlet {
  readonly kind: 'draft' | 'edit' | 'inline' | 'ephemeral' | 'final';
  readonly pace: Pace;
  /** Whether it sends `blocks` where there are any. Default false: it gets none. */
  readonly rich?: boolean | undefined;
  /** Messages one answer may have here. */
  readonly maxParts: number;
  /** True if sending the first part twice leaves one message: then a broken connection is no reason for doubt. */
  readonly repeatable: () => boolean;
  /** Enough for another process to go on here; `undefined` where that is not possible. */
  address?(): OutletAddress | undefined;
  /** Shows what there is so far; `undefined` when there is nothing but the thinking. */
  show(view: Shown | undefined, signal: AbortSignal): Promise<void>;
  deliver(part: Shown, place: Place, signal: AbortSignal): Promise<Delivered>;
  /** A text too long for messages, as a file. */
  sendFile?(file: { name: string; text: string }, place: Place, signal: AbortSignal): Promise<Delivered>;
  /** Something is shown here before the answer has its turn, and must be ended even if that never comes. */
  readonly opensEarly?: boolean | undefined;
  /** What to use when showing fails here. */
  fallback?(): Outlet;
}

/** Telegram must never look at an address because a model wrote it. */
export const NO_PREVIEW = { link_preview_options: { is_disabled: true } } as const;

export const withKeyboard = (keyboard: InlineKeyboardMarkup | undefined) =>
  keyboard === undefined ? {} : { reply_markup: keyboard };

/** Telegram takes no `readonly` arrays. */
export const entitiesOf = ({ entities }: FormattedText) => ({ entities: [...entities] });
