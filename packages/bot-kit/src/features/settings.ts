// What can a person choose? The language of answers and the line about the machines. Kept until /forget.
import type { InlineKeyboardButton } from 'grammy/types';
import type { AIContext, Feature } from '../feature.js';
import { type Choices, parseChoices } from '../kit/choices.js';
import type { Kit } from '../kit/kit.js';

/** Offered beside "as in Telegram". */
const OFFERED = ['en', 'de', 'es', 'fr', 'pt', 'ru', 'uk', 'zh'] as const;

/** Always on: /settings. */
export function settings<C extends AIContext = AIContext>(): Feature<C> {
  return {
    name: 'settings',
    commands: [{ command: 'settings', description: 'command.settings' }],
    install(kit) {
      kit.command('settings', async (ctx) => {
        const { text, rows } = await page(kit, ctx);
        await ctx.reply(text, { reply_markup: { inline_keyboard: rows } });
      });
      kit.button('set', async (ctx, change) => {
        const records = kit.records({ user: ctx.from?.id ?? 0 });
        const before = parseChoices(await records.get('choices'));
        await records.set(
          'choices',
          JSON.stringify(changed(before, change)),
          kit.settings.retention.settings,
        );
        await ctx.answerCallbackQuery();
        const { text, rows } = await page(kit, ctx);
        await ctx.editMessageText(text, { reply_markup: { inline_keyboard: rows } });
      });
    },
  };
}

function changed(choices: Choices, change: string): Choices {
  const [name, value = ''] = change.split('=');
  if (name === 'badge') return { ...choices, badge: value === 'on' };
  return { ...choices, language: value === '' ? undefined : value };
}

async function page<C extends AIContext>(kit: Kit<C>, ctx: C) {
  const say = await kit.say(ctx);
  const choices = parseChoices(await kit.records({ user: ctx.from?.id ?? 0 }).get('choices'));
  const own = (language: string) =>
    new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
  const choice = (text: string, value: string) => kit.makeButton(ctx, { text, action: 'set', value });
  const languages = await Promise.all(
    OFFERED.filter((language) => language !== choices.language).map((language) =>
      choice(own(language), `language=${language}`),
    ),
  );
  const badge = choices.badge !== false;
  const rows: InlineKeyboardButton[][] = [
    languages.slice(0, 4),
    languages.slice(4, 8),
    ...(choices.language === undefined ? [] : [[await choice(say('settings.telegram'), 'language=')]]),
    [
      await choice(
        say('settings.badge', { state: say(badge ? 'settings.off' : 'settings.on') }),
        `badge=${badge ? 'off' : 'on'}`,
      ),
    ],
  ];
  const text = [
    say('settings.title'),
    say('settings.language', {
      language: choices.language === undefined ? say('settings.telegram') : own(choices.language),
    }),
    say('settings.badge', { state: say(badge ? 'settings.on' : 'settings.off') }),
    say('settings.privacy'),
  ].join('\n');
  return { text, rows };
}
