// How does a person ask a document? After a summary, or with /ask: answers quote it, name pages, and say when it does not say.
import type { AIContext, Feature } from '../feature.js';
import type { AnswerOrder, Kit } from '../kit/kit.js';
import { askDocument } from '../long-text/ask-document.js';
import { searchPassages } from '../long-text/search-passages.js';
import { pageMark } from '../readers/document-text.js';
import { documentsOf } from './open-document.js';

/** Passages a person is shown for one answer. */
const SHOWN_PASSAGES = 3;
const ASKING = 'asking';

/** Needs `summaries()`, which opens documents; they stay open for 30 minutes after the last question. */
export function documents<C extends AIContext = AIContext>(): Feature<C> {
  return {
    name: 'documents',
    needs: ['chat', 'quote'],
    about: 'ask.about',
    commands: [{ command: 'ask', description: 'ask.command' }],
    install(kit) {
      kit.command('ask', async (ctx, question) => {
        if (question !== '') return ask(kit, ctx, question);
        return openAsking(kit, ctx);
      });
      kit.button('askopen', async (ctx, value) => {
        if (value !== '') await documentsOf(kit, ctx).choose(Number(value));
        await ctx.answerCallbackQuery();
        return openAsking(kit, ctx);
      });
      kit.button('askclose', async (ctx) => {
        const open = documentsOf(kit, ctx);
        const name = (await open.find())?.name ?? '';
        await open.close();
        await kit.records({ user: ctx.from?.id ?? 0 }).delete(ASKING);
        await ctx.answerCallbackQuery();
        // The button may stand under an answer: that stays.
        await ctx.reply((await kit.say(ctx))('ask.closed', { name }));
      });
      kit.button('askpassage', (ctx, question) => showPassages(kit, ctx, question));
      kit.routes.chatType('private').on(
        'message:text',
        kit.guard(async (ctx, next) => {
          const { text } = ctx.message;
          const asking = await kit.records({ user: ctx.from.id }).get(ASKING);
          if (text.startsWith('/') || ctx.message.forward_origin !== undefined || asking === undefined)
            return next();
          // Closed by time: what is written now is meant for somebody else.
          if ((await documentsOf(kit, ctx).find()) === undefined) return next();
          return ask(kit, ctx, text);
        }),
      );
    },
  };
}

async function openAsking<C extends AIContext>(kit: Kit<C>, ctx: C) {
  const say = await kit.say(ctx);
  const { name: given, kind } = await documentsOf(kit, ctx).need();
  const name = kind === 'talk' ? say('talk.title') : given;
  await kit.records({ user: ctx.from?.id ?? 0 }).set(ASKING, 'yes', kit.settings.retention.document);
  const close = await kit.makeButton(ctx, { text: say('button.close'), action: 'askclose', value: '' });
  await ctx.reply(say('ask.open', { name }), { reply_markup: { inline_keyboard: [[close]] } });
}

async function ask<C extends AIContext>(kit: Kit<C>, ctx: C, question: string) {
  await documentsOf(kit, ctx).need();
  return kit.answer(ctx, questionOrder(kit, ctx, question));
}

function questionOrder<C extends AIContext>(kit: Kit<C>, ctx: C, question: string): AnswerOrder {
  let found = true;
  return {
    // Drawn from what strangers wrote: nothing in it can be pressed.
    links: 'none',
    async *produce({ model, language, signal, say }) {
      const { document } = await documentsOf(kit, ctx).need();
      const notFound = say('ask.notFound');
      let text = '';
      const answer = askDocument({
        model,
        document,
        question,
        language,
        signal,
        random: kit.settings.randomBytes,
        words: { notFound },
      });
      for await (const piece of answer) {
        text += piece;
        yield piece;
      }
      found = text.trim() !== notFound;
    },
    async buttons() {
      const say = await kit.say(ctx);
      const close = await kit.makeButton(ctx, { text: say('button.close'), action: 'askclose', value: '' });
      if (!found) return [[close]];
      return [
        [
          await kit.makeButton(ctx, { text: say('ask.passage'), action: 'askpassage', value: question }),
          close,
        ],
      ];
    },
  };
}

/** The document's own words around what was asked: found on this bot's server, no model is asked. */
async function showPassages<C extends AIContext>(kit: Kit<C>, ctx: C, question: string) {
  const say = await kit.say(ctx);
  const { document } = await documentsOf(kit, ctx).need();
  const passages = await searchPassages({ document, query: question, limit: SHOWN_PASSAGES });
  await ctx.answerCallbackQuery();
  if (passages.length === 0) return ctx.reply(say('ask.noPassage'));
  return kit.quote(
    ctx,
    passages.map(({ page, text }) => ({ mark: pageMark(document.unit, page), text })),
  );
}
