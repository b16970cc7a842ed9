// May only members of one group or channel use the bot?
import type { Context } from 'grammy';
import { type Clock, systemClock } from '../clock.js';
import { telegramSignal } from '../streamer/telegram-signal.js';
import type { Access } from './access.js';

export interface MembersOfOptions {
  /** Milliseconds an answer of Telegram is believed: so long somebody who left may go on. Default one minute. */
  readonly cacheMs?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** People whose membership is remembered; the longest known are dropped. */
const MOST_PEOPLE = 10_000;

/**
 * `chat`: its id, or `@name` of a public one. The bot must be in it, as an administrator where it is a channel. When Telegram does
 * not answer or refuses, nobody is let in, and it is asked again next time.
 */
export function membersOf(chat: number | string, options: MembersOfOptions = {}): Access {
  const { cacheMs = 60_000, clock = systemClock } = options;
  const known = new Map<number, { member: boolean; until: number }>();

  async function ask(ctx: Context, user: number, signal: AbortSignal): Promise<boolean> {
    const found = await ctx.api.getChatMember(chat, user, telegramSignal(signal));
    const { status } = found;
    const member =
      status === 'creator' ||
      status === 'administrator' ||
      status === 'member' ||
      (status === 'restricted' && found.is_member);
    known.delete(user);
    known.set(user, { member, until: clock.now() + cacheMs });
    const [oldest] = known.keys();
    if (known.size > MOST_PEOPLE && oldest !== undefined) known.delete(oldest);
    return member;
  }

  return async (ctx, { signal }) => {
    const user = ctx.from?.id;
    if (user === undefined) return false;
    const cached = known.get(user);
    if (cached !== undefined && clock.now() < cached.until) return cached.member;
    return ask(ctx, user, signal).catch(() => false);
  };
}
