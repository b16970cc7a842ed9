// Is what was kept for a proposal believed only when it is one?
import { expect, test } from 'vitest';
import { parseProposal } from '../src/features/proposal.js';

const PROPOSAL = {
  connection: 'biz-1',
  chat: 5,
  message: 7,
  at: 1_772_366_400_000,
  name: 'Bob',
  asked: 'When?',
  text: 'At five.',
};

test('a proposal comes back, with a wish and without, and with nothing that is not part of it', () => {
  expect(parseProposal(JSON.stringify(PROPOSAL))).toEqual(PROPOSAL);
  expect(parseProposal(JSON.stringify({ ...PROPOSAL, wish: 'shorter', more: 1 }))).toEqual({
    ...PROPOSAL,
    wish: 'shorter',
  });
});

test.each([
  ['no JSON', 'a secret'],
  ['nothing', ''],
  ['null', 'null'],
  ['a number', '7'],
  ['a list', '["biz-1",5]'],
  ...Object.keys(PROPOSAL).map((field) => [
    `without ${field}`,
    JSON.stringify({ ...PROPOSAL, [field]: undefined }),
  ]),
  ...Object.keys(PROPOSAL).map((field) => [
    `with another kind of ${field}`,
    JSON.stringify({ ...PROPOSAL, [field]: {} }),
  ]),
  ['with a chat that is no whole number', JSON.stringify({ ...PROPOSAL, chat: 1.5 })],
  ['with a chat as text', JSON.stringify({ ...PROPOSAL, chat: '5' })],
  ['with a message beyond what numbers hold', JSON.stringify({ ...PROPOSAL, message: 2 ** 53 })],
  ['with a wish that is no text', JSON.stringify({ ...PROPOSAL, wish: 1 })],
])('rejects: %s', (_, kept = '') => {
  let thrown: unknown;
  try {
    parseProposal(kept);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code: 'BUTTON_TOO_OLD' });
  // Not even as a cause: what was kept may hold what somebody wrote.
  expect(thrown).not.toHaveProperty('cause.message');
  expect(String(thrown)).not.toContain('a secret');
});
