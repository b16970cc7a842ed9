// What can a person choose? The language of answers and the line about the machines. Kept until /forget.
import type { InlineKeyboardButton } from 'grammy/types';
import type { AIContext, Feature } from '../feature.js';
import { type Choices, FORMATS, parseChoices } from '../kit/choices.js';
import type { Kit } from '../kit/kit.js';
import type { AnswerFormat } from '../streamer/stream-answer.js';
import type { TextKey } from '../texts/say.js';

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
      kit.button('setplainer', async (ctx, answer) => {
        const records = kit.records({ user: ctx.from?.id ?? 0 });
        const choices = { ...parseChoices(await records.get('choices')), format: 'entities' };
        await records.set('choices', JSON.stringify(choices), kit.settings.retention.settings);
        await ctx.answerCallbackQuery({ text: (await kit.say(ctx))('settings.plainer'), show_alert: true });
        return kit.answer(ctx, { links: 'none', produce: () => once(answer) });
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

/** It was written before: no model is asked. */
async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

function changed(choices: Choices, change: string): Choices {
  const [name, value = ''] = change.split('=');
  if (name === 'badge') return { ...choices, badge: value === 'on' };
  if (name === 'format') return { ...choices, format: FORMATS.find((one) => one === value) };
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
  const format = choices.format ?? kit.settings.reply?.format ?? 'entities';
  const formatName = (one: AnswerFormat) => say(`settings.${one}` satisfies TextKey);
  const formats = FORMATS.filter((one) => one !== format).map((one) =>
    choice(formatName(one), `format=${one}`),
  );
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
    await Promise.all(formats),
  ];
  const text = [
    say('settings.title'),
    say('settings.language', {
      language: choices.language === undefined ? say('settings.telegram') : own(choices.language),
    }),
    say('settings.badge', { state: say(badge ? 'settings.on' : 'settings.off') }),
    say('settings.format', { format: formatName(format) }),
    say('settings.privacy'),
  ].join('\n');
  return { text, rows };
}
