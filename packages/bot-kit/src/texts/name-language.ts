// What is a language called in another one: `German` or `немецкий`?

/** `shown` and `language` as in Telegram's `language_code`; what is no language is its own name. */
export function nameLanguage(language: string, shown: string): string {
  try {
    return new Intl.DisplayNames([shown], { type: 'language' }).of(language) ?? language;
  } catch {
    return language;
  }
}
