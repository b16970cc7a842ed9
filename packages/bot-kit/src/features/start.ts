// What happens first? /start with consent, /help, /stop and the stop button.
import type { AIContext, Feature } from '../feature.js';
import { JOURNAL_MS } from '../jobs/journal.js';
import type { Kit } from '../kit/kit.js';
import { simulatedLine } from '../kit/simulated-line.js';
import type { Say } from '../texts/say.js';
import { wordsOf } from '../texts/words.js';

/** Always on. Until a person has pressed "I understand", nothing they write is sent anywhere. */
export function start<C extends AIContext = AIContext>(features: () => readonly Feature<C>[]): Feature<C> {
  return {
    name: 'start',
    keeps: [{ what: 'restart.kept', milliseconds: JOURNAL_MS }],
    commands: [
      { command: 'start', description: 'command.start' },
      { command: 'help', description: 'command.help', scope: 'both' },
      { command: 'stop', description: 'command.stop', scope: 'both' },
    ],
    install(kit) {
      kit.command('start', async (ctx, payload) => {
        if (payload !== '' && (await kit.followLink(ctx, payload))) return;
        const say = await kit.say(ctx);
        const text = [
          ...(await simulatedLine(kit, say)),
          say('start.hello'),
          '',
          ...(await abilities(kit, { features: features(), say })),
          '',
          say('start.consent'),
        ];
        await ctx.reply(text.join('\n'), {
          link_preview_options: { is_disabled: true },
          reply_markup: { inline_keyboard: [[await kit.agreeButton(ctx)]] },
        });
      });
      kit.command('help', async (ctx) => {
        const say = await kit.say(ctx);
        const text = [...(await abilities(kit, { features: features(), say })), '', say('help.more')];
        await ctx.reply(text.join('\n'), { link_preview_options: { is_disabled: true } });
      });
      kit.command('stop', async (ctx) => {
        const stopped = kit.stop(ctx);
        await ctx.reply((await kit.say(ctx))(stopped ? 'stop.done' : 'stop.nothing'));
      });
      kit.button('agree', async (ctx, shown) => {
        const ask = await kit.consent(ctx, shown);
        const privately = ctx.chat?.type === 'private';
        const ready = ask === undefined ? (await kit.say(ctx))('start.ready') : undefined;
        await ctx.answerCallbackQuery(ready === undefined || privately ? {} : { text: ready });
        if (privately) await ctx.editMessageReplyMarkup();
        else await takeLineAway(ctx).catch(() => undefined);
        if (ask !== undefined) await ask();
        else if (privately && ready !== undefined) await ctx.reply(ready);
      });
      kit.button('stop', async (ctx) => {
        kit.stop(ctx);
        await ctx.answerCallbackQuery({ text: (await kit.say(ctx))('stop.done') });
      });
    },
  };
}

/** The line in a group has done its work. */
async function takeLineAway(ctx: AIContext): Promise<unknown> {
  const hidden = ctx.msg?.ephemeral_message_id;
  if (hidden === undefined) return ctx.deleteMessage();
  return ctx.api.deleteEphemeralMessage(ctx.chat?.id ?? 0, ctx.from?.id ?? 0, hidden);
}

/** One line a feature, of those the model can do. */
async function abilities<C extends AIContext>(
  kit: Kit<C>,
  { features, say }: { features: readonly Feature<C>[]; say: Say },
): Promise<string[]> {
  const lines: string[] = [];
  for (const { about, needs } of features)
    if (about !== undefined && (needs === undefined || (await kit.can(...needs).catch(() => true))))
      lines.push(wordsOf(about, say));
  return lines.length === 0 ? [] : [say('start.can'), ...lines];
}
