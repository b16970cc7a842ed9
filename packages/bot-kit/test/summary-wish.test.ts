// Is what was kept for a summary's button believed only when it is that?
import { expect, test } from 'vitest';
import { parseSummaryWish } from '../src/features/summary-wish.js';

test.each([
  [{ length: 'short' }],
  [{ length: 'medium', sure: true }],
  [{ length: 'sections', names: true, chosen: false, sure: false }],
])('a wish comes back: %j', (wish) => {
  expect(parseSummaryWish(JSON.stringify({ ...wish, more: 'of it' }))).toEqual(wish);
});

test.each([
  ['no JSON', 'a secret'],
  ['nothing', ''],
  ['null', 'null'],
  ['a text', '"a secret"'],
  ['a list', '["short"]'],
  ['no length', '{}'],
  ['another length', '{"length":"a secret"}'],
  ['a name every object has', '{"length":"constructor"}'],
  ['a length that is no text', '{"length":["short"]}'],
  ['names that are no flag', '{"length":"short","names":"a secret"}'],
  ['chosen that is no flag', '{"length":"short","chosen":1}'],
  ['sure that is null', '{"length":"short","sure":null}'],
])('rejects: %s', (_, kept) => {
  let thrown: unknown;
  try {
    parseSummaryWish(kept);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code: 'BUTTON_TOO_OLD' });
  // Not even as a cause: what was kept may hold what somebody wrote.
  expect(thrown).not.toHaveProperty('cause.message');
  expect(String(thrown)).not.toContain('a secret');
});
