// Which message shows an answer while it grows? Remembered, so that after a crash it is written on and not left behind.

export interface LiveMessage {
  /** Of the process before this one, in a chat of the bot. */
  readonly messageId?: number | undefined;
  /** The same, in a chat the bot is not in. */
  readonly inlineMessageId?: string | undefined;
  /** Telegram has acknowledged it. */
  found(id: number | string): Promise<void>;
}
