// Which sentence does a person read, in which language? Every sentence can be replaced by the bot's author.
import { ENGLISH } from './english/index.js';
import { fillSentence } from './fill-sentence.js';
import { GERMAN } from './german/index.js';
import { RUSSIAN } from './russian/index.js';
import { SPANISH } from './spanish/index.js';
import type { Translation } from './translation.js';

export type TextKey = keyof typeof ENGLISH;
export type TextValues = Readonly<Record<string, string | number>>;

/** Says a sentence. `{pages}` in it is replaced by the value of that name, `{pages|page|pages}` by the word that fits its number. */
export type Say = (key: TextKey, values?: TextValues) => string;

/**
 * Sentences by language, by key: what is missing comes from the kit. Or a function, for bots with their own translations; `undefined`
 * from it means the kit's own sentence.
 */
export type Texts =
  | Readonly<Record<string, Partial<Record<TextKey, string>>>>
  | ((key: TextKey, values: TextValues, language: string) => string | undefined);

/** Another language of the kit is a folder like these, and a line here. */
const BUILT_IN: Readonly<Record<string, Translation<typeof ENGLISH>>> = {
  en: ENGLISH,
  de: GERMAN,
  es: SPANISH,
  ru: RUSSIAN,
};

/** Languages the kit itself speaks, as `language_code` starts: `en`, `de`, `es`, `ru`. */
export const LANGUAGES: readonly string[] = Object.keys(BUILT_IN);

/** `de` of `de`, `de-AT` and `DE_at`. */
export const baseLanguage = (language: string): string => language.toLowerCase().split(/[-_]/)[0] ?? '';

/**
 * `language` as in Telegram's `language_code`, for example `pt-br`. Languages the kit does not speak are answered with the author's
 * sentences for them, and in English where there are none.
 */
export function sayIn(language: string, texts: Texts = {}): Say {
  const base = baseLanguage(language);
  const spoken = /^[a-z]{2,3}$/.test(base) ? base : 'en';
  return (key, values = {}) => {
    if (typeof texts === 'function') {
      const own = ownWords(() => texts(key, values, language));
      if (own !== undefined) return own;
    } else {
      const own = texts[language]?.[key] ?? texts[base]?.[key];
      if (own !== undefined) return fillSentence(own, values, spoken);
    }
    const kits = BUILT_IN[base]?.[key];
    if (kits !== undefined) return fillSentence(kits, values, spoken);
    return fillSentence(
      (typeof texts === 'function' ? undefined : texts['en']?.[key]) ?? ENGLISH[key],
      values,
      'en',
    );
  };
}

/** A function that throws, or gives something else than words, says nothing: the kit's own sentence stands in. */
function ownWords(ask: () => unknown): string | undefined {
  try {
    const said = ask();
    return typeof said === 'string' ? said : undefined;
  } catch {
    return undefined;
  }
}

/** Languages somebody can be answered in: the kit's, and those the author has sentences for. */
export function languagesOf(texts: Texts = {}): readonly string[] {
  const own = typeof texts === 'function' ? [] : Object.keys(texts).filter((name) => /^[a-z]{2}$/.test(name));
  return [...new Set([...LANGUAGES, ...own])];
}
