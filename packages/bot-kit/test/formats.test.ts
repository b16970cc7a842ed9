// Do answers come in the form that was chosen: blocks that Telegram takes, words only, or text with entities when blocks are refused?
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { chat } from '../src/features/chat.js';
import { refusal } from '../src/hooks/refusal.js';
import { readRich } from '../src/testing/rich/read-rich.js';
import { createMarkdownWriter } from '../src/text/create-markdown-writer.js';
import { withoutEntities } from '../src/text/without-entities.js';
import { type OpenBot, openBot } from './support/open-bot.js';

const ANSWER = `# Rent
It is **940 euro**, see [the list](https://example.com/list) and https://example.com/more.

1. first
   - inner
     - innermost
2. second

| name | sum |
|:-----|----:|
| rent | 940 |

> quoted *words*

\`\`\`python
x = 1
\`\`\`
@somebody /forget <img src=x>`;

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(format: 'rich' | 'plain', transport?: 'edit' | 'final', afterModel?: () => void) {
  world = await openBot({
    features: [chat()],
    script: () => ANSWER,
    options: { reply: { format, transport }, afterModel },
  });
  return { ...world, ann: world.emu.user({ first_name: 'Ann', language_code: 'en' }) };
}

function blocksOf(source: string, links: 'web' | 'none' = 'web') {
  const writer = createMarkdownWriter({ links });
  writer.append(source);
  writer.finish();
  return writer.blocks();
}

describe('rich', () => {
  test('headings, nested lists, tables, quotations and code are what they are', () => {
    expect(blocksOf(ANSWER)).toMatchObject([
      { type: 'heading', size: 1, text: 'Rent' },
      { type: 'paragraph' },
      {
        type: 'list',
        items: [
          {
            value: 1,
            blocks: [
              { type: 'paragraph', text: 'first' },
              {
                type: 'list',
                items: [
                  {
                    blocks: [
                      { text: 'inner' },
                      { type: 'list', items: [{ blocks: [{ text: 'innermost' }] }] },
                    ],
                  },
                ],
              },
            ],
          },
          { value: 2, blocks: [{ text: 'second' }] },
        ],
      },
      {
        type: 'table',
        cells: [
          [
            { text: 'name', is_header: true, align: 'left' },
            { text: 'sum', align: 'right' },
          ],
          [{ text: 'rent' }, { text: '940' }],
        ],
      },
      {
        type: 'blockquote',
        blocks: [{ type: 'paragraph', text: ['quoted ', { type: 'italic', text: 'words' }] }],
      },
      { type: 'pre', text: 'x = 1', language: 'python' },
      {
        type: 'paragraph',
        text: [{ type: 'code', text: '@somebody' }, ' ', { type: 'code', text: '/forget' }, ' <img src=x>'],
      },
    ]);
    expect(JSON.stringify(blocksOf(ANSWER))).toContain(
      '{"type":"url","text":"https://example.com/more","url":"https://example.com/more"}',
    );
  });

  test('under the policy for documents of strangers nothing in it leads anywhere', () => {
    expect(JSON.stringify(blocksOf(ANSWER, 'none'))).not.toContain('"url"');
  });

  test('property: whatever a model writes, its blocks are what Telegram takes, at every moment, and hold no more than text and links', () => {
    const piece = fc.constantFrom(
      '# ',
      '- ',
      '  - ',
      '      - ',
      '1. ',
      '> ',
      '```',
      '| a | b |\n',
      '|--|--|\n',
      '**',
      '_',
      '`',
      '[x](',
      'https://a.b/',
      ')',
      '@u ',
      '/c ',
      '<b>',
      '☐',
      '- [x] ',
      '\n',
      '\n\n',
      ' word ',
      '![i](tg://x)',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const writer = createMarkdownWriter();
        for (const one of pieces) {
          writer.append(one);
          check(writer.blocks());
        }
        writer.finish();
        check(writer.blocks());
      }),
      { numRuns: 200 },
    );
    function check(blocks: ReturnType<typeof blocksOf>) {
      if (blocks.length === 0) return;
      try {
        readRich({ blocks });
      } catch (error) {
        // Marks alone: what stands below the answer is never empty.
        if (!String(error).endsWith('rich message is empty')) throw error;
      }
      for (const [, type] of JSON.stringify(blocks).matchAll(/"type":"(\w+)"/g))
        expect([
          'paragraph',
          'heading',
          'list',
          'table',
          'blockquote',
          'pre',
          'divider',
          'bold',
          'italic',
          'strikethrough',
          'code',
          'url',
          '1',
        ]).toContain(type);
    }
  });

  test.each(['draft', 'edit', 'final'] as const)(
    'is shown while it grows and sent once, by %s',
    async (transport) => {
      const { ann, emu, errors } = await start('rich', transport === 'draft' ? undefined : transport);
      ann.send('the rent?');
      const screen = await ann.sees('[Looks empty?]');
      expect(screen).toMatch(/\| name \| sum \|\n\s+\| rent \| 940 \|/);
      expect(screen).toContain('SIMULATED · nothing here is protected');
      expect(errors).toEqual([]);
      const calls = [...emu.callsOf('sendRichMessage'), ...emu.callsOf('editMessageText')];
      const sent = JSON.stringify(calls);
      expect(sent).toContain('"skip_entity_detection":true');
      expect(sent).not.toMatch(/"(markdown|html)":/);
    },
  );

  test('an answer that the operator refuses leaves no blocks behind', async () => {
    const { emu, ann } = await start('rich', 'final', () => {
      throw refusal();
    });
    ann.send('the rent?');
    expect(await ann.sees('The rules of this bot do not allow that.')).not.toContain('940');
    const sent = JSON.stringify([...emu.callsOf('sendRichMessage'), ...emu.callsOf('sendMessage')]);
    expect(sent).not.toContain('940');
  });

  test('where Telegram takes none, the answer comes as text with entities', async () => {
    const { ann, emu } = await start('rich');
    emu.fail('sendRichMessageDraft', 400, { times: 100 });
    emu.fail('sendRichMessage', 400, { times: 100 });
    ann.send('the rent?');
    expect(await ann.sees('[Looks empty?]')).toContain(
      'It is 940 euro, see [the list](https://example.com/list)',
    );
    expect(emu.callsOf('sendMessage')).toHaveLength(1);
  });

  test('whose app shows nothing presses once, reads it as text, and keeps it so', async () => {
    const { ann, emu, ai } = await start('rich');
    ann.send('the rent?');
    await ann.sees('[Looks empty?]');
    await emu.waitFor(() => ai.jobs.running === 0);
    const alert = await ann.press('Looks empty?').answer();
    expect(alert.text).toContain('From now on answers come as styled text');
    await emu.waitFor(() => emu.callsOf('sendMessage').length === 1 && ai.jobs.running === 0);
    expect(JSON.stringify(emu.callsOf('sendMessage'))).toContain('SIMULATED');
    ann.send('/settings');
    await ann.sees('Form of answers: styled text');
    ann.press('tables and headings');
    await ann.sees('Form of answers: tables and headings');
  });
});

describe('plain', () => {
  test('words only; nothing in them can be pressed but links that may be', async () => {
    const { ann, emu } = await start('plain');
    ann.send('the rent?');
    const screen = await ann.sees('[How?]');
    expect(screen).toContain('It is 940 euro, see the list (https://example.com/list)');
    const [sent] = emu.callsOf('sendMessage');
    expect(JSON.stringify(sent)).toContain('"entities":[]');
    const page = emu.html(ann);
    expect(page).toContain('<a href="https://example.com/list"');
    expect(page).not.toMatch(/class="link">(@somebody|\/forget)/);
  });

  test('what stood in code is kept from becoming a command or a name', () => {
    const writer = createMarkdownWriter();
    writer.append('`/`start x`@`bob `a.b`');
    expect(withoutEntities(writer.finish()).text).toBe('/\u2060start x\u2060@\u2060\u2060bob a.\u2060b');
  });
});
