// Has this person read what happens to their text? If not, they read it now, and what they asked waits.
import type { AIContext } from '../feature.js';
import type { BaseKit } from './create-kit.js';
import type { AnswerOrder, Kit } from './kit.js';
import { simulatedLine } from './simulated-line.js';

/** People whose question waits for their consent; the oldest are dropped. */
const MOST_WAITING = 1_000;

/** In private chats, what a person writes first waits until they have read what happens to it. */
export async function askConsent<C extends AIContext>(
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
