// How does the bot learn that somebody left it? Telegram says so once; whoever writes again has come back.
import type { AIContext, Feature } from '../feature.js';
import type { Departures } from '../kit/departures.js';

/** Always on. Has nothing to say to anybody. */
export function departing<C extends AIContext = AIContext>(departures: Departures): Feature<C> {
  return {
    name: 'departing',
    updates: ['my_chat_member'],
    install(kit) {
      kit.routes.use(async (ctx, next) => {
        const { chat } = ctx;
        // A store that is away must not keep others from the update; Telegram tells of a block once, so it is counted.
        if (chat !== undefined)
          await note(ctx, departures, chat).catch(() =>
            kit.settings.emit({ type: 'refused', feature: 'departing', code: 'NOT_KEPT' }),
          );
        await next();
      });
    },
  };
}

async function note(
  ctx: AIContext,
  departures: Departures,
  { id, type }: { id: number; type: string },
): Promise<void> {
  // Through a business connection the bot is not in the chat.
  if (type === 'channel' || ctx.businessConnectionId !== undefined) return;
  const who = type === 'private' ? { user: id } : { chat: id };
  const member = ctx.myChatMember;
  if (member === undefined) {
    if (ctx.message !== undefined) await departures.cameBack(who, ctx.message.date);
    return;
  }
  const { status } = member.new_chat_member;
  if (status === 'kicked' || status === 'left') await departures.left(who, member.date);
  // Blocked and let in again within one second: the later of the two counts.
  else await departures.cameBack(who, member.date + 1);
}
