// How is a version written where it was sent? The result that was picked says "Writing…", and is edited by its id.
import type { InlineQueryResult } from 'grammy/types';
import type { AIContext } from '../feature.js';
import type { Kit } from '../kit/kit.js';
import { setupWarning } from '../setup-warnings.js';
import { inlineOutlet } from '../streamer/inline-outlet.js';
import { KINDS, type Kind, versionOf } from './inline-previews.js';

/** Messages that are being written or were; the oldest are forgotten. */
const MOST_BEGUN = 10_000;
const SEPARATOR = '\n';

/**
 * Telegram tells which result was picked only when inline feedback is on at BotFather. Where it does not, the message says so itself, and
 * its button, which only its sender can press, begins.
 */
export function inlineChosen<C extends AIContext>(kit: Kit<C>, languages: readonly string[]) {
  const begun = new Set<string>();
  let warned = false;

  /** False when it was begun before, by the picking or the button. */
  function begin(inlineMessageId: string): boolean {
    if (begun.has(inlineMessageId)) return false;
    begun.add(inlineMessageId);
    const [oldest] = begun;
    if (begun.size > MOST_BEGUN && oldest !== undefined) begun.delete(oldest);
    return true;
  }

  async function write(ctx: C, { kind, text }: { kind: Kind; text: string }): Promise<void> {
    const { inlineMessageId } = ctx;
    if (inlineMessageId === undefined) return;
    const say = await kit.say(ctx);
    await kit.answer(ctx, {
      links: 'none',
      outlet: ({ stopKeyboard }) =>
        inlineOutlet(ctx.api, { inlineMessageId, stopKeyboard, thinking: say('inline.writing') }),
      async *produce({ model, signal, language }) {
        const version = versionOf(kit, kind, { text, language, languages });
        if (version !== undefined) yield* model.stream({ ...version.request, signal });
      },
      buttons: async () => [
        [await button(ctx, { kind, text, label: say('inline.again'), action: 'inlineagain' })],
      ],
    });
  }

  const button = (
    ctx: C,
    { kind, text, label, action }: { kind: Kind; text: string; label: string; action: string },
  ) => kit.makeButton(ctx, { text: label, action, value: `${kind}${SEPARATOR}${text}` });

  kit.routes.on(
    'chosen_inline_result',
    kit.guard(async (ctx, next) => {
      const { result_id, query, inline_message_id: id } = ctx.chosenInlineResult;
      const kind = KINDS.find((one) => one === result_id);
      if (kind === undefined || id === undefined) return next();
      if (begin(id)) await write(ctx, { kind, text: textOf(query) });
    }),
  );
  kit.button('inlinestart', async (ctx, value) => {
    await ctx.answerCallbackQuery();
    if (!begin(ctx.inlineMessageId ?? '')) return;
    // Whoever hears of what was picked needs no button for it.
    if (!warned) kit.settings.emit({ type: 'setup-warning', ...setupWarning('INLINE_FEEDBACK_OFF') });
    warned = true;
    await write(ctx, readValue(value));
  });
  kit.button('inlineagain', async (ctx, value) => {
    await ctx.answerCallbackQuery();
    await write(ctx, readValue(value));
  });

  return {
    /** Nothing is asked yet: the model hears of the text when a result was sent. */
    async offer(ctx: C, text: string): Promise<void> {
      const [say, language] = [await kit.say(ctx), await kit.language(ctx)];
      const results: InlineQueryResult[] = [];
      for (const kind of KINDS) {
        const version = versionOf(kit, kind, { text, language, languages });
        if (version === undefined) continue;
        const start = await button(ctx, { kind, text, label: say('inline.start'), action: 'inlinestart' });
        results.push({
          type: 'article',
          id: kind,
          title: say(`inline.${kind}`, { language: version.name }),
          description: text.slice(0, 100),
          input_message_content: { message_text: say('inline.waiting') },
          reply_markup: { inline_keyboard: [[start]] },
        });
      }
      await ctx.answerInlineQuery(results, { is_personal: true, cache_time: 0 });
    },
  };
}

/** Without the two dots that say "at once". */
export const textOf = (query: string): string => query.replace(/\.\.$/, '').trim();

function readValue(value: string): { kind: Kind; text: string } {
  const at = value.indexOf(SEPARATOR);
  return { kind: KINDS.find((one) => one === value.slice(0, at)) ?? 'rewrite', text: value.slice(at + 1) };
}
