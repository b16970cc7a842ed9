// Somebody presses Again after a restart: how does what they asked go through the bot once more?
import type { Update } from 'grammy/types';
import type { AIContext } from '../feature.js';

/**
 * The press, with what was asked in its place: what other middleware put on the context (a session) stays there. The number is that
 * of the press, so that it is done once however often Telegram delivers it.
 */
export function againContext<C extends AIContext>(ctx: C, asked: Update): C {
  const pressed = ctx.callbackQuery;
  const { callback_query: button } = asked;
  const update: Update = {
    ...asked,
    update_id: ctx.update.update_id,
    ...(button === undefined || pressed === undefined
      ? {}
      : { callback_query: { ...button, id: pressed.id } }),
  };
  return Object.create(ctx, { update: { value: update, enumerable: true } });
}
