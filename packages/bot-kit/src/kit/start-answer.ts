// How does an order become a job? Consent, budget, a durable claim of the update, a place in the queue.
import { CocoonError } from '@cocoonkit/sdk';
import type { AIContext, Feature } from '../feature.js';
import type { Job } from '../jobs/job.js';
import { chooseOutlet } from '../streamer/choose-outlet.js';
import { askConsent } from './ask-consent.js';
import type { BaseKit } from './create-kit.js';
import { endUnbegun } from './end-unbegun.js';
import type { AnswerOrder, Kit } from './kit.js';
import { priceBefore } from './price.js';
import { runAnswer } from './run-answer.js';
import { tellPlace } from './tell-place.js';

export interface StartParts<C extends AIContext> {
  readonly base: BaseKit<C>;
  readonly kit: Kit<C>;
  readonly ctx: C;
  readonly order: AnswerOrder;
  readonly feature: Pick<Feature<C>, 'name' | 'ownConsent'>;
}

export async function startAnswer<C extends AIContext>(parts: StartParts<C>): Promise<Job | undefined> {
  const { base, kit, ctx, order } = parts;
  const user = ctx.from?.id;
  const chat = ctx.chat?.id ?? user;
  if (user === undefined || chat === undefined) return undefined;
  base.replayed.delete(ctx.update);
  try {
    if (parts.feature.ownConsent !== true && (await askConsent(parts, user))) return undefined;
    await base.budget.take(user, await priceBefore(base, { feature: parts.feature.name }));
    return await queue(parts, { user, chat });
  } catch (error) {
    await kit.refuse(ctx, error);
    if (error instanceof CocoonError && error.code === 'BUDGET_USED')
      for (const offer of base.offers) await offer(ctx, () => kit.answer(ctx, order));
    return undefined;
  }
}

async function queue<C extends AIContext>(
  parts: StartParts<C>,
  { user, chat }: { user: number; chat: number },
): Promise<Job | undefined> {
  const { base, ctx, order } = parts;
  const feature = parts.feature.name;
  const { jobs, settings, recovery } = base;
  const { transport } = settings.reply ?? {};
  const update = ctx.update.update_id;
  const [say, language] = [await base.say(ctx), await base.language(ctx)];
  const stop = order.bare === true ? undefined : await base.buttons.make(user, 'stop', '');
  const stopKeyboard =
    stop === undefined
      ? undefined
      : { inline_keyboard: [[{ text: say('button.stop'), callback_data: stop }]] };
  const shown = { thinking: say('answer.thinking'), stopKeyboard, live: recovery.live(update) };
  const own = order.outlet?.(shown);
  const outletOf = (draftId: number) => own ?? chooseOutlet(ctx, { ...shown, transport, draftId });
  // Results of inline mode are for nobody after a restart.
  if (order.bare !== true) {
    const again = order.again !== false;
    const claim = { update, user, chat, again, address: outletOf(1).address?.() };
    if (!(await recovery.claim(claim, again ? askedOf(ctx) : undefined))) return jobs.ofUpdate(update);
  }
  const queuedAt = settings.clock.now();
  let job: Job;
  try {
    job = jobs.start({
      user,
      chat,
      updateId: update,
      updateIds: base.collector.updateIdsOf(ctx),
      run: async (running) => {
        const outlet = outletOf(running.draftId);
        await recovery.begun(update, outlet.address?.());
        try {
          await runAnswer({ base, ctx, order, feature, user, job: running, outlet, say, language, queuedAt });
        } finally {
          await recovery.end(update);
        }
      },
    });
  } catch (error) {
    await recovery.end(update);
    throw error;
  }
  // Taken out of the queue by the person. By a shutdown: the next process tells them.
  if (job.state === 'queued')
    job.on('state', (state) => {
      if (state === 'stopped' && job.stopReason !== 'shutdown') void recovery.end(update);
    });
  if (own === undefined) await tellPlace(ctx, { job, say });
  else if (own.opensEarly === true)
    endUnbegun({ endings: base.endings, clock: settings.clock, job, outlet: own, say });
  return job;
}

/** What a button can do again. Questions from chats the bot is not in have run out by then. */
function askedOf({ update }: AIContext): string | undefined {
  return update.message !== undefined || update.callback_query !== undefined
    ? JSON.stringify(update)
    : undefined;
}
