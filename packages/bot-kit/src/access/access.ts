// Who may use the bot? What `privateAI({ access })` takes.
import type { Context } from 'grammy';
import type { HookOptions } from '../hooks/call-hook.js';

/** Asked for every update a feature handles. Whoever gets `false` reads one sentence an hour, and nothing of theirs is sent. */
export type Access<C extends Context = Context> = (
  ctx: C,
  options: HookOptions,
) => boolean | Promise<boolean>;

/** As without `access`: whoever finds the bot. */
export const everyone: Access = () => true;
