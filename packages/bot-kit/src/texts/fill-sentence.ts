// How do values get into a sentence? `{pages}` is the value, `{pages|page|pages}` the word that fits its number.

const PLACE = /\{(\w+)((?:\|[^{}|]*)*)\}/g;

/**
 * Numbers are written as the language writes them: `12,345` or `12.345`. Words are in the order of the language's own forms: one and
 * more (`{n|day|days}`), or one, few and many (`{n|день|дня|дней}`). What has no value stays as it is. `language` is two or three letters.
 */
export function fillSentence(
  sentence: string,
  values: Readonly<Record<string, string | number>>,
  language: string,
): string {
  return sentence.replace(PLACE, (mark, name: string, words: string) => {
    const value = values[name];
    if (value === undefined) return mark;
    if (words !== '') return wordFor(value, words.slice(1).split('|'), language);
    return typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : value;
  });
}

function wordFor(value: string | number, words: readonly string[], language: string): string {
  const form = new Intl.PluralRules(language).select(Number(value));
  const place = form === 'one' ? 0 : form === 'few' || form === 'two' ? 1 : words.length - 1;
  return words[Math.min(place, words.length - 1)] ?? '';
}
