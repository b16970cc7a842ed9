// What does a person see for the Markdown that models write, and for the Markdown that attackers write?
import { describe, expect, it } from 'vitest';
import { createMarkdownWriter } from './create-markdown-writer.js';
import { formatMarkdown } from './format-markdown.js';
import type { FormattedText } from './formatted-text.js';

/** Entities as marks in the text: «b:bold», with the address or language of those that have one. */
function show({ text, entities }: FormattedText): string {
  const names: Record<string, string> = {
    bold: 'b',
    italic: 'i',
    strikethrough: 's',
    text_link: 'a',
    blockquote: 'q',
  };
  let shown = '';
  for (let at = 0; at <= text.length; at++) {
    shown += entities
      .filter((e) => e.offset + e.length === at)
      .map(() => '»')
      .join('');
    for (const entity of entities.filter((e) => e.offset === at)) {
      const extra =
        entity.type === 'text_link'
          ? `=${entity.url}`
          : entity.type === 'pre'
            ? `=${entity.language ?? ''}`
            : '';
      shown += `«${names[entity.type] ?? entity.type}${extra}:`;
    }
    shown += text.charAt(at);
  }
  return shown;
}

describe('formats', () => {
  it.each([
    [
      'emphasis',
      '**bold** *it* ***both*** ~~gone~~ `code`',
      '«b:bold» «i:it» «i:«b:both»» «s:gone» «code:code»',
    ],
    ['code inside bold, which cannot be nested', '**a `b` c**', '«b:a »«code:b»«b: c»'],
    ['single line ends, which are kept', 'a\nb\n\n\n\nc', 'a\nb\n\nc'],
    ['headings, also with a number sign in them', '## Title ##\ntext\n# C#', '«b:Title»\ntext\n«b:C#»'],
    ['no heading without a space', '#tag', '#tag'],
    ['lists', '- a\n  - b\n    more\n* c\n1. d\n2) e', '• a\n  • b\n    more\n• c\n1. d\n2) e'],
    ['tasks', '- [ ] a\n- [x] b', '☐ a\n☑ b'],
    ['a year that begins a line', 'It was\n1986. A year', 'It was\n1986. A year'],
    ['paragraphs of list items', '1. a\n\n   b\n\nc', '1. a\n\n  b\n\nc'],
    ['quotations, also nested', '> a **b**\n>> c\n\nd', '«q:a «b:b»\nc»\n\nd'],
    [
      'code blocks',
      '```ts title="x"\nconst a = `1`;\n  **b**\n```\nc',
      '«pre=ts:const a = `1`;\n  **b**»\nc',
    ],
    ['code blocks in lists', '- a\n  ```\n  b\n    c\n  ```', '• a\n«pre=:b\n  c»'],
    ['code blocks that are not closed', '~~~\na\n```\nb', '«pre=:a\n```\nb»'],
    ['rules', 'a\n\n---\n\nb', 'a\n\n———\n\nb'],
    [
      'tables',
      'x\n| a | b |\n|:-:|--:|\n| **1** | 2\\|3 |\n| 漢 |',
      'x\n«pre=:a  │   b\n───┼────\n1  │ 2|3\n漢 │»',
    ],
    ['pipes that are no table', 'a | b\n---|---|---', 'a | b\n---|---|---'],
    ['links', '[a *b*](https://a.example/x_y "title") c', '«a=https://a.example/x_y:a «i:b»» c'],
    [
      'addresses as text, with marks in them',
      'see https://a.example/__a__, **https://b.example/**',
      'see https://a.example/__a__, «b:https://b.example/»',
    ],
    ['mail', '[write](mailto:a@b.example) <a@b.example>', '«a=mailto:a@b.example:write» a@b.example'],
    ['escapes and references', '\\*a\\* &lt;b&gt; &amp; &#42;c&#42; &nope;', '*a* <b> & *c* &nope;'],
    ['marks that are not closed', '**a and 2 * 3 and `b', '**a and 2 * 3 and `b'],
    ['Chinese, written without spaces', '这是**“重点”**的', '这是«b:“重点”»的'],
    ['line breaks of HTML', 'a<br>b<br/>c', 'a\nb\nc'],
    ['emoji families and flags', '👨‍👩‍👧 ❤️ 🇩🇪 می‌روم', '👨‍👩‍👧 ❤️ 🇩🇪 می‌روم'],
  ])('%s', (_, source, expected) => {
    expect(show(formatMarkdown(source))).toBe(expected);
  });
});

describe('comes out inert', () => {
  it.each([
    [
      'HTML',
      '<b>a</b><img src=x onerror=alert(1)><a href="tg://x">y</a>',
      '<b>a</b><img src=x onerror=alert(1)><a href="«code:tg://x">y</a»>',
    ],
    ['pictures, whose address is dropped', '![a](https://evil.example/?q=secret)', '🖼 a'],
    [
      'pictures in links',
      '[![a](https://evil.example/x)](https://evil.example/y)',
      '«a=https://evil.example/y:🖼 a»',
    ],
    ['app links', '[a](tg://user?id=1)', 'a («code:tg://user?id=1»)'],
    [
      'script links',
      '[a](javascript:alert(1)) <javascript:alert(2)>',
      'a («code:javascript:alert(1)») javascript:alert(2)',
    ],
    ['data links', '[a](data:text/html,x)', 'a («code:data:text/html,x»)'],
    ['mentions', 'hi @bob and x@y.example, @**b**ob', 'hi «code:@bob» and x@y.example, «code:@bob»'],
    [
      'commands',
      '/forget (/forget) a/b https://x.example/forget',
      '«code:/forget» («code:/forget») a/b https://x.example/forget',
    ],
    [
      'addresses of apps',
      'tg://resolve?domain=x ton://y TG://z',
      '«code:tg://resolve?domain=x» «code:ton://y» «code:TG://z»',
    ],
    [
      'a link text that is another address',
      '[https://bank.example](https://evil.example/)',
      'https://bank.example («a=https://evil.example/:https://evil.example/»)',
    ],
    [
      'a link text that is another host',
      '[bank.example](https://evil.example/a)',
      'bank.example («a=https://evil.example/a:https://evil.example/a»)',
    ],
    [
      'a link text that is a name',
      '[@support](https://evil.example/)',
      '«code:@support» («a=https://evil.example/:https://evil.example/»)',
    ],
    [
      'a link without a text',
      '[\u200b](https://evil.example/)',
      ' («a=https://evil.example/:https://evil.example/»)',
    ],
    [
      'a link that says where it leads',
      '[evil.example](https://evil.example/)',
      '«a=https://evil.example/:evil.example»',
    ],
    [
      'a host that hides behind a user name',
      '[a](https://bank.example@evil.example/)',
      'a («code:https://bank.example@evil.example/»)',
    ],
    ['hosts of other letters', '[a](https://b\u0430nk.example/)', '«a=https://xn--bnk-6cd.example/:a»'],
    ['bidirectional controls', 'a\u202eb\u2066c\u200fd', 'abcd'],
    ['hidden words', 'a\u{e0041}\u{e0042}\ufe01\ufe02b\u200b\u2060c', 'abc'],
    ['marks parted by nothing', '*\u200b*a*\u200b*', '«b:a»'],
    [
      'references to what may not be written',
      'a&#x202e;b&#8203;c&#0;d&#x110000;e&#10;f',
      'abc\ufffdd\ufffde f',
    ],
    ['halves of characters', 'a\ud83d b\ude00', 'a\ufffd b\ufffd'],
    ['controls', 'a\u0000b\u001b[1mc\u0085d', 'ab[1mcd'],
  ])('%s', (_, source, expected) => {
    expect(show(formatMarkdown(source))).toBe(expected);
  });

  it('every address, where nothing may be pressed', () => {
    const source = '[a](https://x.example/) https://y.example/q z.example a@b.example #tag $TON';
    expect(show(formatMarkdown(source, { links: 'none' }))).toBe(
      'a («code:https://x.example/») «code:https://y.example/q» «code:z.example» «code:a@b.example» «code:#tag» «code:$TON»',
    );
  });
});

describe('shows unfinished text as if it were finished', () => {
  it.each([
    ['bold', 'a **b', 'a «b:b»'],
    ['the beginning of a mark', 'a **', 'a'],
    ['half of the closing mark', '**b*', '«b:b»'],
    ['code', 'a `b', 'a «code:b»'],
    ['a code block', '```ts\na', '«pre=ts:a»'],
    ['a fence without code', 'a\n```t', 'a'],
    ['a link whose address is not there yet', '[a](https://x', 'a'],
    ['a table whose rule is not there yet', '| a | b |\n|--', '| a | b |'],
    ['a table that grows', '| a | b |\n|---|---|\n| 1', '«pre=:a │ b\n──┼──\n1 │»'],
    ['half of a character', 'a\ud83d', 'a'],
  ])('%s', (_, source, expected) => {
    const writer = createMarkdownWriter();
    writer.append(source);
    expect(show(writer.snapshot())).toBe(expected);
  });
});
