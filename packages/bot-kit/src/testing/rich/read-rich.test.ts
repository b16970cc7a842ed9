// Does the emulator refuse what is no rich message by the types of the Bot API, and show the rest as a person would see it?
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Person } from '../actors/person.js';
import { createTelegramEmulator, type TelegramEmulator } from '../index.js';

let emu: TelegramEmulator;
let ann: Person;
beforeEach(async () => {
  emu = await createTelegramEmulator();
  ann = emu.user({ first_name: 'Ann' });
  ann.start();
});
afterEach(() => emu.close());

async function send(rich_message: object, method = 'sendRichMessage', more: object = {}) {
  const answer = await fetch(`${emu.apiRoot}/bot${emu.token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ chat_id: ann.id, rich_message, ...more }),
  });
  return (await answer.json()) as { ok: boolean; description?: string };
}

const paragraph = (text: unknown) => ({ type: 'paragraph', text });
const cell = (text: string, more: object = {}) => ({ text, align: 'left', valign: 'top', ...more });
const deep = (levels: number): object =>
  levels === 0 ? paragraph('end') : { type: 'blockquote', blocks: [deep(levels - 1)] };

test('blocks of every shape are taken and shown', async () => {
  const blocks = [
    { type: 'heading', size: 2, text: 'Rent' },
    paragraph([
      'It is ',
      { type: 'bold', text: '940 euro' },
      ', see ',
      { type: 'url', text: 'here', url: 'https://example.com/' },
    ]),
    {
      type: 'list',
      items: [
        {
          blocks: [
            paragraph('one'),
            { type: 'list', items: [{ value: 3, type: '1', blocks: [paragraph('three')] }] },
          ],
        },
        { has_checkbox: true, is_checked: true, blocks: [paragraph('paid')] },
      ],
    },
    {
      type: 'table',
      is_bordered: true,
      cells: [
        [cell('a', { is_header: true }), cell('b')],
        [cell('1'), cell('2')],
      ],
    },
    { type: 'pre', text: 'x = 1', language: 'python' },
    { type: 'divider' },
    { type: 'blockquote', blocks: [paragraph('quoted')] },
    { type: 'footer', text: 'end' },
  ];
  expect(await send({ blocks, skip_entity_detection: true })).toMatchObject({ ok: true });
  expect(ann.screen()).toContain(
    [
      'Rent',
      'It is 940 euro, see [here](https://example.com/)',
      '• one',
      '  3. three',
      '☑ paid',
      '| a | b |',
      '| 1 | 2 |',
      'x = 1',
      '———',
      '> quoted',
      'end',
    ].join('\n  '),
  );
  const page = emu.html(ann);
  expect(page).toContain('<h2>Rent</h2>');
  expect(page).toContain('<th align="left">a</th>');
  expect(page).toContain('<li value="3"><p>three</p></li>');
});

describe('rejects', () => {
  test.each<[string, unknown]>([
    ['unsupported type of block', { type: 'marquee', text: 'a' }],
    ['can\'t find field "text" in block "paragraph"', { type: 'paragraph' }],
    ['unexpected field "style" in block "paragraph"', { ...paragraph('a'), style: 'big' }],
    ['wrong field "size" of block "heading"', { type: 'heading', text: 'a', size: 7 }],
    ['wrong field "is_bordered" of block "table"', { type: 'table', cells: [[cell('a')]], is_bordered: 1 }],
    ['can\'t find field "align" in table cell', { type: 'table', cells: [[{ text: 'a', valign: 'top' }]] }],
    ['a table has at most 20 columns', { type: 'table', cells: [Array(21).fill(cell('a'))] }],
    ['expected a non-empty Array of list items', { type: 'list', items: [] }],
    [
      'unexpected field "label" in list item',
      { type: 'list', items: [{ label: '1', blocks: [paragraph('a')] }] },
    ],
    ['unsupported type of text', paragraph({ type: 'blink', text: 'a' })],
    ['wrong field "url" of text "url"', paragraph({ type: 'url', text: 'a', url: 'javascript://x.y' })],
    ['expected an Object as text', paragraph(7)],
    ['block "thinking" is allowed in drafts only', { type: 'thinking', text: 'a' }],
    ['too many levels of nested formatting and blocks', deep(16)],
    [
      'the style "link" is for callback buttons only',
      { type: 'buttons', buttons: [{ text: 'a', url: 'https://a.b', style: 'link' }] },
    ],
    ['wrong field "buttons" of block "buttons"', { type: 'buttons', buttons: [] }],
  ])('%s', async (complaint, block) => {
    expect(await send({ blocks: [block] })).toEqual({
      ok: false,
      error_code: 400,
      description: `Bad Request: can't parse rich message: ${complaint}`,
    });
  });

  test('what is too much, or nothing, or two things at once', async () => {
    const item = { blocks: [paragraph('a')] };
    expect(await send({ blocks: [paragraph('a'.repeat(32_769))] })).toMatchObject({
      description: 'Bad Request: message is too long',
    });
    // A list, 250 items, and a paragraph in each.
    expect(await send({ blocks: [{ type: 'list', items: Array(250).fill(item) }] })).toMatchObject({
      description: 'Bad Request: too many blocks in the rich message',
    });
    expect(await send({ blocks: [paragraph('')] })).toMatchObject({
      description: 'Bad Request: rich message is empty',
    });
    expect(await send({ blocks: [paragraph('a')], markdown: 'a' })).toMatchObject({ ok: false });
    expect(await send({ blocks: [paragraph('a')], parse: 1 })).toMatchObject({
      description: `Bad Request: can't parse rich message: unexpected field "parse"`,
    });
  });
});

test('a draft may say that it thinks', async () => {
  const thinking = { blocks: [{ type: 'thinking', text: 'Reading' }] };
  expect(await send(thinking, 'sendRichMessageDraft', { draft_id: 1 })).toMatchObject({ ok: true });
  expect(ann.screen()).toContain('Reading');
});
