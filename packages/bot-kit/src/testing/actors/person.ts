// What can a person do in Telegram? Everything a test has them do; each act becomes updates for the bot.
import type { BotCommand, BusinessBotRights, InlineQuery, Message, User } from 'grammy/types';
import { ActorError } from '../api/api-failure.js';
import { commandsFor } from '../methods/settings.js';
import { shownChat } from '../state/shown-chat.js';
import type { World } from '../state/world.js';
import { screen } from '../view/screen.js';
import type { WaitFor } from '../wait-for.js';
import { BusinessAccount } from './business.js';
import type { Place } from './compose-message.js';
import { type InlineSession, typeInline } from './inline-session.js';
import { type Paying, pay, settle } from './pay.js';
import { type Pressed, pressButton } from './press.js';
import { Writer } from './writer.js';

export class Person extends Writer {
  readonly #waitFor: WaitFor;

  constructor(world: World, user: User, waitFor: WaitFor) {
    super(world, user);
    this.#waitFor = waitFor;
  }

  /**
   * Presses a button: of the newest message that has one with this text, or of the keyboard below.
   * @throws ActorError when no such button is on the screen
   */
  press(
    button: string | RegExp,
    options: { in?: Place | undefined; message?: Message | undefined } = {},
  ): Pressed {
    return pressButton(
      this.world,
      this,
      options.in?.record ?? this.record,
      button,
      options.message,
      this.#waitFor,
    );
  }

  /** Presses Stop on the draft; the bot gets `stopped_message_generation`. @throws ActorError when none can be stopped */
  pressStop(threadId = 0): void {
    const draft = this.record.drafts.get(threadId);
    const shown = draft !== undefined && this.world.clock.now() - draft.shownAt < 30_000;
    if (!shown || !draft.canStop || draft.stopped)
      throw new ActorError('No draft with a Stop button is on the screen.');
    draft.stopped = true;
    this.world.updates.push(
      'stopped_message_generation',
      {
        chat: shownChat(this.record) as never,
        ...(threadId === 0 ? {} : { message_thread_id: threadId }),
        draft_id: draft.id,
      },
      this.id,
    );
    this.world.changed();
  }

  /** Types `@bot query` somewhere; see {@link InlineSession}. */
  typeInline(
    query: string,
    options: { offset?: string; chatType?: NonNullable<InlineQuery['chat_type']> } = {},
  ): InlineSession {
    return typeInline(this.world, this, query, options, this.#waitFor);
  }

  /** Pays an invoice, by its message or link; default the newest in the chat. */
  pay(invoice?: Message | string): Paying {
    return pay(this.world, this, invoice, this.#waitFor);
  }

  /** The next payment of a subscription, which comes without a question. */
  renew(link: string): Message {
    return settle(this.world, this, this.#plan(link), false);
  }

  /** What became of a subscription: the bot gets `subscription`. */
  subscription(link: string, state: 'canceled' | 'active' | 'failed'): void {
    this.world.updates.push(
      'subscription',
      { user: this.user, invoice_payload: this.#plan(link).payload, state },
      this.id,
    );
    this.world.changed();
  }

  /** The commands in the menu of this chat, by scope and language. */
  commands(place: Place = this): readonly BotCommand[] {
    return commandsFor(this.world, place.record, this.id);
  }

  /** Connects the account: the bot sees the chats of this person, by default with the right to reply. */
  connectBusiness(rights: BusinessBotRights = { can_reply: true, can_read_messages: true }): BusinessAccount {
    return new BusinessAccount(this.world, this, rights);
  }

  /** Blocks the bot; it gets `my_chat_member`, and 403 when it writes. */
  block(): void {
    this.#membership('member', 'kicked');
    this.record.blocked = true;
  }

  unblock(): void {
    this.#membership('kicked', 'member');
    this.record.blocked = false;
  }

  /** Deletes the account. */
  deactivate(): void {
    this.world.deactivated.add(this.id);
  }

  /** The screen of the private chat, or of `place`. */
  screen(place: Place = this): string {
    return screen(this.world, this.id, place.record);
  }

  /** Waits until the screen shows this; as long as it takes, up to minutes. @returns the screen */
  async sees(what: string | RegExp, place: Place = this): Promise<string> {
    const shown = () =>
      typeof what === 'string' ? this.screen(place).includes(what) : what.test(this.screen(place));
    await this.#waitFor(
      shown,
      () => `${this.user.first_name} to see ${String(what)}; on the screen:\n${this.screen(place)}`,
    );
    return this.screen(place);
  }

  /** The newest message of the bot that this person can see. */
  lastMessage(place: Place = this): Message | undefined {
    return place.record.entries.findLast(
      ({ message, deleted, onlyFor }) =>
        !deleted && (onlyFor === undefined || onlyFor === this.id) && message.from?.id === this.world.bot.id,
    )?.message;
  }

  #plan(link: string) {
    const invoice = this.world.stars.invoices.get(link);
    if (invoice?.subscription !== true) throw new ActorError('This link is no subscription.');
    return invoice;
  }

  #membership(before: 'member' | 'kicked', after: 'member' | 'kicked'): void {
    const bot = this.world.users.get(this.world.bot.id);
    if (bot === undefined) return;
    const member = (status: 'member' | 'kicked') =>
      status === 'member' ? { status, user: bot } : { status, user: bot, until_date: 0 };
    this.world.updates.push(
      'my_chat_member',
      {
        chat: shownChat(this.record),
        from: this.user,
        date: this.world.date,
        old_chat_member: member(before),
        new_chat_member: member(after),
      },
      this.id,
    );
  }
}
