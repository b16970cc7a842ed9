// What does a person learn about their data, and how do they get rid of it? Always on.
import type { AIContext, Feature, Kept } from '../feature.js';
import type { Kit } from '../kit/kit.js';
import { bold, joinLines } from '../text/join-text.js';
import type { Say } from '../texts/say.js';
import { wordsOf } from '../texts/words.js';

/** A question about deleting everything is answered within this time, or not at all. */
const ASK_MS = 60_000;

/** `kept`: what the installed features say they keep, read when somebody asks. */
export function privacy<C extends AIContext = AIContext>(kept: () => readonly Kept[]): Feature<C> {
  return {
    name: 'privacy',
    commands: [
      { command: 'privacy', description: 'command.privacy', scope: 'both' },
      { command: 'forget', description: 'command.forget', scope: 'both' },
    ],
    install(kit) {
      kit.command('privacy', async (ctx) => {
        const page = await privacyPage(kit, { say: await kit.say(ctx), kept: kept() });
        await ctx.reply(page.text, {
          entities: [...page.entities],
          link_preview_options: { is_disabled: true },
        });
      });
      kit.command('forget', async (ctx) => {
        const say = await kit.say(ctx);
        const until = String(kit.clock.now() + ASK_MS);
        const yes = await kit.makeButton(ctx, { text: say('button.yes'), action: 'forget', value: until });
        const no = await kit.makeButton(ctx, { text: say('button.no'), action: 'keep', value: '' });
        await ctx.reply(say('forget.ask'), { reply_markup: { inline_keyboard: [[yes, no]] } });
      });
      kit.button('forget', async (ctx, until) => {
        const say = await kit.say(ctx);
        await ctx.answerCallbackQuery();
        if (kit.clock.now() > Number(until)) return ctx.editMessageText(say('forget.late'));
        const count = await kit.forget({ user: ctx.from?.id ?? 0 });
        kit.settings.emit({ type: 'forgotten', records: count });
        const paid = await kit.credits.payments(ctx.from?.id ?? 0);
        const lines = [
          [say('forget.done', { count }), backupsLine(kit, say)].join(' ').trim(),
          ...(paid.length === 0 ? [] : [say('forget.payments')]),
        ];
        return ctx.editMessageText(lines.join('\n'));
      });
      kit.button('keep', async (ctx) => {
        await ctx.answerCallbackQuery();
        return ctx.editMessageText((await kit.say(ctx))('forget.kept'));
      });
    },
  };
}

async function privacyPage<C extends AIContext>(
  kit: Kit<C>,
  { say, kept }: { say: Say; kept: readonly Kept[] },
) {
  const { operator, storage, retention } = kit.settings;
  // Before the machines are known, simulation cannot be ruled out: then the line is left out, not guessed.
  const simulated = await kit.model().then(
    (model) => model.simulated,
    () => false,
  );
  return joinLines([
    bold(say('privacy.title')),
    simulated ? bold(say('privacy.simulated')) : say('privacy.path'),
    operator === undefined
      ? ''
      : say('privacy.operator', { operator: operator.name, contact: operator.contact }),
    operator?.policyUrl === undefined ? '' : say('privacy.policy', { url: operator.policyUrl }),
    say('privacy.telegram'),
    say('privacy.logs'),
    say('privacy.training'),
    say('privacy.file'),
    kit.settings.transcribe === undefined ? '' : say('privacy.voice'),
    '',
    bold(say('privacy.kept')),
    say(storage === undefined ? 'privacy.memoryOnly' : 'privacy.encrypted'),
    ...[{ what: 'privacy.buttons', milliseconds: retention.buttons }, ...kept].map(
      ({ what, milliseconds }) =>
        `• ${say('privacy.item', { what: wordsOf(what, say), time: duration(milliseconds, say) })}`,
    ),
    `• ${say('privacy.item', { what: say('privacy.budget'), time: duration(24 * 3_600_000, say) })}`,
    `• ${say('privacy.settings')}`,
    `${say('privacy.forget')} ${backupsLine(kit, say)}`.trim(),
  ]);
}

/** True only when salts are kept apart from what is backed up. */
function backupsLine<C extends AIContext>({ settings: { storage } }: Kit<C>, say: Say): string {
  return storage?.salts === undefined ? '' : say('forget.backups');
}

function duration(milliseconds: number, say: Say): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 120) return say('privacy.minutes', { count: minutes });
  const hours = Math.round(minutes / 60);
  return hours <= 48
    ? say('privacy.hours', { count: hours })
    : say('privacy.days', { count: Math.round(hours / 24) });
}
