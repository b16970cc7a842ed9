// How does a person talk with the model? Any text in a private chat, answered with the last turns in mind.
import type { AIContext, Feature } from '../feature.js';
import type { AnswerOrder, Kit } from '../kit/kit.js';
import { countTokens } from '../long-text/estimate-tokens.js';
import { languageName } from '../long-text/long-text-options.js';
import { fitTurns, messagesOf, parseTurns, type Turn } from './turns.js';

const STYLES = {
  again: '',
  short: 'Answer in two or three sentences.',
  long: 'Answer in detail, step by step.',
} as const;
type Style = keyof typeof STYLES;

export interface ChatOptions {
  /** Put before every conversation. */
  system?: string | undefined;
}

/** Commands: /new. Memory: the last turns, for seven days, encrypted. */
export function chat<C extends AIContext = AIContext>(options: ChatOptions = {}): Feature<C> {
  return {
    name: 'chat',
    needs: ['chat'],
    about: 'chat.about',
    joins: ['paste'],
    commands: [{ command: 'new', description: 'chat.command.new' }],
    keeps: [{ what: 'chat.kept', milliseconds: 7 * 24 * 3_600_000 }],
    install(kit) {
      kit.command('new', async (ctx) => {
        await kit.records({ user: ctx.from?.id ?? 0 }).delete(nameOf(ctx));
        await ctx.reply((await kit.say(ctx))('chat.new'));
      });
      kit.routes.chatType('private').on(
        'message:text',
        kit.guard(async (ctx, next) => {
          if (ctx.message.text.startsWith('/')) return next();
          return kit.answer(
            ctx,
            turnOrder(kit, ctx, { question: ctx.message.text, style: 'again', options }),
          );
        }),
      );
      for (const style of ['again', 'short', 'long'] as const)
        kit.button(`chat${style}`, async (ctx, question) => {
          await ctx.answerCallbackQuery();
          return kit.answer(ctx, turnOrder(kit, ctx, { question, style, options }));
        });
    },
  };
}

function turnOrder<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  { question, style, options }: { question: string; style: Style; options: ChatOptions },
): AnswerOrder {
  const records = kit.records({ user: ctx.from?.id ?? 0 });
  let before: Turn[] = [];
  return {
    async *produce({ model, signal, language, say }) {
      const kept = parseTurns(await records.get(nameOf(ctx)));
      // Asked again: the turn that is being replaced is not part of what came before.
      before = kept.at(-1)?.question === question ? kept.slice(0, -1) : kept;
      const { outputTokens, memoryTurns } = kit.settings.limits;
      const count = (text: string) => countTokens(model, text);
      const room =
        Math.floor(model.contextTokens * 0.6) -
        Math.min(outputTokens, model.contextTokens / 4) -
        count(question);
      const fitted = fitTurns(before, { tokens: room, count, most: memoryTurns });
      if (fitted.forgot && before.length > fitted.turns.length && fitted.turns.length < memoryTurns)
        yield `_${say('chat.forgot')}_\n\n`;
      before = fitted.turns;
      yield* model.stream({
        messages: [
          {
            role: 'system',
            content: [instructions(language), options.system, STYLES[style]].filter(Boolean).join('\n'),
          },
          ...messagesOf(fitted.turns),
          { role: 'user', content: question },
        ],
        maxTokens: outputTokens,
        signal,
      });
    },
    async done({ text }) {
      const turns = [...before, { question, answer: text }].slice(-kit.settings.limits.memoryTurns);
      await records.set(nameOf(ctx), JSON.stringify(turns), kit.settings.retention.memory);
    },
    async buttons() {
      const say = await kit.say(ctx);
      const button = (text: string, action: Style) =>
        kit.makeButton(ctx, { text, action: `chat${action}`, value: question });
      return [
        [
          await button(say('button.again'), 'again'),
          await button(say('button.shorter'), 'short'),
          await button(say('button.longer'), 'long'),
        ],
      ];
    },
  };
}

function instructions(language: string): string {
  return `You answer in a messenger: plain words, short paragraphs, Markdown where it helps. Answer in ${languageName(language)}, unless the person writes in another language; then in theirs. If you do not know, say so.`;
}

const nameOf = (ctx: AIContext): string => `memory:${ctx.chat?.id ?? 0}`;
