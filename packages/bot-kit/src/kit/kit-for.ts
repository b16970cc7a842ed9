// What does one feature see of the kit? The shared parts, bound to its name and to what its model must be able to do.
import { CocoonError } from '@cocoonkit/sdk';
import type { Composer } from 'grammy';
import type { AIContext, Feature } from '../feature.js';
import { chooseOutlet } from '../streamer/choose-outlet.js';
import { cleanText } from '../text/clean-text.js';
import { bold, folded, joinLines } from '../text/join-text.js';
import { splitMessage } from '../text/split-message.js';
import { checkAccess, isAllowed } from './check-access.js';
import { type BaseKit, ownerName } from './create-kit.js';
import { endUnbegun } from './end-unbegun.js';
import type { AnswerOrder, Kit } from './kit.js';
import { priceBefore } from './price.js';
import { refuse } from './refuse.js';
import { runAnswer } from './run-answer.js';
import { simulatedLine } from './simulated-line.js';
import { tellPlace } from './tell-place.js';

/** People whose question waits for their consent; the oldest are dropped. */
const MOST_WAITING = 1_000;

export function kitFor<C extends AIContext>(
  feature: Pick<Feature<C>, 'name' | 'needs'>,
  { base, routes }: { base: BaseKit<C>; routes: Composer<C> },
): Kit<C> {
  const { settings, vault, check, budget, buttons, jobs } = base;

  const kit: Kit<C> = {
    routes,
    settings,
    clock: settings.clock,
    budget,
    credits: base.credits,
    offerMore: (offer) => void base.offers.push(offer),
    model: base.model,
    can: async (...features) => {
      const model = await base.model();
      return features.some((one) => model.features.has(one));
    },
    say: base.say,
    language: base.language,
    records: (owner) => vault.scope(ownerName(owner)),
    forget: base.forget,
    whenForgotten: (clean) => void base.cleaners.push(clean),
    allowed: (ctx) => isAllowed(settings, ctx),
    verification: ({ now = false } = {}) => (now ? check.renew() : check.require()),
    guard: (handler) => async (ctx, next) => {
      try {
        await checkAccess(settings, ctx);
        await checkModel(feature, kit);
        await handler(ctx, next);
      } catch (error) {
        await kit.refuse(ctx, error);
      }
    },
    command(name, handler) {
      routes.command(
        name,
        kit.guard(async (ctx) => handler(ctx, typeof ctx.match === 'string' ? ctx.match.trim() : '')),
      );
    },
    button(action, handler) {
      base.actions.set(action, (ctx, value) =>
        kit.guard<C>(() => handler(ctx, value))(ctx, async () => undefined),
      );
    },
    hasButton: (action) => base.actions.has(action),
    messages: (ctx) => base.collector.messagesOf(ctx),
    makeButton: async (ctx, { text, action, value }) => ({
      text,
      callback_data: await buttons.make(ctx.from?.id ?? 0, action, value),
    }),
    async quote(ctx, passages) {
      const text = joinLines(
        passages.flatMap(({ mark, text: words }) => [bold(mark), folded(cleanText(words).slice(0, 1_000))]),
      );
      for (const part of splitMessage(text))
        await ctx.reply(part.text, {
          entities: [...part.entities],
          link_preview_options: { is_disabled: true },
        });
    },
    stop(ctx) {
      const running = jobs.jobsOf(ctx.from?.id ?? 0, ctx.chat?.id);
      for (const job of running) job.stop('user');
      return running.length > 0;
    },
    async consent(ctx) {
      const user = ctx.from?.id ?? 0;
      await kit.records({ user }).set('consent', 'yes', settings.retention.settings);
      const asked = base.waiting.get(user);
      base.waiting.delete(user);
      await asked?.();
    },
    answer: (ctx, order) => startAnswer({ base, kit, ctx, order, feature: feature.name }),
    refuse: (ctx, error) => refuse({ base, ctx, feature: feature.name, error }),
  };
  return kit;
}

async function startAnswer<C extends AIContext>(parts: {
  base: BaseKit<C>;
  kit: Kit<C>;
  ctx: C;
  order: AnswerOrder;
  feature: string;
}) {
  const { base, kit, ctx, order, feature } = parts;
  const { jobs, settings } = base;
  const user = ctx.from?.id;
  const chat = ctx.chat?.id ?? user;
  if (user === undefined || chat === undefined) return undefined;
  try {
    if (await askConsent(parts, user)) return undefined;
    await base.budget.take(user, await priceBefore(base, { feature }));
    const [say, language] = [await base.say(ctx), await base.language(ctx)];
    const stop = order.bare === true ? undefined : await base.buttons.make(user, 'stop', '');
    const stopKeyboard =
      stop === undefined
        ? undefined
        : { inline_keyboard: [[{ text: say('button.stop'), callback_data: stop }]] };
    const thinking = say('answer.thinking');
    const own = order.outlet?.({ thinking, stopKeyboard });
    const queuedAt = settings.clock.now();
    const job = jobs.start({
      user,
      chat,
      updateId: ctx.update.update_id,
      updateIds: base.collector.updateIdsOf(ctx),
      run: async (running) => {
        const outlet =
          own ??
          chooseOutlet(ctx, {
            transport: settings.reply?.transport,
            draftId: running.draftId,
            thinking,
            stopKeyboard,
          });
        await runAnswer({ base, ctx, order, feature, user, job: running, outlet, say, language, queuedAt });
      },
    });
    if (own === undefined) await tellPlace(ctx, { job, say });
    else if (own.opensEarly === true)
      endUnbegun({ endings: base.endings, clock: settings.clock, job, outlet: own, say });
    return job;
  } catch (error) {
    await kit.refuse(ctx, error);
    if (error instanceof CocoonError && error.code === 'BUDGET_USED')
      for (const offer of base.offers) await offer(ctx, () => kit.answer(ctx, order));
    return undefined;
  }
}

/** In private chats, what a person writes first waits until they have read what happens to it. */
async function askConsent<C extends AIContext>(
  { base, kit, ctx, order }: { base: BaseKit<C>; kit: Kit<C>; ctx: C; order: AnswerOrder },
  user: number,
): Promise<boolean> {
  if (ctx.chat?.type !== 'private' || base.settings.consent === false) return false;
  if ((await kit.records({ user }).get('consent')) !== undefined) return false;
  base.waiting.set(user, () => kit.answer(ctx, order));
  const [oldest] = base.waiting.keys();
  if (base.waiting.size > MOST_WAITING && oldest !== undefined) base.waiting.delete(oldest);
  const say = await base.say(ctx);
  const agree = await kit.makeButton(ctx, { text: say('start.agree'), action: 'agree', value: '' });
  const text = [...(await simulatedLine(kit, say)), say('start.consent')].join('\n');
  await ctx.reply(text, { reply_markup: { inline_keyboard: [[agree]] } });
  return true;
}

async function checkModel<C extends AIContext>(
  { needs }: Pick<Feature<C>, 'needs'>,
  kit: Kit<C>,
): Promise<void> {
  if (needs === undefined || (await kit.can(...needs))) return;
  throw new CocoonError({
    kind: 'model',
    code: 'MODEL_LACKS_FEATURE',
    message: `The model offers none of: ${needs.join(', ')}.`,
    remedy: 'Nothing was sent. Use another model.',
  });
}
