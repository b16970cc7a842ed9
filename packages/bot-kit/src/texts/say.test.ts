// Does a bot's own translation that breaks leave people without an answer?
import { expect, test } from 'vitest';
import { GERMAN } from './german/index.js';
import { sayIn } from './say.js';

test('a function that throws leaves the kit’s own sentence', () => {
  const say = sayIn('de', (key) => {
    if (key === 'start.ready') return 'Gut.';
    throw new Error('no such key');
  });
  expect(say('start.ready')).toBe('Gut.');
  expect(say('answer.thinking')).toBe(GERMAN['answer.thinking']);
  expect(say('privacy.days', { count: 7 })).toBe('7 Tage');
});

test('so does one that gives something else than words', () => {
  const texts = JSON.parse('{"promise":{}}');
  expect(sayIn('de', () => texts.promise)('start.ready')).toBe(GERMAN['start.ready']);
});
