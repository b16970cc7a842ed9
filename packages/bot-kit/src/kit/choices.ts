// What has a person chosen in /settings?

import type { AnswerFormat } from '../streamer/stream-answer.js';

export const FORMATS = ['entities', 'rich', 'plain'] as const satisfies readonly AnswerFormat[];

export interface Choices {
  /** Two-letter code; `undefined` follows Telegram's language. */
  readonly language?: string | undefined;
  readonly badge?: boolean | undefined;
  readonly format?: AnswerFormat | undefined;
}

/** Choices as they were kept; anything else counts as none. */
export function parseChoices(text: string | undefined): Choices {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return {};
    const { language, badge, format } = value as Record<keyof Choices, unknown>;
    const known = FORMATS.find((one) => one === format);
    return {
      ...(typeof language === 'string' ? { language } : {}),
      ...(typeof badge === 'boolean' ? { badge } : {}),
      ...(known === undefined ? {} : { format: known }),
    };
  } catch {
    return {};
  }
}
