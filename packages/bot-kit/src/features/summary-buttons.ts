// Which buttons stand under a summary? Those that lead somewhere: by what was summarised, and by what model and bot can do.
import type { InlineKeyboardButton } from 'grammy/types';
import type { AIContext } from '../feature.js';
import type { Kit } from '../kit/kit.js';
import type { SummaryLength } from '../long-text/prompts.js';
import { nameLanguage } from '../texts/name-language.js';
import type { KeptSummary } from './kept-summary.js';
import type { OpenText } from './open-document.js';
import { SUMMARY_LENGTHS, type SummaryWish } from './summary-wish.js';

type Rows = InlineKeyboardButton[][];

/** Offered when a person asks for another language. */
const OFFERED = ['en', 'de', 'es', 'fr', 'ru', 'zh'] as const;
/** Of a file's name on a button. */
const NAME_UNITS = 24;

/** Under the question how long it should be; `long`: and whether at all. */
export async function choiceRows<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  { wish, long }: { wish: SummaryWish; long: boolean },
): Promise<Rows> {
  const say = await kit.say(ctx);
  const run = (length: SummaryLength) =>
    kit.makeButton(ctx, {
      text: say(long && length === wish.length ? 'summary.go' : `summary.${length}`),
      action: 'sumrun',
      value: JSON.stringify({ ...wish, length, sure: true }),
    });
  const order = long
    ? [wish.length, ...SUMMARY_LENGTHS.filter((one) => one !== wish.length)]
    : SUMMARY_LENGTHS;
  return [await Promise.all(order.map(run))];
}

export async function summaryRows<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  { id, texts, summary }: { id: string; texts: readonly OpenText[]; summary: KeptSummary },
): Promise<Rows> {
  const say = await kit.say(ctx);
  const { wish } = summary;
  const button = (text: string, action: string, value: string) =>
    kit.makeButton(ctx, { text, action, value });
  const run = (text: string, changed: Partial<SummaryWish>) =>
    button(text, 'sumrun', JSON.stringify({ ...wish, sure: undefined, chosen: true, ...changed }));
  const [first] = texts;
  if (texts.length === 1 && first?.talk !== undefined) {
    const row: InlineKeyboardButton[] = [];
    const [{ text: said = '' } = {}] = first.document.pages;
    if (kit.hasButton('replyforme') && (await kit.can('chat')))
      row.push(await button(say('talk.reply'), 'replyforme', said));
    if (wish.length !== 'short') row.push(await run(say('button.shorter'), { length: 'short' }));
    const names = wish.names === true ? [] : [[await run(say('talk.names'), { names: true })]];
    return [row, ...names].filter((one) => one.length > 0);
  }
  const place = SUMMARY_LENGTHS.indexOf(wish.length);
  const [shorter, longer] = [SUMMARY_LENGTHS[place - 1], SUMMARY_LENGTHS[place + 1]];
  const lengths: InlineKeyboardButton[] = [];
  if (shorter !== undefined) lengths.push(await run(say('button.shorter'), { length: shorter }));
  if (longer !== undefined) lengths.push(await run(say('button.longer'), { length: longer }));
  const asks = await askRows(kit, ctx, texts);
  if (first?.kind === 'link') return [...asks, lengths];
  const file = await button(say('summary.file'), 'sumfile', id);
  const language = await languageButton(kit, ctx, { id, summary });
  return [...asks, lengths, [...(language === undefined ? [] : [language]), file]];
}

async function askRows<C extends AIContext>(kit: Kit<C>, ctx: C, texts: readonly OpenText[]): Promise<Rows> {
  if (!kit.hasButton('askopen')) return [];
  const say = await kit.say(ctx);
  if (texts.length === 1)
    return [[await kit.makeButton(ctx, { text: say('summary.ask'), action: 'askopen', value: '' })]];
  return Promise.all(
    texts.map(async ({ name }, index) => [
      await kit.makeButton(ctx, {
        text: say('summary.askOne', { name: shortened(name === '' ? say('talk.title') : name) }),
        action: 'askopen',
        value: String(index),
      }),
    ]),
  );
}

/** No half of an emoji at the cut. */
function shortened(name: string): string {
  if (name.length <= NAME_UNITS) return name;
  return `${name.slice(0, NAME_UNITS).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** The person's language or the document's, whichever it is not in; a choice when it is in both. Needs a model that writes. */
export async function languageButton<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  { id, summary }: { id: string; summary: KeptSummary },
): Promise<InlineKeyboardButton | undefined> {
  if (!(await kit.can('chat'))) return undefined;
  const say = await kit.say(ctx);
  const shown = await kit.language(ctx);
  const own = shown.split('-')[0] ?? shown;
  const to = [own, summary.documentLanguage].find((one) => one !== '' && one !== summary.language);
  const text =
    to === undefined
      ? say('summary.otherLanguage')
      : say('summary.language', { language: nameLanguage(to, shown) });
  return kit.makeButton(ctx, { text, action: 'sumlang', value: `${id}\n${to ?? ''}` });
}

export async function languageChoice<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  { id, summary }: { id: string; summary: KeptSummary },
): Promise<void> {
  const say = await kit.say(ctx);
  const buttons = await Promise.all(
    OFFERED.filter((language) => language !== summary.language).map((language) =>
      kit.makeButton(ctx, {
        text: nameLanguage(language, language),
        action: 'sumlang',
        value: `${id}\n${language}`,
      }),
    ),
  );
  await ctx.reply(say('summary.whichLanguage'), {
    reply_markup: { inline_keyboard: [buttons.slice(0, 3), buttons.slice(3)] },
  });
}
