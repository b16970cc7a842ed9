// Which sentence does a person read, in which language? Every sentence can be replaced by the bot's author.
import { ENGLISH } from './english/index.js';

export type TextKey = keyof typeof ENGLISH;
export type TextValues = Readonly<Record<string, string | number>>;

/** Says a sentence. `{name}` in it is replaced by the value of that name. */
export type Say = (key: TextKey, values?: TextValues) => string;

/**
 * Sentences by language, by key: what is missing comes from the kit. Or a function, for bots with their own translations; `undefined`
 * from it means the kit's own sentence.
 */
export type Texts =
  | Readonly<Record<string, Partial<Record<TextKey, string>>>>
  | ((key: TextKey, values: TextValues, language: string) => string | undefined);

const BUILT_IN: Readonly<Record<string, Partial<Record<TextKey, string>>>> = { en: ENGLISH };

/** Languages the kit itself speaks, as `language_code` starts: `en`. */
export const LANGUAGES: readonly string[] = Object.keys(BUILT_IN);

/** `language` as in Telegram's `language_code`, for example `pt-br`. Unknown languages are answered in English. */
export function sayIn(language: string, texts: Texts = {}): Say {
  const base = language.toLowerCase().split('-')[0] ?? 'en';
  return (key, values = {}) => {
    if (typeof texts === 'function') {
      const said = ownWords(() => texts(key, values, language));
      return said ?? fill(BUILT_IN[base]?.[key] ?? ENGLISH[key], values);
    }
    const own = texts[language]?.[key] ?? texts[base]?.[key];
    return fill(own ?? BUILT_IN[base]?.[key] ?? ENGLISH[key], values);
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

function fill(sentence: string, values: TextValues): string {
  return sentence.replace(/\{(\w+)\}/g, (mark, name: string) => String(values[name] ?? mark));
}
