// What does the kit do with every update before features see it? `ctx.ai`, its buttons, and the native stop button.
import { CocoonError } from '@cocoonkit/sdk';
import { Composer, GrammyError } from 'grammy';
import type { AIContext } from '../feature.js';
import { againContext } from './again-context.js';
import { isKitButton } from './buttons.js';
import type { BaseKit } from './create-kit.js';
import { kitFor } from './kit-for.js';
import { parseAsked } from './open-work.js';

export function kitMiddleware<C extends AIContext>(base: BaseKit<C>): Composer<C> {
  const routes = new Composer<C>();
  const own = kitFor<C>({ name: 'own-handler' }, { base, routes });

  routes.use(async (ctx, next) => {
    ctx.ai = {
      answer: (prompt, { system } = {}) =>
        own.answer(ctx, {
          produce: ({ model, signal }) =>
            model.stream({
              messages: [
                ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
                { role: 'user' as const, content: prompt },
              ],
              maxTokens: base.settings.limits.outputTokens,
              signal,
            }),
        }),
      stream: (source) => own.answer(ctx, { produce: typeof source === 'function' ? source : () => source }),
      verification: (options) => own.verification(options),
      forget: () => own.forget({ user: ctx.from?.id ?? 0 }),
    };
    const replay = base.replayed.has(ctx.update);
    const arrived = replay ? 'new' : await base.recovery.arrived(ctx);
    if (arrived === 'dealtWith') return;
    await next();
    if (arrived === 'again') await base.recovery.handled(ctx.update.update_id);
  });

  base.actions.set('again', async (ctx, value) => {
    const asked = parseAsked(value);
    if (asked.callback_query === undefined) await ctx.answerCallbackQuery();
    const again = againContext(ctx, asked);
    base.replayed.add(again.update);
    await base.dispatch(again);
    // Nobody took it up: what was asked went to handlers outside of the kit.
    if (base.replayed.has(again.update)) await ctx.reply((await base.say(ctx))('restart.ask'));
  });

  routes.use(base.collector.middleware);

  // It has no sender; both numbers together name the job.
  routes.on('stopped_message_generation', (ctx, next) => {
    const { chat, draft_id } = ctx.update.stopped_message_generation;
    const job = base.jobs.findByDraft(chat.id, draft_id);
    if (job === undefined) return next();
    job.stop('user');
    return undefined;
  });

  routes.on('callback_query:data', async (ctx, next) => {
    if (!isKitButton(ctx.callbackQuery.data)) return next();
    forgiveLateAnswers(ctx);
    try {
      const { action, value } = await base.buttons.read(ctx.from.id, ctx.callbackQuery.data);
      const handler = base.actions.get(action);
      if (handler === undefined) throw unknownAction();
      await handler(ctx, value);
    } catch (error) {
      await own.refuse(ctx, error);
    }
  });
  return routes;
}

/** After a restart a press may be older than Telegram waits: what it asks for is done all the same. */
function forgiveLateAnswers<C extends AIContext>(ctx: C): void {
  const answer = ctx.answerCallbackQuery.bind(ctx);
  ctx.answerCallbackQuery = (...given) =>
    answer(...given).catch((error: unknown) => {
      if (error instanceof GrammyError && error.error_code === 400) return true;
      throw error;
    });
}

/** A feature that was there yesterday is not there today. */
function unknownAction(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'BUTTON_TOO_OLD',
    message: 'No feature knows this button any more.',
    remedy: 'Send the text again.',
  });
}
