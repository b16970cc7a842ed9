// How does a person get a text written or changed? /write, or a reply that says how.
import type { AIContext, Feature } from '../feature.js';
import type { AnswerOrder, Kit } from '../kit/kit.js';
import { dataPart } from '../long-text/data-part.js';
import { languageName } from '../long-text/long-text-options.js';
import type { TextKey } from '../texts/say.js';
import { nothingToDo } from './nothing-to-do.js';

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
    needs: ['chat'],
    about: 'compose.about',
    commands: [{ command: 'write', description: 'compose.command', scope: 'both' }],
    install(kit) {
      kit.command('write', async (ctx, wish) => {
        const text = ctx.message?.reply_to_message?.text ?? ctx.message?.reply_to_message?.caption ?? '';
        if (wish === '' && text === '') throw nothingToDo();
        return kit.answer(ctx, draftOrder(kit, ctx, { text, wish }));
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
  { text, wish }: { text: string; wish: string },
): AnswerOrder {
  return {
    produce({ model, signal, language }) {
      return model.stream({
        messages: [
          { role: 'system', content: instructions(language) },
          { role: 'user', content: order(kit, { text, wish }) },
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
      const again = { text: say('button.again'), action: 'writeagain', value: `${wish}${SEPARATOR}${text}` };
      return [
        // Telegram copies at most 256 characters at a touch.
        ...(written.length <= 256 ? [[{ text: say('compose.copy'), copy_text: { text: written } }]] : []),
        [await tone('polite'), await tone('shorter'), await tone('friendly')],
        [await tone('formal'), await tone('fix'), await kit.makeButton(ctx, again)],
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
