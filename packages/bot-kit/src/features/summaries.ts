// How does a person get the short of something long? A document, a long paste, forwarded messages, or a reply with /summarize.
import type { Message } from 'grammy/types';
import type { AIContext, Feature } from '../feature.js';
import type { AnswerOrder, Kit, Work } from '../kit/kit.js';
import type { LongTextProgress } from '../long-text/long-text-options.js';
import type { SummaryLength } from '../long-text/prompts.js';
import { summarizeLong } from '../long-text/summarize-long.js';
import type { DocumentText } from '../readers/document-text.js';
import { readSource } from '../sources/read-source.js';
import { type Source, sourceOf } from '../sources/source.js';
import type { Say } from '../texts/say.js';
import { nothingToDo } from './nothing-to-do.js';
import { openDocuments } from './open-document.js';

/** A pasted text of this many characters is meant to be summarised, not answered. */
const LONG_PASTE = 1_500;
/** From this many pages on, a person chooses the length first. */
const MANY_PAGES = 20;
const LENGTHS = ['short', 'medium', 'sections'] as const satisfies readonly SummaryLength[];

/** Sends nothing before the person has seen what it is; the text is kept encrypted while questions can be asked. */
export function summaries<C extends AIContext = AIContext>(): Feature<C> {
  return {
    name: 'summaries',
    needs: ['chat', 'summarize'],
    about: 'summary.about',
    commands: [{ command: 'summarize', description: 'summary.command', scope: 'both' }],
    keeps: [{ what: 'summary.kept', milliseconds: 30 * 60_000 }],
    install(kit) {
      kit.command('summarize', async (ctx, words) => {
        const replied = ctx.message?.reply_to_message;
        const source = replied === undefined ? textSource(words) : sourceOf(replied);
        if (source === undefined) throw nothingToDo();
        return summarise(kit, ctx, source);
      });
      kit.routes.chatType('private').on(
        ['message:document', 'message:text'],
        kit.guard(async (ctx, next) => {
          const source = wanted(ctx.message);
          return source === undefined ? next() : summarise(kit, ctx, source);
        }),
      );
      for (const length of LENGTHS)
        kit.button(`sum${length}`, async (ctx) => {
          await ctx.answerCallbackQuery();
          const { name, document } = await documentsOf(kit, ctx).need();
          return kit.answer(ctx, summaryOrder(kit, ctx, { length, read: async () => ({ name, document }) }));
        });
    },
  };
}

/** What in a private chat is clearly meant to be summarised; anything else is left to other features. */
function wanted(message: Message): Source | undefined {
  if (message.document !== undefined || message.forward_origin !== undefined) return sourceOf(message);
  return (message.text?.length ?? 0) >= LONG_PASTE ? sourceOf(message) : undefined;
}

function textSource(text: string): Source | undefined {
  return text === '' ? undefined : { kind: 'text', name: '', text };
}

/** Reads it, keeps it open for questions, and summarises it. */
export async function summarise<C extends AIContext>(kit: Kit<C>, ctx: C, source: Source) {
  return kit.answer(
    ctx,
    summaryOrder(kit, ctx, {
      length: 'medium',
      read: async (work) => {
        const document = await readSource(source, { kit, ctx, ...work });
        await documentsOf(kit, ctx).open(source.name, document);
        return { name: source.name, document };
      },
      ask: true,
    }),
  );
}

interface SummaryParts {
  readonly length: SummaryLength;
  readonly read: (work: Work) => Promise<{ name: string; document: DocumentText }>;
  /** Ask for the length of a long document's summary first. */
  readonly ask?: boolean | undefined;
}

function summaryOrder<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  { length, read, ask }: SummaryParts,
): AnswerOrder {
  let choosing = false;
  return {
    fileName: 'summary.md',
    async *produce(work) {
      const { say, model, language, signal, status } = work;
      const { name, document } = await read(work);
      const pages = document.pages.length;
      if (ask === true && document.unit === 'page' && pages > MANY_PAGES) {
        choosing = true;
        yield say('summary.length', { name, pages });
        return;
      }
      let heading = model.features.has('chat') ? '' : `${say('summary.extractive')}\n\n`;
      const summary = summarizeLong({
        model,
        document,
        language,
        length,
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
    },
    async buttons() {
      const say = await kit.say(ctx);
      const button = (text: string, action: string) => kit.makeButton(ctx, { text, action, value: '' });
      const lengths = [
        await button(say('summary.short'), 'sumshort'),
        await button(say('summary.medium'), 'summedium'),
        await button(say('summary.sections'), 'sumsections'),
      ];
      if (choosing) return [lengths];
      return [[await button(say('summary.ask'), 'askopen')], lengths];
    },
  };
}

export function progressText(progress: LongTextProgress, say: Say): string {
  if (progress.stage === 'reading') return say('summary.part', { part: progress.done, parts: progress.of });
  return say('summary.writing');
}

export function documentsOf<C extends AIContext>(kit: Kit<C>, ctx: C) {
  return openDocuments({
    records: kit.records({ user: ctx.from?.id ?? 0 }),
    ttlMs: kit.settings.retention.document,
    now: () => kit.clock.now(),
  });
}
