// Can operators open their own types of files and their own hosts, and what holds when that code misbehaves?
import { afterEach, describe, expect, test } from 'vitest';
import { links } from '../src/features/links.js';
import { summaries } from '../src/features/summaries.js';
import { privateAI } from '../src/private-ai.js';
import type { FileReader } from '../src/sources/file-reader.js';
import type { LinkFetcher } from '../src/sources/link-fetcher.js';
import { type BotContext, type OpenBot, type OpenBotOptions, openBot } from './support/open-bot.js';
import { openWriter } from './support/open-model.js';
import { servePages } from './support/page-server.js';

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(options: OpenBotOptions['options']) {
  world = await openBot({ features: [links(), summaries()], script: () => 'In short: green.', options });
  const ann = world.emu.user({ first_name: 'Ann', language_code: 'en' });
  return { ...world, ann };
}

const SECRET = 'the-secret-word';
const note = (read: FileReader['read']): OpenBotOptions['options'] => ({
  readers: [{ extensions: ['note'], read }],
});
const sendNote = (ann: Awaited<ReturnType<typeof start>>['ann']) =>
  ann.sendDocument(new Uint8Array([0, 1, 2, 3, 255]), { name: 'a.note', mime: 'application/x-note' });

describe('readers', () => {
  test('a type of the operator’s own becomes pages, cleaned like all others; the bytes are wiped', async () => {
    let given = new Uint8Array();
    const { ann, asked } = await start(
      note(async function* (bytes) {
        given = bytes;
        yield `The house\u202e is green. ${bytes.length} bytes.`;
        yield 'The second page says more.';
      }),
    );
    sendNote(ann);
    await ann.sees('In short: green.');
    expect(asked[0]?.user).toContain('The house is green. 5 bytes.');
    expect([...given]).toEqual([0, 0, 0, 0, 0]);
  });

  test.each<[string, FileReader['read'], string, OpenBotOptions['options']]>([
    [
      'throws',
      () => {
        throw new Error(SECRET);
      },
      'damaged or cut off',
      {},
    ],
    ['has no text', () => [''], 'There is no text in it', {}],
    [
      'gives more pages than allowed',
      () => ['one', 'two', 'three'],
      'more than I can read at once (2 pages)',
      { limits: { pages: 2 } },
    ],
  ])('one that %s', async (_, read, sentence, options) => {
    const { ann, asked, errors, events } = await start({ ...note(read), ...options });
    sendNote(ann);
    await ann.sees(sentence);
    expect([asked, errors]).toEqual([[], []]);
    expect(JSON.stringify(events, (_key, value) => (typeof value === 'bigint' ? '' : value))).not.toContain(
      SECRET,
    );
  });

  test.each<[string, FileReader]>([
    ['an ending of the kit’s own', { extensions: ['pdf'], read: () => [] }],
    ['a type of the kit’s own', { mime: ['text/html'], read: () => [] }],
    ['nothing', { read: () => [] }],
    ['an ending with a dot', { extensions: ['.msg'], read: () => [] }],
  ])('rejects: %s', async (_, reader) => {
    const { cocoon } = await openWriter(() => '');
    expect(() => privateAI<BotContext>({ cocoon, readers: [reader] })).toThrowError(
      expect.objectContaining({ code: 'OPTIONS_INVALID' }),
    );
    if (reader.extensions?.[0] === 'pdf')
      expect(() =>
        privateAI<BotContext>({ cocoon, readers: [{ ...reader, replacesBuiltIn: true }] }),
      ).not.toThrow();
  });
});

describe('links.fetchers', () => {
  const wiki = (fetch: LinkFetcher['fetch']): OpenBotOptions['options'] => ({
    links: { fetchers: [{ hosts: ['wiki.corp.example', '*.docs.example'], fetch }] },
  });
  const page = (text: string) => ({ bytes: new TextEncoder().encode(text), mime: 'text/plain' });

  test('pages of chosen hosts come from the operator’s fetcher', async () => {
    const opened: string[] = [];
    const { ann, asked } = await start(
      wiki(async (url) => {
        opened.push(url.href);
        return page('The wiki says that the house is green.');
      }),
    );
    ann.send('http://wiki.corp.example:8080/house#top');
    await ann.sees('In short: green.');
    expect(opened).toEqual(['http://wiki.corp.example:8080/house']);
    expect(asked[0]?.user).toContain('The wiki says');
  });

  test('all other hosts stay behind the guard, and none of them leads to the fetcher by a redirect', async () => {
    const opened: string[] = [];
    const server = await servePages((_, response) =>
      response.writeHead(302, { location: 'http://wiki.corp.example/' }).end(),
    );
    try {
      const { ann, asked, emu, events } = await start({
        links: {
          allowHttp: true,
          ports: [server.port],
          resolve: async () => ['127.0.0.1'],
          dangerouslyAllowAddress: () => true,
          fetchers: [
            {
              hosts: ['wiki.corp.example'],
              fetch: async (url) => {
                opened.push(url.href);
                return page('inside');
              },
            },
          ],
        },
      });
      for (const url of [
        `http://other.example:${server.port}/`,
        'https://wiki.corp.example.evil.example/',
        'https://user:pass@wiki.corp.example/',
      ])
        ann.send(url);
      await emu.waitFor(() => events.filter(({ type }) => type === 'job-ended').length === 3);
      expect([opened, asked]).toEqual([[], []]);
      expect(server.asked.length).toBeGreaterThan(0);
    } finally {
      await server.close();
    }
  });

  test.each<[string, LinkFetcher['fetch'], string]>([
    [
      'throws',
      async () => {
        throw new Error(SECRET);
      },
      'Code: LINK_UNREACHABLE',
    ],
    ['gives nothing', (async () => undefined) as never, 'Code: LINK_UNREACHABLE'],
    ['gives more than allowed', async () => page('x'.repeat(2_000)), 'Code: LINK_TOO_BIG'],
  ])('one that %s', async (_, fetch, sentence) => {
    const { ann, asked, errors } = await start({ ...wiki(fetch), limits: { linkBytes: 1_000 } });
    ann.send('https://a.docs.example/');
    const screen = await ann.sees(sentence);
    expect(screen).not.toContain(SECRET);
    expect([asked, errors]).toEqual([[], []]);
  });
});
