// Has this person read what happens to their text? If not, they read it now, and what they asked waits.
import { GrammyError } from 'grammy';
import type { AIContext } from '../feature.js';
import type { Say } from '../texts/say.js';
import { wordsOf } from '../texts/words.js';
import type { Consents, Missing } from './consents.js';
import type { BaseKit } from './create-kit.js';
import type { AnswerOrder, Kit } from './kit.js';
import { simulatedLine } from './simulated-line.js';

/** Questions that wait for consent; the oldest are dropped. */
const MOST_WAITING = 1_000;
const NO_PREVIEW = { link_preview_options: { is_disabled: true } } as const;

interface Asking<C extends AIContext> {
  readonly base: BaseKit<C>;
  readonly kit: Kit<C>;
  readonly ctx: C;
}

/** True: they were asked, and nothing of the order may be done before they have agreed. */
export async function askConsent<C extends AIContext>(
  parts: Asking<C> & { order: AnswerOrder },
  user: number,
): Promise<boolean> {
  const { base, kit, ctx, order } = parts;
  const missing = await base.consents.missing(user);
  if (missing === undefined) return false;
  const say = await base.say(ctx);
  if (ctx.guestMessage !== undefined) await answerGuest(ctx, say);
  else if (ctx.callbackQuery === undefined && ctx.senderChat !== undefined)
    await ctx.reply(say('consent.anonymous'));
  else {
    const { chat: place } = ctx;
    const chat = place === undefined || place.type === 'channel' ? user : place.id;
    base.waiting.set(waitingName(user, chat), () => kit.answer(ctx, order));
    const [oldest] = base.waiting.keys();
    if (base.waiting.size > MOST_WAITING && oldest !== undefined) base.waiting.delete(oldest);
    await showScreen(parts, { user, chat, missing, say });
  }
  return true;
}

/** Under which name a question waits: one for each person and chat. */
export const waitingName = (user: number, chat: number): string => `${user}:${chat}`;

/** In the private chat, also when they asked through an inline message or a channel; in groups one line, for their eyes where Telegram can. */
async function showScreen<C extends AIContext>(
  { base, kit, ctx }: Asking<C>,
  { user, chat, missing, say }: { user: number; chat: number; missing: Missing; say: Say },
): Promise<void> {
  const privately = chat === user;
  const lines = missing.first
    ? [...(await simulatedLine(kit, say)), say(privately ? 'start.consent' : 'consent.group')]
    : [say('consent.changed'), ...newLines(base, { missing, say }).map((line) => `• ${line}`)];
  const text = lines.join('\n');
  const other = { ...NO_PREVIEW, reply_markup: { inline_keyboard: [[await kit.agreeButton(ctx)]] } };
  if (privately)
    return void (await (ctx.chat?.type === 'private'
      ? ctx.reply(text, other)
      : ctx.api.sendMessage(user, text, other)));
  const query = ctx.callbackQuery?.id;
  const confidence = {
    receiver_user_id: user,
    ...(query === undefined ? {} : { callback_query_id: query }),
  };
  try {
    await ctx.reply(text, { ...other, ephemeral_message_parameters: confidence });
  } catch (error) {
    if (!(error instanceof GrammyError) || error.error_code !== 400) throw error;
    await ctx.reply(text, other);
  }
}

/** The bot is not in that chat: its one answer says where to read it. */
async function answerGuest(ctx: AIContext, say: Say): Promise<void> {
  const url = `https://t.me/${ctx.me.username}?start=consent`;
  await ctx.answerGuestQuery({
    type: 'article',
    id: 'consent',
    title: '…',
    input_message_content: { message_text: say('consent.elsewhere'), ...NO_PREVIEW },
    reply_markup: { inline_keyboard: [[{ text: say('consent.open'), url }]] },
  });
}

function newLines<C extends AIContext>(
  { consents, settings: { operator } }: { consents: Consents; settings: BaseKit<C>['settings'] },
  { missing: { gained }, say }: { missing: Missing; say: Say },
): string[] {
  return [
    ...gained.keeps.flatMap((name) =>
      (consents.keeping.get(name) ?? []).map(({ what }) =>
        say('consent.keeps', { what: wordsOf(what, say) }),
      ),
    ),
    ...(gained.voice ? [say('privacy.voice')] : []),
    ...(gained.storage ? [say('consent.stored')] : []),
    ...(gained.operator === '' || operator === undefined
      ? []
      : [say('privacy.operator', { operator: operator.name, contact: operator.contact })]),
  ];
}
