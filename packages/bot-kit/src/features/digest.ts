// What happened in a group while a person was away? An admin switches it on, everyone can stay out, and only who asks sees the answer.
import { CocoonError } from '@cocoonkit/sdk';
import type { Message, User } from 'grammy/types';
import type { AIContext, Feature } from '../feature.js';
import type { Kit } from '../kit/kit.js';
import { DEFAULT_RETENTION } from '../limits.js';
import { type DiscreetOutlet, discreetOutlet } from '../streamer/discreet-outlet.js';
import { editOutlet } from '../streamer/edit-outlet.js';
import { ephemeralOutlet } from '../streamer/ephemeral-outlet.js';
import type { Say } from '../texts/say.js';
import { type DigestBuffer, digestBuffer } from './digest-buffer.js';
import { groupLink } from './digest-links.js';
import { digestOrder, isFor } from './digest-order.js';
import { installPrivately, offerPrivateChat, privateButton, tellAlone, threadOf } from './digest-place.js';
import {
  isMember,
  type MissedWish,
  NO_POINT,
  type Point,
  parseWish,
  readPoint,
  writePoint,
} from './digest-wish.js';

const DAY_MS = 24 * 3_600_000;

/** `/digest on|off` for admins, `/nodigest` for everyone, `/missed`. The bot must see the group's messages: as an admin, or without privacy mode. */
export function digest<C extends AIContext = AIContext>(): Feature<C> {
  return {
    name: 'digest',
    needs: ['chat', 'summarize'],
    about: 'digest.about',
    updates: ['edited_message'],
    telegram: ['all-group-messages'],
    keeps: [{ what: 'digest.kept', milliseconds: DEFAULT_RETENTION.digest }],
    commands: [
      { command: 'missed', description: 'digest.missed', scope: 'groups', ephemeral: true },
      { command: 'nodigest', description: 'digest.leave', scope: 'groups', ephemeral: true },
      { command: 'digest', description: 'digest.command', scope: 'group-admins' },
    ],
    install(kit) {
      const { retention, limits } = kit.settings;
      const turns = new Map<number, Promise<unknown>>();
      /** One change of a group's buffer at a time, or two messages at once would lose one. */
      const inTurn = <T>(chat: number, task: (buffer: DigestBuffer) => Promise<T>): Promise<T> => {
        const buffer = digestBuffer({
          chat,
          records: kit.records,
          now: () => kit.clock.now(),
          keepMs: retention.digest,
          most: limits.digestMessages,
        });
        const turn = (turns.get(chat) ?? Promise.resolve()).then(() => task(buffer));
        const settled = turn
          .catch(() => undefined)
          .then(() => {
            if (turns.get(chat) === settled) turns.delete(chat);
          });
        turns.set(chat, settled);
        return turn;
      };

      kit.whenForgotten(async (owner) => {
        if ('chat' in owner) await inTurn(owner.chat, (buffer) => buffer.turnOff());
      });

      kit.command('digest', async (ctx, word) => {
        const say = await kit.say(ctx);
        const chat = await groupOf(kit, ctx);
        if (chat === undefined) return undefined;
        if (!(await isAdmin(ctx))) throw refusal('NOT_ADMIN', 'Only admins switch the digest on and off.');
        if (word === 'off') {
          await inTurn(chat.id, (buffer) => buffer.turnOff());
          return ctx.reply(say('digest.off'));
        }
        if (word !== 'on') return ctx.reply(say('digest.usage'));
        await inTurn(chat.id, (buffer) => buffer.turnOn(retention.settings));
        const lines = [say('digest.on', { hours: Math.round(retention.digest / 3_600_000) })];
        if (!(await seesAll(ctx))) lines.push(say('digest.blind'));
        return ctx.reply(lines.join('\n\n'));
      });

      kit.command('nodigest', async (ctx, word) => {
        const say = await kit.say(ctx);
        const chat = await groupOf(kit, ctx);
        const user = ctx.from?.id;
        if (chat === undefined || user === undefined) return undefined;
        const out = word !== 'off';
        await inTurn(chat.id, (buffer) =>
          out ? buffer.leave(user, retention.settings) : buffer.join(user, retention.settings),
        );
        return tellAlone(kit, ctx, { text: say(out ? 'digest.out' : 'digest.in') });
      });

      kit.command('missed', (ctx) => missed(ctx, {}));
      kit.button('missedday', (ctx) => missed(ctx, { after: { id: 0, at: kit.clock.now() - DAY_MS } }));
      kit.button('missedway', (ctx, kept) => missedPrivately(ctx, parseWish(kept)));
      installPrivately(kit);
      kit.button('missedyou', (ctx, point) => missed(ctx, { after: readPoint(point), onlyMine: true }));

      kit.routes.chatType(['group', 'supergroup']).on(['message', 'edited_message'], async (ctx, next) => {
        // A store that is away must not keep others from the message.
        await inTurn(ctx.chat.id, (buffer) => keep(ctx, buffer)).catch(() =>
          kit.settings.emit({ type: 'refused', feature: 'digest', code: 'NOT_KEPT' }),
        );
        await next();
      });

      async function missed(ctx: C, { after, onlyMine = false }: { after?: Point; onlyMine?: boolean }) {
        const chat = await groupOf(kit, ctx);
        const user = ctx.from;
        if (chat === undefined || user === undefined) return undefined;
        const wish: MissedWish = { chat: chat.id, link: groupLink(chat), after, onlyMine };
        const say = await kit.say(ctx);
        const { from, messages, seen } = await find(wish, user);
        const button = (text: string, action: string) =>
          kit.makeButton(ctx, { text, action, value: writePoint(from) });
        const rows = [
          [
            await button(say('digest.day'), 'missedday'),
            ...(onlyMine ? [] : [await button(say('digest.mentions'), 'missedyou')]),
          ],
        ];
        const callbackQueryId = ctx.callbackQuery?.id;
        if (callbackQueryId !== undefined) await ctx.answerCallbackQuery().catch(() => undefined);
        const [first] = messages;
        if (first === undefined)
          return tellAlone(kit, ctx, {
            text: nothingNew(from, say),
            keyboard: { inline_keyboard: from.at === 0 ? [] : rows },
            wish,
          });
        let outlet: DiscreetOutlet | undefined;
        return kit.answer(ctx, {
          ...digestOrder(kit, { messages, user, link: wish.link }),
          outlet: ({ stopKeyboard, live }) => {
            const thinking = say('digest.reading', { count: messages.length, time: timeOf(first.at) });
            outlet = discreetOutlet({
              group: ephemeralOutlet(ctx.api, {
                chatId: chat.id,
                userId: user.id,
                callbackQueryId,
                threadId: threadOf(ctx),
                stopKeyboard,
                live,
                thinking,
              }),
              privately: editOutlet(ctx.api, { chatId: user.id, thinking, pace: 'private' }),
              unreachable: () => offerPrivateChat(kit, ctx, { ...wish, after: from }),
            });
            return outlet;
          },
          done: () => own(user, seen, messages.at(-1) ?? from),
          // Those of the group ask about the group they are pressed in.
          buttons: async ({ text, badge }) =>
            outlet?.inPrivate === true
              ? []
              : [
                  ...rows,
                  [await privateButton(kit, ctx, { ...wish, after: from, text: `${text}\n\n${badge}` })],
                ],
        });
      }

      /** In the private chat, where whoever asked has come by a link: they may have left the group since. */
      async function missedPrivately(ctx: C, wish: MissedWish) {
        const user = ctx.from;
        const say = await kit.say(ctx);
        if (user === undefined) return undefined;
        if (!(await isMember(ctx, wish.chat, user.id))) return ctx.reply(say('digest.notMember'));
        const { from, messages, seen } = await find(wish, user);
        if (messages.length === 0) return ctx.reply(nothingNew(from, say));
        return kit.answer(ctx, {
          ...digestOrder(kit, { messages, user, link: wish.link }),
          done: () => own(user, seen, messages.at(-1) ?? from),
        });
      }

      async function find({ chat, after, onlyMine }: MissedWish, user: User) {
        const on = await inTurn(chat, (buffer) => buffer.isOn());
        if (!on) throw refusal('GROUP_NOT_ENABLED', 'No admin has switched the digest on in this group.');
        const all = await inTurn(chat, (buffer) => buffer.read());
        const seen = `digest-seen:${chat}`;
        const lastRead = readPoint(await kit.records({ user: user.id }).get(seen));
        const lastSaid = all.findLast((one) => one.user === user.id) ?? NO_POINT;
        const from = after ?? (lastRead.id > lastSaid.id ? lastRead : lastSaid);
        const messages = all.filter(
          (one) =>
            one.id > from.id && one.at >= from.at && one.user !== user.id && (!onlyMine || isFor(one, user)),
        );
        return { from, messages, seen };
      }

      const own = (user: User, seen: string, point: Point) =>
        kit.records({ user: user.id }).set(seen, writePoint(point), retention.digest);
    },
  };
}

function nothingNew({ at }: Point, say: Say): string {
  return at === 0 ? say('digest.empty') : say('digest.nothing', { time: timeOf(at) });
}

async function keep(ctx: AIContext, buffer: DigestBuffer): Promise<void> {
  const message: Message | undefined = ctx.message ?? ctx.editedMessage;
  const { from } = ctx;
  const text = message?.text ?? message?.caption ?? '';
  if (message === undefined || from === undefined || from.is_bot || text === '' || text.startsWith('/'))
    return;
  if (message.ephemeral_message_id !== undefined || !(await buffer.isOn())) return;
  if (ctx.editedMessage !== undefined) return buffer.edit(from.id, message.message_id, text);
  await buffer.add(from.id, {
    id: message.message_id,
    at: message.date * 1000,
    name: from.first_name,
    text,
    to: message.reply_to_message?.from?.id,
  });
}

async function groupOf<C extends AIContext>(kit: Kit<C>, ctx: C) {
  const { chat } = ctx;
  if (chat?.type === 'group' || chat?.type === 'supergroup') return chat;
  await ctx.reply((await kit.say(ctx))('digest.groups'));
  return undefined;
}

async function isAdmin(ctx: AIContext): Promise<boolean> {
  // An admin who writes as the group itself.
  if (ctx.chat !== undefined && ctx.senderChat?.id === ctx.chat.id) return true;
  const { status } = await ctx.getAuthor();
  return status === 'creator' || status === 'administrator';
}

async function seesAll(ctx: AIContext): Promise<boolean> {
  if (ctx.me.can_read_all_group_messages) return true;
  return (await ctx.getChatMember(ctx.me.id)).status === 'administrator';
}

const timeOf = (at: number): string => new Date(at).toISOString().slice(11, 16);

function refusal(code: 'NOT_ADMIN' | 'GROUP_NOT_ENABLED', message: string): CocoonError {
  return new CocoonError({ kind: 'config', code, message, remedy: 'Ask an admin of the group.' });
}
