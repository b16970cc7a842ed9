// Does every language say everything, with the same values, within what Telegram takes?
import { describe, expect, test } from 'vitest';
import { ENGLISH } from './english/index.js';
import { fillSentence } from './fill-sentence.js';
import { LANGUAGES, languagesOf, sayIn, type TextKey } from './say.js';

const KEYS = Object.keys(ENGLISH).filter((key): key is TextKey => Object.hasOwn(ENGLISH, key));
const OTHERS = LANGUAGES.filter((language) => language !== 'en');

/** A sentence as it stands in the table: without values nothing is filled in. */
const table = (language: string): readonly [TextKey, string][] =>
  KEYS.map((key) => [key, sayIn(language)(key)]);
const placesOf = (sentence: string): string[] =>
  [...new Set([...sentence.matchAll(/\{(\w+)/g)].map(([, name = '']) => name))].sort();

/** Values as long as they get. */
const VALUES: Readonly<Record<string, string | number>> = {
  code: 'ATTESTATION_MEASUREMENT 0123456789abcdef',
  contact: '@an_operator_with_a_long_name',
  language: 'Vietnamesisch',
  limit: '300.000 Zeichen',
  number: 3,
  size: '24 MB',
  state: 'aus',
  time: '14:05 UTC',
};

test('the kit speaks English, German, Spanish and Russian', () => {
  expect([...LANGUAGES].sort()).toEqual(['de', 'en', 'es', 'ru']);
});

describe.each(OTHERS)('in %s', (language) => {
  test('every sentence has the values of the English one, and none of its words are left over', () => {
    for (const [key, sentence] of table(language)) {
      expect(placesOf(sentence), key).toEqual(placesOf(ENGLISH[key]));
      expect(sentence.trim(), key).not.toBe('');
      // Names, signs and "No" are the same in two languages; a sentence of three words never is.
      if (
        ENGLISH[key]
          .replace(/\{[^}]*\}|\W/g, ' ')
          .trim()
          .split(/\s+/).length > 2
      )
        expect(sentence, key).not.toBe(ENGLISH[key]);
    }
  });

  test('every command of a sentence is one the bot has', () => {
    const commandsOf = (sentence: string) => [...new Set(sentence.match(/(?<![\w/])\/[a-z]+/g))].sort();
    for (const [key, sentence] of table(language))
      expect(commandsOf(sentence), key).toEqual(commandsOf(ENGLISH[key]));
  });

  test('words for numbers are as many as the language has forms', () => {
    const forms = language === 'ru' ? 3 : 2;
    for (const [key, sentence] of table(language))
      for (const [, words = ''] of sentence.matchAll(/\{\w+\|([^}]*)\}/g))
        expect(words.split('|'), key).toHaveLength(forms);
  });
});

/** Shown in answers to buttons, which hold 200 characters. */
const ALERTS =
  /^(error\.|how\.|settings\.plainer|secretary\.(sent|stale|notSent|off)|stop\.done|digest\.(sent|notMember|closed))/;
const BUTTONS =
  /^(button\.|start\.agree|summary\.(short|medium|sections|go|otherLanguage|ask|language|file)$|ask\.passage|talk\.(names|reply)|compose\.(?!about|command|replying)|translation\.swap|pictures\.(describe|read)|voice\.(file|translate)|card\.export|settings\.(empty|badge|telegram|entities|rich|plain)$|digest\.(day|mentions|privately|open)$|secretary\.(agree|refuse|send|change|skip)$|inline\.(start|again|consent)$|badge\.simulated)/;

describe.each(LANGUAGES)('what Telegram takes, in %s', (language) => {
  const say = sayIn(language);
  const longest = (keys: RegExp, most: number) => {
    const found = KEYS.filter((key) => keys.test(key));
    expect(found.length).toBeGreaterThan(10);
    for (const key of found) expect(say(key, VALUES).length, key).toBeLessThanOrEqual(most);
  };
  test('answers to buttons hold 200 characters', () => longest(ALERTS, 200));
  test('buttons are read at a glance', () => longest(BUTTONS, 40));
  test('descriptions of commands hold 256 characters', () => longest(/command/, 256));
  test('an invoice is titled with 32 characters', () => {
    expect(say('stars.title', { tokens: 999_999_999 }).length).toBeLessThanOrEqual(32);
    expect(say('stars.description').length).toBeLessThanOrEqual(255);
  });
});

test.each([
  ['en', 1, '1 day'],
  ['en', 7, '7 days'],
  ['de', 1, '1 Tag'],
  ['de', 12_345, '12.345 Tage'],
  ['es', 1, '1 día'],
  ['es', 2_000_000, '2.000.000 días'],
  ['ru', 1, '1 день'],
  ['ru', 3, '3 дня'],
  ['ru', 11, '11 дней'],
  ['ru', 21, '21 день'],
  ['ru', 25, '25 дней'],
])('numbers have their words: %s %i', (language, count, said) => {
  expect(sayIn(language)('privacy.days', { count })).toBe(said);
});

test('a mark without a value stays, and values are not read as marks', () => {
  expect(fillSentence('{a} {b|one|more}', { a: '{b}' }, 'en')).toBe('{b} {b|one|more}');
});

describe('which language', () => {
  test.each(['ru', 'ru-RU', 'RU', 'ru_ru', 'ru-Latn-RU'])('%s is Russian', (code) => {
    expect(sayIn(code)('button.stop')).toBe('Стоп');
  });

  test.each(['fr', '', 'x', 'constructor', '💥', 'ruthenian'])('%j is answered in English', (code) => {
    expect(sayIn(code)('privacy.days', { count: 2 })).toBe('2 days');
  });

  test('the author’s sentence wins in its language; others and the rest are the kit’s', () => {
    const texts = { ru: { 'button.stop': 'Хватит', 'privacy.days': '{count} {count|сутки|суток|суток}' } };
    expect(sayIn('ru-RU', texts)('button.stop')).toBe('Хватит');
    expect(sayIn('ru', texts)('privacy.days', { count: 1 })).toBe('1 сутки');
    expect(sayIn('ru', texts)('button.again')).toBe('Ещё раз');
    expect(sayIn('de', texts)('button.stop')).toBe('Stopp');
  });

  test('a language only the author speaks falls back to English, the author’s first', () => {
    const texts = { fr: { 'button.stop': 'Arrêter' }, en: { 'button.again': 'Once more' } };
    expect(sayIn('fr-CA', texts)('button.stop')).toBe('Arrêter');
    expect(sayIn('fr', texts)('button.again')).toBe('Once more');
    expect(sayIn('fr', texts)('button.close')).toBe('Close');
    expect(sayIn('de', texts)('button.again')).toBe('Noch mal');
    expect(languagesOf(texts)).toEqual([...LANGUAGES, 'fr']);
  });

  test('a function decides, and leaves the rest to the kit', () => {
    const own = (key: TextKey, _: unknown, language: string) =>
      key === 'button.stop' ? `own ${language}` : undefined;
    expect(sayIn('es-MX', own)('button.stop')).toBe('own es-MX');
    expect(sayIn('es-MX', own)('button.close')).toBe('Cerrar');
  });
});
