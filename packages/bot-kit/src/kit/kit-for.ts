// What does one feature see of the kit? The shared parts, bound to its name and to what its model must be able to do.
import { CocoonError } from '@cocoonkit/sdk';
import type { Composer } from 'grammy';
import type { AIContext, Feature } from '../feature.js';
import { cleanText } from '../text/clean-text.js';
import { bold, folded, joinLines } from '../text/join-text.js';
import { splitMessage } from '../text/split-message.js';
import { waitingName } from './ask-consent.js';
import { dataOfLink, linkPayload } from './buttons.js';
import { checkAccess, isAllowed } from './check-access.js';
import { type BaseKit, ownerName } from './create-kit.js';
import type { Kit } from './kit.js';
import { refuse } from './refuse.js';
import { startAnswer } from './start-answer.js';

export function kitFor<C extends AIContext>(
  feature: Pick<Feature<C>, 'name' | 'needs' | 'ownConsent'>,
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
    makeLink: async (ctx, { text, action, value }) => ({
      text,
      url: `https://t.me/${ctx.me.username}?start=${linkPayload(await buttons.make(ctx.from?.id ?? 0, action, value))}`,
    }),
    async followLink(ctx, payload) {
      const data = dataOfLink(payload);
      const found = await buttons.read(ctx.from?.id ?? 0, data).catch(() => undefined);
      const handler = found === undefined ? undefined : base.actions.get(found.action);
      if (found === undefined || handler === undefined) return false;
      await handler(ctx, found.value);
      return true;
    },
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
    agreed: async (ctx) => (await base.consents.missing(ctx.from?.id ?? 0)) === undefined,
    agreeButton: async (ctx) => {
      const text = (await base.say(ctx))('start.agree');
      return kit.makeButton(ctx, { text, action: 'agree', value: base.consents.scope() });
    },
    async consent(ctx, shown) {
      const user = ctx.from?.id ?? 0;
      await base.consents.agree(user, shown);
      const name = waitingName(user, ctx.chat?.id ?? user);
      const asked = base.waiting.get(name);
      base.waiting.delete(name);
      return asked;
    },
    answer: (ctx, order) => startAnswer({ base, kit, ctx, order, feature }),
    refuse: (ctx, error) => refuse({ base, ctx, feature: feature.name, error }),
  };
  return kit;
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
