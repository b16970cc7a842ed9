// How does a person get a text written or changed? /write, or a reply that says how.
import type { AIContext, Feature } from '../feature.js';
import type { AnswerOrder, Kit } from '../kit/kit.js';
import { dataPart } from '../long-text/data-part.js';
import { languageName } from '../long-text/long-text-options.js';
import { formatMarkdown } from '../text/format-markdown.js';
import type { TextKey } from '../texts/say.js';
import { copyButton, installCopying } from './copy-text.js';
import { nothingToDo } from './nothing-to-do.js';
import { replyOrder } from './reply-for-me.js';
import { installSending, sendButton } from './send-to.js';

const TONES = ['polite', 'shorter', 'friendly', 'formal', 'fix'] as const;
type Tone = (typeof TONES)[number];
const HOW: Record<Tone, string> = {
  polite: 'more polite',
  shorter: 'half as long',
  friendly: 'friendlier',
  formal: 'formal',
  fix: 'free of mistakes in spelling and grammar, changing nothing else',
};
/** Two texts in one button's meaning. */
const SEPARATOR = '\0';

/** /write what you need, or /write how as a reply to a text; then tones at a touch. */
export function compose<C extends AIContext = AIContext>(): Feature<C> {
  return {
    name: 'compose',
    updates: ['inline_query'],
    needs: ['chat'],
    about: 'compose.about',
    joins: ['paste'],
    commands: [{ command: 'write', description: 'compose.command', scope: 'both' }],
    install(kit) {
      kit.command('write', async (ctx, wish) => {
        const text = ctx.message?.reply_to_message?.text ?? ctx.message?.reply_to_message?.caption ?? '';
        if (wish === '' && text === '') throw nothingToDo();
        return kit.answer(ctx, draftOrder(kit, ctx, { text, wish }));
      });
      installCopying(kit);
      installSending(kit);
      kit.button('replyforme', async (ctx, talk) => {
        await ctx.answerCallbackQuery();
        return kit.answer(ctx, replyOrder(kit, ctx, talk));
      });
      for (const tone of TONES)
        kit.button(`tone${tone}`, async (ctx, text) => {
          await ctx.answerCallbackQuery();
          return kit.answer(ctx, draftOrder(kit, ctx, { text, wish: `Make it ${HOW[tone]}.` }));
        });
      kit.button('writeagain', async (ctx, value) => {
        await ctx.answerCallbackQuery();
        const [wish = '', text = ''] = value.split(SEPARATOR);
        return kit.answer(ctx, draftOrder(kit, ctx, { text, wish }));
      });
    },
  };
}

function draftOrder<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  { text: source, wish }: { text: string; wish: string },
): AnswerOrder {
  return {
    // A text that was replied to may be a stranger's: nothing in it can be pressed.
    links: source === '' ? 'web' : 'none',
    produce({ model, signal, language }) {
      return model.stream({
        messages: [
          { role: 'system', content: instructions(language) },
          { role: 'user', content: order(kit, { text: source, wish }) },
        ],
        maxTokens: kit.settings.limits.outputTokens,
        signal,
      });
    },
    async buttons({ text: written }) {
      const say = await kit.say(ctx);
      const tone = (name: Tone) =>
        kit.makeButton(ctx, {
          text: say(`compose.${name}` satisfies TextKey),
          action: `tone${name}`,
          value: written,
        });
      const text = formatMarkdown(written).text;
      const copy = text === '' ? [] : [await copyButton(kit, ctx, { label: say('compose.copy'), text })];
      const send = text === '' ? undefined : await sendButton(kit, ctx, text);
      const another = {
        text: say('compose.another'),
        action: 'writeagain',
        value: `${wish}${SEPARATOR}${source}`,
      };
      return [
        [...copy, await kit.makeButton(ctx, another), ...(send === undefined ? [] : [send])],
        [await tone('polite'), await tone('shorter'), await tone('friendly')],
        [await tone('formal'), await tone('fix')],
      ];
    },
  };
}

function order<C extends AIContext>(kit: Kit<C>, { text, wish }: { text: string; wish: string }): string {
  if (text === '') return wish;
  return `${wish === '' ? 'Improve this text.' : wish}\n\n${dataPart(text, kit.settings.randomBytes)}`;
}

function instructions(language: string): string {
  return `You write texts for a person. Return only the text itself, no introduction, no quotation marks, no alternatives. Keep the language of the text you are given; without one, write in ${languageName(language)}.`;
}
