// Do the buttons under an answer do what they say? Summaries, links, writing, translations and pictures in a private chat.
import { afterEach, describe, expect, test } from 'vitest';
import type { Feature } from '../src/feature.js';
import { documents } from '../src/features/documents.js';
import { everything } from '../src/features/everything.js';
import { links } from '../src/features/links.js';
import { summaries } from '../src/features/summaries.js';
import { translation } from '../src/features/translation.js';
import { type BotContext, type OpenBot, type OpenBotOptions, openBot } from './support/open-bot.js';
import { openExtractor, openWriter } from './support/open-model.js';
import { writePdf } from './support/write-pdf.js';

type Person = ReturnType<OpenBot['emu']['user']>;

let world: OpenBot | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(options: OpenBotOptions) {
  world = await openBot(options);
  const { emu, ai } = world;
  const ann = emu.user({ first_name: 'Ann', language_code: 'en' });
  /** The finished message, not its draft. */
  const answered = async (count: number) => {
    await emu.waitFor(() => world?.asked.length === count && ai.jobs.running + ai.jobs.waiting === 0);
    await emu.settled();
    return ann.screen();
  };
  return { ...world, ann, answered };
}

const reading = (): Feature<BotContext>[] => [links(), summaries(), documents()];
const GERMAN =
  'Die Miete für die Wohnung ist am ersten Tag des Monats fällig und wird auf das Konto gezahlt. ';
const ENGLISH = 'The rent of the flat is due on the first day of the month and is paid to the account. ';
describe('a summary', () => {
  test('of a document in the person’s language: all buttons, and another language on request', async () => {
    const { ann, asked, answered } = await start({
      features: reading(),
      script: ({ index }) =>
        ['- The rent is due on day one (p. 1).', '- Der Mietzins “fällig” am ersten (S. 1) (S. 9).'][index] ??
        `- text ${index}`,
    });
    ann.sendDocument(writePdf([[ENGLISH]]), { name: 'Lease.pdf' });
    const screen = await answered(1);
    expect(screen).toContain('[Ask about it]');
    expect(screen).toContain('[Shorter] [Longer]');
    expect(screen).toContain('[Another language] [As file]');
    ann.press('Another language');
    await ann.sees('In which language?');
    ann.press('Deutsch');
    const german = await answered(2);
    // The document itself is not sent again; the translation names no page the summary did not.
    expect(asked[1]?.system).toContain('into German');
    expect(asked[1]?.user).not.toContain('paid to the account');
    expect(german).toContain('Der Mietzins fällig am ersten (p. 1).');
    expect(german).toContain('[In English] [As file]');
  });

  test('of a document in another language offers that one', async () => {
    const { ann, answered } = await start({ features: reading(), script: () => '- The rent (p. 1).' });
    ann.sendDocument(writePdf([[GERMAN]]), { name: 'Miete.pdf' });
    expect(await answered(1)).toContain('[In German] [As file]');
  });

  test('shorter and longer, without being asked for a length again', async () => {
    const { ann, asked, answered } = await start({
      features: reading(),
      script: ({ index }) => `- text ${index}`,
    });
    ann.sendDocument(writePdf(Array.from({ length: 25 }, () => [ENGLISH])), { name: 'Lease.pdf' });
    await ann.sees('How long should the summary be?');
    expect(asked).toEqual([]);
    ann.press('By section');
    expect(await answered(1)).toMatch(/\[Shorter\]\n/);
    ann.press('Shorter');
    expect(await answered(2)).toMatch(/text 1[\s\S]*\[Shorter\] \[Longer\]/);
    expect(asked[1]?.system).toContain('2 to 3 sentences');
  });

  test('as file: title, source, summary with its pages, and the line about the machines; as Markdown and as text', async () => {
    const { ann, emu, answered } = await start({
      features: reading(),
      script: () => '- The **rent** is due (p. 1).',
    });
    ann.sendDocument(writePdf([[ENGLISH]]), { name: 'Lease [1].pdf' });
    await answered(1);
    ann.press('As file');
    await ann.sees('Lease 1 summary.txt');
    expect(ann.screen()).toContain('Lease 1 summary.md');
    await emu.settled();
    expect(emu.callsOf('sendMediaGroup')).toHaveLength(1);
    const contents = await filesOf(ann);
    const [markdown = '', text = ''] = contents;
    expect(markdown).toMatch(
      /^# .+\n\nSource: Lease \\\[1\\\]\.pdf\.\n\n- The \*\*rent\*\* is due \(p\. 1\)\.\n\n---\n\nSIMULATED/,
    );
    expect(text).toMatch(/Source: Lease \[1\]\.pdf[\s\S]*• The rent is due \(p\. 1\)\.[\s\S]*SIMULATED/);
  });

  test('that fills more than three messages comes with the same file', async () => {
    const long = Array.from({ length: 900 }, (_, i) => `- Point ${i} of the lease (p. 1).`).join('\n');
    const { ann, emu } = await start({ features: reading(), script: () => long });
    ann.sendDocument(writePdf([[ENGLISH]]), { name: 'Lease.pdf' });
    await ann.sees('Lease summary.md');
    await emu.settled();
    const [markdown = ''] = await filesOf(ann);
    expect(markdown).toMatch(/^# .+\n\nSource: Lease\.pdf\.\n\n- Point 0 of the lease \(p\. 1\)\./);
    expect(markdown).toContain('- Point 899 of the lease (p. 1).\n\n---\n\nSIMULATED');
  });

  test('by a model that only extracts: no other languages', async () => {
    const { ann, emu } = await start({ features: reading(), open: openExtractor });
    ann.sendDocument(writePdf([[GERMAN, ENGLISH]]), { name: 'Lease.pdf' });
    const screen = await ann.sees('[As file]');
    expect(screen).not.toContain('In German');
    expect(screen).not.toContain('Another language');
    await emu.settled();
  });

  test('without the feature that answers questions, no button for them', async () => {
    const { ann, answered } = await start({ features: [summaries()] });
    ann.sendDocument(writePdf([[ENGLISH]]), { name: 'Lease.pdf' });
    expect(await answered(1)).not.toContain('Ask about it');
  });
});

describe('a very long text', () => {
  test('is not sent before the person has seen what it takes, and goes ahead', async () => {
    const { ann, asked, emu, ai } = await start({
      features: reading(),
      script: () => '- a note (p. 1)',
      options: { limits: { tokensPerDay: 1_000_000 } },
    });
    const text = Array.from({ length: 45 }, (_, page) =>
      [...Array(45)].map((_, i) => `${page}.${i} ${ENGLISH}`),
    );
    ann.sendDocument(writePdf(text), { name: 'Code.pdf' });
    const screen = await ann.sees('[Go ahead] [Short] [By section]');
    expect(screen).toMatch(
      /Code\.pdf, 45 pages\.\n.*about [\d,]+ tokens, read in (1[3-9]|[2-9]\d) parts\.\n.*It costs this bot about [\d.]+ TON\.\n.*I have sent nothing yet\./,
    );
    await emu.waitFor(() => ai.jobs.running === 0);
    expect(asked).toEqual([]);
    ann.press('Short');
    await ann.sees('[As file]');
    expect(asked.length).toBeGreaterThan(12);
    // Once more costs as much once more.
    await emu.waitFor(() => ai.jobs.running === 0);
    const before = asked.length;
    ann.press('Longer');
    await emu.waitFor(() => (ann.lastMessage()?.text ?? '').includes('I have sent nothing yet'));
    expect(asked.length).toBe(before);
  });
});

describe('writing', () => {
  test('offers to copy, another one, and to send it somewhere', async () => {
    const { ann, asked, emu, answered } = await start({
      features: [...everything()],
      script: ({ index }) => (index < 2 ? `**Dear** landlord ${index}` : 'x '.repeat(200)),
    });
    ann.send('/write a note');
    expect(await answered(1)).toContain('[Copy ⧉] [Another] [Send to…]');
    expect(ann.press('Copy').copied).toBe('Dear landlord 0');
    const [button] = (ann.lastMessage()?.reply_markup?.inline_keyboard ?? [])
      .flat()
      .flatMap((one) =>
        'switch_inline_query_chosen_chat' in one ? one.switch_inline_query_chosen_chat : [],
      );
    const query = button?.query ?? '';
    expect(query).not.toContain('landlord');
    const bob = emu.user({ first_name: 'Bob' });
    const group = emu.group({ title: 'Flat', bot: 'none', members: [ann, bob] });
    await ann.typeInline(query).choose(0, { in: group });
    expect(group.record.entries.at(-1)?.message.text).toBe('Dear landlord 0');
    // Whoever else types it gets nothing.
    const { results } = await bob.typeInline(query).answer();
    expect(results).toEqual([]);
    expect(asked).toHaveLength(1);
    ann.press('Another');
    await answered(2);
    expect(asked[1]?.user).toBe(asked[0]?.user);
    ann.press('Another');
    // Too long for a button that copies: it comes as code.
    expect(await answered(3)).toContain('[Copy] [Another]');
    ann.press('Copy');
    await emu.waitFor(() =>
      emu.callsOf('sendMessage').some(({ parameters }) => JSON.stringify(parameters).includes('pre')),
    );
  });

  test('a translation can be swapped', async () => {
    const { ann, asked, answered } = await start({
      features: [translation()],
      script: ({ index }) => (index === 0 ? GERMAN.trim() : ENGLISH.trim()),
    });
    ann.send(`/translate de ${ENGLISH.trim()}`);
    expect(await answered(1)).toContain('[Again] [Swap]');
    ann.press('Swap');
    await answered(2);
    expect(asked[1]?.system).toContain('into English');
    expect(asked[1]?.user).toContain(GERMAN.trim());
    expect(asked[1]?.user).not.toContain('→');
  });
});

describe('a picture', () => {
  const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);

  test('is refused in one sentence by a model that does not see', async () => {
    const { ann, asked, emu } = await start({ features: everything() });
    ann.sendPhoto(JPEG);
    await ann.sees('I can only read text, not pictures.');
    expect(asked).toEqual([]);
    expect(emu.callsOf('getFile')).toEqual([]);
  });

  test('goes sealed to a model that sees, once the person says what for', async () => {
    const { ann, asked, answered, emu } = await start({
      features: everything(),
      open: () => openWriter(({ user }) => `seen: ${user}`, 32_768, ['vision']),
    });
    const picture = ann.sendPhoto(JPEG);
    await ann.sees('[Describe it] [Text in it]');
    expect(asked).toEqual([]);
    expect(emu.callsOf('getFile')).toEqual([]);
    ann.press('Describe it');
    expect(await answered(1)).toContain('seen: Describe what can be seen');
    expect(asked[0]?.pictures).toEqual([`data:image/jpeg;base64,${Buffer.from(JPEG).toString('base64')}`]);
    ann.reply(picture, 'What colour is it?');
    expect(await answered(2)).toContain('seen: What colour is it?');
    ann.sendPhoto(JPEG, { caption: 'Is this a cat?' });
    expect(await answered(3)).toContain('seen: Is this a cat?');
    expect(asked[2]?.pictures).toHaveLength(1);
  });
});

/** What the bot sent as files, in order. */
async function filesOf({ record }: Person): Promise<string[]> {
  const { emu, bot } = world ?? {};
  const ids = record.entries.flatMap(({ message: { from, document } }) =>
    from?.id === emu?.bot.id && document !== undefined ? [document.file_id] : [],
  );
  return Promise.all(
    ids.map(async (id) => {
      const path = (await bot?.api.getFile(id))?.file_path ?? '';
      return (await fetch(`${emu?.apiRoot}/file/bot${emu?.token}/${path}`)).text();
    }),
  );
}
