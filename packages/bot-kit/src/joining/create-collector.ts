// How do several messages become one request? They are held, for a moment and within limits, and go on together.
import type { MiddlewareFn, NextFunction } from 'grammy';
import type { Message } from 'grammy/types';
import type { Clock } from '../clock.js';
import type { AIContext } from '../feature.js';
import { goesOn, isLast, JOIN_MS, type JoinKind, joinPaste, pieceKind } from './piece.js';

/** Of one request: Telegram forwards a hundred messages at once. */
const MOST_PIECES = 100;
/** Of one request, text and captions together. */
const MOST_CHARACTERS = 300_000;
/** However steadily pieces come, the first is not held longer. */
const LONGEST_MS = 15_000;
/** People whose pieces are held at once; the first of them goes on when one more comes. */
const MOST_HELD = 1_000;
/** Updates remembered, to know those that are delivered again; in a job that has begun, its queue knows them. */
const MOST_TAKEN = 10_000;

export interface Collector<C extends AIContext> {
  readonly middleware: MiddlewareFn<C>;
  /** What came as one with this update, in order; its own message when nothing was joined. */
  messagesOf(ctx: C): readonly Message[];
  /** Of all these messages. */
  updateIdsOf(ctx: C): readonly number[];
  /** Lets what is held go on at once, waits until it has become jobs, and holds nothing more. */
  close(): Promise<void>;
}

interface Held<C extends AIContext> {
  readonly key: string;
  readonly kind: JoinKind;
  readonly ctx: C;
  readonly next: NextFunction;
  readonly since: number;
  readonly pieces: Map<number, Message>;
  readonly updateIds: Set<number>;
  last: Message;
  timer: AbortController;
  released: Promise<void> | undefined;
}

/**
 * Works in private chats, for the kinds that features have asked for. A message that is no piece lets what is held before it
 * go on first, so that the order stays. An edit of a piece that is held replaces it.
 */
export function createCollector<C extends AIContext>(parts: {
  clock: Clock;
  joins: (kind: JoinKind) => boolean;
  /** Called before the handler of a first piece ends: from then on Telegram does not deliver it again. */
  onHold: (ctx: C) => Promise<void>;
  /** Called once it has become a job, or was refused. */
  onGone: (ctx: C) => Promise<void>;
  /** What failed while a request went on: no middleware is waiting for it any more. */
  onError: (ctx: C, error: unknown) => Promise<void>;
}): Collector<C> {
  const { clock, joins, onHold, onGone, onError } = parts;
  const holding = new Map<string, Held<C>>();
  const going = new Set<Promise<void>>();
  const taken = new Set<number>();
  const joined = new WeakMap<C, { messages: readonly Message[]; updateIds: readonly number[] }>();
  let closed = false;

  function take(held: Held<C>, message: Message, updateId: number): void {
    held.pieces.set(message.message_id, message);
    held.updateIds.add(updateId);
    held.last = message;
    taken.add(updateId);
    const [oldest] = taken;
    if (taken.size > MOST_TAKEN && oldest !== undefined) taken.delete(oldest);
  }

  /** Each piece begins the time anew. */
  function wait(held: Held<C>): void {
    held.timer.abort();
    held.timer = new AbortController();
    void clock.sleep(JOIN_MS[held.kind], held.timer.signal).then(
      () => release(held),
      () => undefined,
    );
  }

  function release(held: Held<C>): Promise<void> {
    if (held.released !== undefined) return held.released;
    holding.delete(held.key);
    held.timer.abort();
    const done = goOn(held);
    held.released = done;
    going.add(done);
    return done.finally(() => going.delete(done));
  }

  async function goOn({ ctx, kind, pieces, updateIds, next }: Held<C>): Promise<void> {
    const messages = [...pieces.values()].sort((a, b) => a.message_id - b.message_id);
    const own = ctx.update.message;
    if (own !== undefined) {
      const [first = own] = messages;
      // The same message, with the text of its edit and of the pieces after it.
      ctx.update.message = { ...first, ...(kind === 'paste' ? joinPaste(messages) : {}) } as typeof own;
    }
    const whole = kind === 'paste' && ctx.message !== undefined ? [ctx.message] : messages;
    joined.set(ctx, { messages: whole, updateIds: [...updateIds] });
    try {
      await next();
    } catch (error) {
      await onError(ctx, error).catch(() => undefined);
    }
    await onGone(ctx);
  }

  function fits({ kind, last, pieces, since }: Held<C>, message: Message): boolean {
    if (pieces.size >= MOST_PIECES || clock.now() - since > LONGEST_MS) return false;
    const characters = [...pieces.values(), message].reduce((sum, one) => sum + lengthOf(one), 0);
    return characters <= MOST_CHARACTERS && goesOn(kind, last, message);
  }

  /** Not while it is held alone: a piece that was changed after all went on is a piece of nothing. */
  function replace(message: Message, updateId: number): boolean {
    const held = holding.get(keyOf(message));
    if (held === undefined || !held.pieces.has(message.message_id)) return false;
    const { last } = held;
    take(held, message, updateId);
    if (last.message_id !== message.message_id) held.last = last;
    return true;
  }

  async function middleware(ctx: C, next: NextFunction): Promise<void> {
    const { message, edited_message: edited, update_id: updateId } = ctx.update;
    if (edited !== undefined && replace(edited, updateId)) return;
    if (message === undefined || message.chat.type !== 'private') return next();
    // Delivered again although it has arrived.
    if (taken.has(updateId)) return;
    const key = keyOf(message);
    const held = holding.get(key);
    if (held !== undefined) {
      if (fits(held, message)) {
        take(held, message, updateId);
        if (isLast(held.kind, message)) await release(held);
        else wait(held);
        return;
      }
      await release(held);
    }
    const kind = closed ? undefined : pieceKind(message);
    if (kind === undefined || !joins(kind)) return next();
    const first: Held<C> = {
      key,
      kind,
      ctx,
      next,
      since: clock.now(),
      pieces: new Map(),
      updateIds: new Set(),
      last: message,
      timer: new AbortController(),
      released: undefined,
    };
    take(first, message, updateId);
    holding.set(key, first);
    wait(first);
    const [oldest] = holding.values();
    if (holding.size > MOST_HELD && oldest !== undefined) void release(oldest);
    void ctx.replyWithChatAction('typing').catch(() => undefined);
    await onHold(ctx);
  }

  return {
    middleware,
    messagesOf: (ctx) => joined.get(ctx)?.messages ?? (ctx.message === undefined ? [] : [ctx.message]),
    updateIdsOf: (ctx) => joined.get(ctx)?.updateIds ?? [ctx.update.update_id],
    async close() {
      closed = true;
      for (const held of [...holding.values()]) void release(held);
      await Promise.all(going);
    },
  };
}

const keyOf = ({ chat, from }: Message): string => `${chat.id}:${from?.id ?? 0}`;
const lengthOf = ({ text, caption }: Message): number => (text ?? caption ?? '').length;
