// How does a person get the short of something long? Documents, a long paste, forwarded messages, or a reply with /summarize.
import { InputFile } from 'grammy';
import type { Message } from 'grammy/types';
import type { AIContext, Feature } from '../feature.js';
import type { Kit } from '../kit/kit.js';
import { readRequest } from '../sources/read-request.js';
import { type ReadRequest, requestOf } from '../sources/request.js';
import { sourceOf } from '../sources/source.js';
import { formatMarkdown } from '../text/format-markdown.js';
import { findSummary } from './kept-summary.js';
import { nothingToDo } from './nothing-to-do.js';
import { documentsOf } from './open-document.js';
import { languageChoice } from './summary-buttons.js';
import { translatedOrder } from './summary-in-language.js';
import { summaryOrder } from './summary-order.js';
import { parseSummaryWish } from './summary-wish.js';

/** A pasted text of this many characters is meant to be summarised, not answered. */
const LONG_PASTE = 1_500;

/** Sends nothing before the person has seen what it is; the text is kept encrypted while questions can be asked. */
export function summaries<C extends AIContext = AIContext>(): Feature<C> {
  return {
    name: 'summaries',
    needs: ['chat', 'summarize'],
    about: 'summary.about',
    joins: ['paste', 'album', 'forwards'],
    commands: [{ command: 'summarize', description: 'summary.command', scope: 'both' }],
    keeps: [{ what: 'summary.kept', milliseconds: 30 * 60_000 }],
    install(kit) {
      kit.command('summarize', async (ctx, words) => {
        const replied = ctx.message?.reply_to_message;
        const source = replied === undefined ? undefined : sourceOf(replied);
        if (source !== undefined) return summarise(kit, ctx, { sources: [source], unreadable: [] });
        if (words === '' || replied !== undefined) throw nothingToDo();
        return summarise(kit, ctx, { sources: [{ kind: 'text', name: '', text: words }], unreadable: [] });
      });
      kit.routes
        .chatType('private')
        .on('message')
        .filter(
          (ctx) => wanted(ctx.message, kit.messages(ctx)),
          kit.guard(async (ctx: C) => summarise(kit, ctx, requestOf(kit.messages(ctx)))),
        );
      kit.button('sumrun', async (ctx, value) => {
        await ctx.answerCallbackQuery();
        const { texts } = await documentsOf(kit, ctx).need();
        const read = async () => ({ texts, notRead: [] });
        return kit.answer(ctx, summaryOrder(kit, ctx, { wish: parseSummaryWish(value), read }));
      });
      kit.button('sumlang', async (ctx, value) => {
        const [id = '', to = ''] = value.split('\n');
        const summary = await findSummary(kit, ctx, id);
        await ctx.answerCallbackQuery();
        if (to === '') return languageChoice(kit, ctx, { id, summary });
        return kit.answer(ctx, translatedOrder(kit, ctx, { summary, to }));
      });
      kit.button('sumfile', async (ctx, id) => {
        const { file, fileName } = await findSummary(kit, ctx, id);
        await ctx.answerCallbackQuery();
        const document = (text: string, ending: string) => ({
          type: 'document' as const,
          media: new InputFile(new TextEncoder().encode(text), `${fileName}.${ending}`),
        });
        return ctx.replyWithMediaGroup([
          document(file, 'md'),
          document(`${formatMarkdown(file).text}\n`, 'txt'),
        ]);
      });
    },
  };
}

const isForward = ({ forward_origin }: Message): boolean => forward_origin !== undefined;

/** What in a private chat is clearly meant to be summarised; anything else is left to other features. */
function wanted(message: Message, pieces: readonly Message[]): boolean {
  if (pieces.some(({ document }) => document !== undefined)) return true;
  if (isForward(message))
    return pieces.some(({ text, caption }) => text !== undefined || caption !== undefined);
  const { text = '' } = message;
  return text.length >= LONG_PASTE && !text.startsWith('/');
}

/** Reads it, keeps it open for questions, and summarises it. */
export async function summarise<C extends AIContext>(kit: Kit<C>, ctx: C, request: ReadRequest) {
  return kit.answer(
    ctx,
    summaryOrder(kit, ctx, {
      wish: { length: 'medium' },
      read: async (work) => {
        const read = await readRequest(request, { kit, ctx, ...work });
        if (read.texts.length > 0) await documentsOf(kit, ctx).open(read.texts);
        return read;
      },
    }),
  );
}
