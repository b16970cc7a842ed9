// How soon is a token of the model on its way to the screen, and what does it cost to read Markdown again and again?
import { Api } from 'grammy';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { draftOutlet } from '../src/streamer/draft-outlet.js';
import { streamAnswer } from '../src/streamer/stream-answer.js';
import { createMarkdownWriter } from '../src/text/create-markdown-writer.js';
import { formatMarkdown } from '../src/text/format-markdown.js';

interface Row {
  name: string;
  value: number;
  unit: string;
  target?: string;
}

const TOKENS = 12;
/** Longer than the pause between drafts: the token finds the line free. */
const PAUSE_MS = 450;
const ROUNDS = 20;
const PIECE =
  '## A heading\n\nSome **bold text**, *more* of it, `code` and [a link](https://example.org/page).\n\n- one item\n- another, with ~~nothing~~\n\n```ts\nconst a = 1;\n```\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n> A quotation of two\n> lines.\n\nA paragraph that says what paragraphs say, at some length and without any marks, until it ends.\n\n';
// Cut inside a paragraph, as a text that is still being written is.
const SOURCE = PIECE.repeat(Math.ceil(25_000 / PIECE.length)).slice(0, -40);
const KILOBYTES = SOURCE.length / 1_000;

export async function run(): Promise<Row[]> {
  const writer = createMarkdownWriter();
  writer.append(SOURCE);
  const own = median(() => formatMarkdown(SOURCE));
  const mdast = median(() => parse(SOURCE));
  return [
    { name: 'from a token to the call of the draft, median', value: await tokenToDraft(), unit: 'ms' },
    { name: 'Markdown writer, whole text of 25 kB', value: own / KILOBYTES, unit: 'ms/kB' },
    { name: 'mdast-util-from-markdown with GFM, same text', value: mdast / KILOBYTES, unit: 'ms/kB' },
    { name: 'writer against mdast', value: mdast / own, unit: 'x faster' },
    { name: 'one look at 25 kB that still grow, writer', value: median(() => writer.snapshot()), unit: 'ms' },
    { name: 'one look at 25 kB that still grow, mdast', value: mdast, unit: 'ms' },
  ];
}

const parse = (text: string) =>
  fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

function median(work: () => unknown): number {
  const times: number[] = [];
  for (let round = -3; round < ROUNDS; round++) {
    const start = performance.now();
    work();
    if (round >= 0) times.push(performance.now() - start);
  }
  return middle(times);
}

const middle = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN;

async function tokenToDraft(): Promise<number> {
  const api = new Api('1:token');
  let called = () => {};
  api.config.use(async () => {
    called();
    // Only what the outlet reads of an answer.
    return { ok: true, result: { message_id: 1 } as never };
  });
  const times: number[] = [];
  async function* source() {
    for (let token = 0; token < TOKENS; token++) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      const start = performance.now();
      called = () => {
        times.push(performance.now() - start);
        called = () => {};
      };
      yield `token ${token} `;
    }
  }
  await streamAnswer({ source: source(), outlet: draftOutlet(api, { chatId: 1, draftId: 1 }) });
  return middle(times.slice(0, TOKENS - 1));
}
