// How does a person get help with chats of their own account? Proposals come to their private chat; nothing is sent until they press Send.
import { Context } from 'grammy';
import type { BusinessConnection, Message } from 'grammy/types';
import type { AIContext, Feature } from '../feature.js';
import type { Kit } from '../kit/kit.js';
import type { Records } from '../kit/records.js';
import { formatMarkdown } from '../text/format-markdown.js';
import { splitMessage } from '../text/split-message.js';
import { type Proposal, parseProposal, proposalOrder } from './proposal.js';

/** Telegram lets bots write only where the other person wrote within this time. */
const REPLY_MS = 24 * 3_600_000;
const CHANGING = 'secretary-change';

/** Add it before `chat()`. In suggest form only: it never writes by itself. Rules: core.telegram.org/bots/features#bots-for-business */
export function secretary<C extends AIContext = AIContext>(): Feature<C> {
  return {
    name: 'secretary',
    needs: ['chat'],
    about: 'secretary.about',
    keeps: [{ what: 'secretary.kept', milliseconds: REPLY_MS }],
    ownConsent: true,
    telegram: ['business'],
    updates: [
      'business_connection',
      'business_message',
      'edited_business_message',
      'deleted_business_messages',
    ],
    install(kit) {
      kit.routes.on('business_connection', async (ctx) => {
        const connection = ctx.businessConnection;
        const records = kit.records({ user: connection.user.id });
        // Other rights are another question.
        if ((await records.get('secretary')) === scopeOf(connection)) return;
        await records.delete('secretary');
        const say = await kit.say(ctx);
        const chat = connection.user_chat_id;
        if (!mayReply(connection)) {
          await ctx.api.sendMessage(chat, say('secretary.off')).catch(() => undefined);
          return;
        }
        const value = scopeOf(connection);
        const yes = await kit.makeButton(ctx, { text: say('secretary.agree'), action: 'secyes', value });
        const no = await kit.makeButton(ctx, { text: say('secretary.refuse'), action: 'secno', value });
        await ctx.api
          .sendMessage(chat, say('secretary.consent'), { reply_markup: { inline_keyboard: [[yes, no]] } })
          .catch(() => undefined);
      });
      kit.button('secyes', async (ctx, scope) => {
        const records = kit.records({ user: ctx.from?.id ?? 0 });
        await records.set('secretary', scope, kit.settings.retention.settings);
        await ctx.answerCallbackQuery();
        await ctx.editMessageText((await kit.say(ctx))('secretary.on'));
      });
      kit.button('secno', async (ctx) => {
        await kit.records({ user: ctx.from?.id ?? 0 }).delete('secretary');
        await ctx.answerCallbackQuery();
        await ctx.editMessageText((await kit.say(ctx))('secretary.off'));
      });
      // Not behind `guard`: what it says would be said in the chat with somebody else.
      kit.routes.on(['business_message', 'edited_business_message'], async (ctx) => {
        const message = ctx.businessMessage ?? ctx.editedBusinessMessage;
        if (message !== undefined) await received(kit, ctx, message);
      });
      kit.routes.on('deleted_business_messages', async (ctx) => {
        const { chat, message_ids, business_connection_id } = ctx.deletedBusinessMessages;
        const connection = await connectionOf(ctx, business_connection_id);
        if (connection === undefined) return;
        const records = kit.records({ user: connection.user.id });
        for (const message of message_ids) {
          const what = { chat: chat.id, message };
          if (message === numberOf(await records.get(nameOf(chat.id)))) {
            await records.delete(nameOf(chat.id));
            await records.delete(CHANGING);
          }
          await records.set(deletedName(what), 'yes', REPLY_MS);
          const shown = numberOf(await records.get(shownName(what)));
          if (shown !== undefined) await takeAway(ctx, connection.user_chat_id, shown);
        }
      });
      kit.button('secsend', async (ctx, value) => send(kit, ctx, parseProposal(value)));
      kit.button('secskip', async (ctx, value) => {
        const proposal = parseProposal(value);
        await kit.records({ user: ctx.from?.id ?? 0 }).delete(nameOf(proposal.chat));
        await ctx.answerCallbackQuery();
        await ctx.deleteMessage();
      });
      kit.button('secchange', async (ctx, value) => {
        await kit.records({ user: ctx.from?.id ?? 0 }).set(CHANGING, value, kit.settings.retention.buttons);
        await ctx.answerCallbackQuery();
        await ctx.reply((await kit.say(ctx))('secretary.how'));
      });
      kit.routes.chatType('private').on(
        'message:text',
        kit.guard(async (ctx, next) => {
          const records = kit.records({ user: ctx.from.id });
          const kept = ctx.message.text.startsWith('/') ? undefined : await records.get(CHANGING);
          if (kept === undefined) return next();
          await records.delete(CHANGING);
          const proposal = parseProposal(kept);
          const connection = await connectionOf(ctx, proposal.connection);
          if (!(await agreedTo(records, connection))) return ctx.reply((await kit.say(ctx))('secretary.off'));
          return propose(kit, ctx, { ...proposal, wish: ctx.message.text });
        }),
      );
    },
  };
}

async function received<C extends AIContext>(kit: Kit<C>, ctx: C, message: Message): Promise<void> {
  const connection = await connectionOf(ctx, message.business_connection_id ?? '');
  const { from, chat, text } = message;
  if (connection === undefined || from === undefined) return;
  const { user } = connection;
  const records = kit.records({ user: user.id });
  // Their own words, or a bot's: nothing to answer, and what was proposed before no longer fits.
  if (from.id === user.id || from.is_bot) return records.delete(nameOf(chat.id));
  if (text === undefined || !mayReply(connection)) return;
  if (kit.clock.now() - message.date * 1_000 >= REPLY_MS) return;
  if ((await records.get('secretary')) !== scopeOf(connection)) return;
  const owner = inOwnersChat(ctx, connection);
  if (!(await kit.allowed(owner).catch(() => false))) return;
  await records.set(nameOf(chat.id), `${message.message_id}`, REPLY_MS);
  await propose(kit, owner, {
    connection: connection.id,
    chat: chat.id,
    message: message.message_id,
    at: message.date * 1_000,
    name: from.first_name,
    asked: text,
    text: '',
  });
}

/** `ctx` is of the owner's private chat. */
async function propose<C extends AIContext>(kit: Kit<C>, ctx: C, proposal: Proposal): Promise<void> {
  const records = kit.records({ user: ctx.from?.id ?? 0 });
  const name = nameOf(proposal.chat);
  const open = async () => numberOf(await records.get(name)) === proposal.message;
  await kit.answer(
    ctx,
    proposalOrder(kit, ctx, {
      proposal,
      say: await kit.say(ctx),
      open,
      shown: async (id) => {
        await records.set(shownName(proposal), String(id), REPLY_MS);
        // Deleted there while it was being sent here: whoever comes second of the two takes it away.
        if (await deleted(records, proposal)) await takeAway(ctx, ctx.chat?.id ?? 0, id);
      },
    }),
  );
}

async function send<C extends AIContext>(kit: Kit<C>, ctx: C, proposal: Proposal): Promise<void> {
  const user = ctx.from?.id ?? 0;
  const say = await kit.say(ctx);
  const records = kit.records({ user });
  const refuse = (text: string) => ctx.answerCallbackQuery({ text, show_alert: true });
  const state = await records.get(nameOf(proposal.chat));
  const late = kit.clock.now() - proposal.at >= REPLY_MS;
  if (late || numberOf(state) !== proposal.message) return void (await refuse(say('secretary.stale')));
  const connection = await connectionOf(ctx, proposal.connection);
  const agreed = await agreedTo(records, connection);
  if (!agreed || connection?.user.id !== user) return void (await refuse(say('secretary.notSent')));
  // Before it is sent: pressed twice, it goes out once.
  await records.delete(nameOf(proposal.chat));
  try {
    for (const part of splitMessage(formatMarkdown(proposal.text, { links: 'none' })))
      await ctx.api.sendMessage(proposal.chat, part.text, {
        business_connection_id: connection.id,
        entities: [...part.entities],
        link_preview_options: { is_disabled: true },
      });
  } catch {
    return void (await refuse(say('secretary.notSent')));
  }
  await ctx.answerCallbackQuery({ text: say('secretary.sent') });
  await ctx.editMessageReplyMarkup();
}

function connectionOf(ctx: AIContext, id: string): Promise<BusinessConnection | undefined> {
  return ctx.api.getBusinessConnection(id).catch(() => undefined);
}

const mayReply = ({ is_enabled, rights }: BusinessConnection): boolean =>
  is_enabled && rights?.can_reply === true;

/** What somebody agreed to: this connection, with these rights. */
const scopeOf = ({ id, rights }: BusinessConnection): string =>
  `${id} ${Object.entries(rights ?? {})
    .filter(([, given]) => given)
    .map(([right]) => right)
    .sort()
    .join(' ')}`;

/** Connected, allowed to answer, and its owner has said yes to just that. */
async function agreedTo(records: Records, connection: BusinessConnection | undefined): Promise<boolean> {
  if (connection === undefined || !mayReply(connection)) return false;
  return (await records.get('secretary')) === scopeOf(connection);
}

const nameOf = (chat: number): string => `secretary:${chat}`;

type Answered = Pick<Proposal, 'chat' | 'message'>;
const shownName = ({ chat, message }: Answered): string => `secretary-shown:${chat}:${message}`;
const deletedName = ({ chat, message }: Answered): string => `secretary-deleted:${chat}:${message}`;
const deleted = async (records: Records, what: Answered): Promise<boolean> =>
  (await records.get(deletedName(what))) !== undefined;

async function takeAway(ctx: AIContext, chat: number, message: number): Promise<void> {
  await ctx.api.deleteMessage(chat, message).catch(() => undefined);
}

const numberOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

/** The same update, seen from the owner's private chat with the bot: whatever is said there is said to them alone. */
function inOwnersChat<C extends AIContext>(ctx: C, { user, user_chat_id }: BusinessConnection): C {
  const { first_name } = user;
  const chat = { id: user_chat_id, type: 'private' as const, first_name };
  const message = { message_id: 0, date: 0, chat, from: user, text: '' };
  // Features of other middleware are not there, and nothing here uses them.
  return new Context({ update_id: ctx.update.update_id, message }, ctx.api, ctx.me) as C;
}
