// What does the kit do with every update before features see it? `ctx.ai`, its buttons, and the native stop button.
import { CocoonError } from '@cocoonkit/sdk';
import { Composer } from 'grammy';
import type { AIContext } from '../feature.js';
import { isKitButton } from './buttons.js';
import type { BaseKit } from './create-kit.js';
import { kitFor } from './kit-for.js';

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
    await next();
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

/** A feature that was there yesterday is not there today. */
function unknownAction(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'BUTTON_TOO_OLD',
    message: 'No feature knows this button any more.',
    remedy: 'Send the text again.',
  });
}
