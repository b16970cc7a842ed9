// What has a person chosen in /settings?

export interface Choices {
  /** Two-letter code; `undefined` follows Telegram's language. */
  readonly language?: string | undefined;
  readonly badge?: boolean | undefined;
}

/** Choices as they were kept; anything else counts as none. */
export function parseChoices(text: string | undefined): Choices {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return {};
    const { language, badge } = value as { language?: unknown; badge?: unknown };
    return {
      ...(typeof language === 'string' ? { language } : {}),
      ...(typeof badge === 'boolean' ? { badge } : {}),
    };
  } catch {
    return {};
  }
}
