// Which language does a person mean by `de`, `German`, `deutsch` or `немецкий`?

const CODES = [
  'ar',
  'az',
  'be',
  'bg',
  'bn',
  'ca',
  'cs',
  'da',
  'de',
  'el',
  'en',
  'es',
  'et',
  'fa',
  'fi',
  'fr',
  'he',
  'hi',
  'hr',
  'hu',
  'hy',
  'id',
  'it',
  'ja',
  'ka',
  'kk',
  'ko',
  'ky',
  'lt',
  'lv',
  'ms',
  'nl',
  'no',
  'pl',
  'pt',
  'ro',
  'ru',
  'sk',
  'sl',
  'sr',
  'sv',
  'sw',
  'ta',
  'te',
  'tg',
  'th',
  'tr',
  'uk',
  'ur',
  'uz',
  'vi',
  'zh',
] as const;
const IN = ['en', 'de', 'es', 'fr', 'ru', 'uk', 'pt', 'it'] as const;

let names: Map<string, string> | undefined;

/** Names in English, in the language itself, and in the larger European languages. */
function allNames(): Map<string, string> {
  names ??= new Map(
    CODES.flatMap((code) =>
      [...IN, code].map((language): [string, string] => [
        (new Intl.DisplayNames([language], { type: 'language' }).of(code) ?? code).toLowerCase(),
        code,
      ]),
    ),
  );
  return names;
}

/** The two-letter code, or `undefined` for what is no language. */
export function readLanguage(word: string): string | undefined {
  const asked = word.trim().toLowerCase();
  return (
    CODES.find((code) => code === asked.split('-')[0] && /^[a-z]{2}(-[a-z]{2,4})?$/.test(asked)) ??
    allNames().get(asked)
  );
}
