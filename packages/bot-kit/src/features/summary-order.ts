// How is a summary made? Read, say what it will take when that is much, then write, one document after the other.
import { detect } from 'tinyld/light';
import type { AIContext } from '../feature.js';
import type { AnswerOrder, Kit, Work } from '../kit/kit.js';
import type { LongTextProgress } from '../long-text/long-text-options.js';
import { plainMarkdown } from '../long-text/plain-markdown.js';
import { planSummary } from '../long-text/plan-summary.js';
import { summarizeLong } from '../long-text/summarize-long.js';
import type { DocumentText } from '../readers/document-text.js';
import type { ReadTexts } from '../sources/read-request.js';
import type { Say } from '../texts/say.js';
import { keepSummary } from './kept-summary.js';
import type { OpenText } from './open-document.js';
import { choiceRows, summaryRows } from './summary-buttons.js';
import { fileNameOf, summaryFile } from './summary-file.js';
import type { SummaryWish } from './summary-wish.js';
import { talkDocument, talkText } from './talk.js';

/** From this many pages on, a person chooses the length first. */
const MANY_PAGES = 20;
/** From this many parts on, they see what it takes. */
const MANY_PARTS = 12;
/** Of a text, to find out its language. */
const SAMPLE_UNITS = 2_000;

interface SummaryParts {
  readonly wish: SummaryWish;
  readonly read: (work: Work) => Promise<ReadTexts>;
}

export function summaryOrder<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  { wish, read }: SummaryParts,
): AnswerOrder {
  let texts: readonly OpenText[] = [];
  let question: Question | undefined;
  return {
    // Drawn from what strangers wrote: nothing in it can be pressed.
    links: 'none',
    get fileName() {
      return `${fileNameOf(texts)}.md`;
    },
    file: (text, badge, say) => summaryFile({ texts, text, badge, say }),
    async *produce(work) {
      const { say, model, language, signal, status } = work;
      const found = await read(work);
      texts = found.texts.map((text) => named(text, wish, say));
      if (texts.length > 0 && wish.sure !== true) {
        question = askFirst(texts, wish, work);
        if (question !== undefined) return yield question.text;
      }
      let heading = model.features.has('chat') ? '' : `${say('summary.extractive')}\n\n`;
      for (const text of texts) {
        const { document } = text;
        if (texts.length > 1) heading += `## ${plainMarkdown(titleOf(text, say))}\n\n`;
        else if (text.kind === 'link' && document.title !== undefined)
          heading += `**${plainMarkdown(document.title)}**\n\n`;
        const summary = summarizeLong({
          model,
          document,
          language,
          length: wish.length,
          signal,
          random: kit.settings.randomBytes,
          words: { notRead: (marks) => say('summary.failed', { parts: marks }) },
          onProgress: (progress) => status(progressText(progress, say)),
        });
        // With its first words: what failed has no heading.
        for await (const piece of summary) {
          yield heading + piece;
          heading = '';
        }
        heading = '\n\n';
        if (text.url !== undefined) yield `\n\n${sourceLine(text.url, say)}`;
      }
      if (found.notRead.length > 0) {
        const lines = found.notRead.map((line) => `- ${plainMarkdown(line)}`);
        yield `${texts.length === 0 ? '' : '\n\n'}${say('summary.notRead')}\n${lines.join('\n')}`;
      }
    },
    async buttons({ text, stopped, badge }) {
      if (texts.length === 0) return [];
      const say = await kit.say(ctx);
      if (question !== undefined) return choiceRows(kit, ctx, { wish, long: question.long });
      if (stopped) {
        const value = JSON.stringify({ ...wish, sure: true });
        return [[await kit.makeButton(ctx, { text: say('button.again'), action: 'sumrun', value })]];
      }
      const language = (await kit.language(ctx)).split('-')[0] ?? 'en';
      const kept = {
        markdown: text,
        language: (await kit.can('chat')) ? language : '',
        documentLanguage: languageOf(texts),
        file: summaryFile({ texts, text, badge, say }),
        fileName: fileNameOf(texts),
        unit: texts[0]?.document.unit ?? 'none',
        wish,
      };
      const id = await keepSummary(kit, ctx, kept);
      return summaryRows(kit, ctx, { id, texts, summary: kept });
    },
  };
}

interface Question {
  readonly text: string;
  /** It takes much, and they may want to leave it. */
  readonly long: boolean;
}

/** What it takes, before anything is sent; `undefined` when that is not much. */
function askFirst(
  texts: readonly OpenText[],
  { chosen }: SummaryWish,
  { model, say }: Work,
): Question | undefined {
  const plans = texts.map(({ document }) => planSummary({ model, document }));
  const sum = (of: (plan: (typeof plans)[number]) => number) =>
    plans.reduce((all, plan) => all + of(plan), 0);
  const parts = sum((plan) => plan.parts);
  const paged = texts.filter(({ document }) => document.unit === 'page');
  const pages = paged.reduce((all, { document }) => all + document.pages.length, 0);
  if (parts <= MANY_PARTS && (pages <= MANY_PAGES || chosen === true)) return undefined;
  const name = plainMarkdown(texts.map((text) => titleOf(text, say)).join(', '));
  const what = pages === 0 ? `${name}.` : say('summary.pages', { name, pages });
  if (parts <= MANY_PARTS) return { text: `${what} ${say('summary.howLong')}`, long: false };
  const tokens = sum((plan) => plan.tokens);
  const lines = [what, say('summary.estimate', { parts, tokens })];
  const costs = plans.map(({ cost }) => cost);
  if (!costs.includes(undefined))
    lines.push(
      say('summary.cost', { cost: inTon(costs.reduce<bigint>((all, one) => all + (one ?? 0n), 0n)) }),
    );
  return { text: [...lines, say('summary.goOn')].join('\n'), long: true };
}

/** Rounded up to three places that count. */
function inTon(nano: bigint): string {
  const ton = Number(nano) / 1e9;
  return ton.toLocaleString('en-US', { maximumSignificantDigits: 3, useGrouping: false });
}

function named(text: OpenText, { names }: SummaryWish, say: Say): OpenText {
  if (text.talk === undefined || names !== true) return text;
  const spoken = talkText(text.talk, (letter) => say('talk.person', { letter }), true);
  return { ...text, document: talkDocument(spoken) };
}

export function titleOf({ name, document, kind }: OpenText, say: Say): string {
  if (kind === 'talk') return say('talk.title');
  return name || document.title || say('summary.title');
}

function languageOf(texts: readonly OpenText[]): string {
  return detect(sampleOf(texts[0]?.document));
}

const sampleOf = (document: DocumentText | undefined): string =>
  (document?.pages ?? [])
    .map(({ text }) => text)
    .join('\n')
    .slice(0, SAMPLE_UNITS);

/** The person's own link; nothing of the page can make one. */
function sourceLine(url: string, say: Say): string {
  const { href, hostname } = new URL(url);
  const address = href.replace(/[()]/g, (mark) => (mark === '(' ? '%28' : '%29'));
  return say('links.source', { link: `[${plainMarkdown(hostname)}](${address})` });
}

export function progressText(progress: LongTextProgress, say: Say): string {
  if (progress.stage === 'reading') return say('summary.part', { part: progress.done, parts: progress.of });
  return say('summary.writing');
}
