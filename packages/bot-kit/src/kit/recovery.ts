// What happens to work whose process died? It is done again once, sent on from where it was, or given up with one sentence.
import { CocoonError } from '@cocoonkit/sdk';
import type { Api } from 'grammy';
import type { Clock } from '../clock.js';
import type { KitEvent } from '../events.js';
import type { AIContext } from '../feature.js';
import type { Claim, Journal } from '../jobs/journal.js';
import type { JournalEntry } from '../jobs/journal-entry.js';
import type { DeliveryLog, PreparedAnswer } from '../streamer/deliver-answer.js';
import type { LiveMessage } from '../streamer/live-message.js';
import type { Outlet } from '../streamer/outlet.js';
import { isRepeatable, type OutletAddress } from '../streamer/outlet-address.js';
import type { Say } from '../texts/say.js';
import type { OpenWork } from './open-work.js';
import { sendRest } from './send-rest.js';
import { tellRestarted } from './tell-restarted.js';

export interface Recovery<C extends AIContext = AIContext> {
  /** Reads what processes before this one left. @throws CocoonError `STORAGE_FAILED` */
  ready(): Promise<void>;
  /** `dealtWith`: the update goes no further. `again`: work on it begins once more. */
  arrived(ctx: C): Promise<'new' | 'again' | 'dealtWith'>;
  /** After the handlers of an update that came `again`: what they did not take up is forgotten. */
  handled(update: number): Promise<void>;
  /** Before any work. False: it was here before. @throws CocoonError `JOURNAL_FULL`, `STORAGE_FAILED` */
  claim(claim: Claim, asked: string | undefined): Promise<boolean>;
  begun(update: number, address: OutletAddress | undefined): Promise<void>;
  live(update: number): LiveMessage;
  /** The answer is whole: from here on it is charged, and sent at most once. */
  sending(
    update: number,
    work: { answer: PreparedAnswer; outlet: Outlet; tokens: number },
  ): Promise<DeliveryLog>;
  end(update: number): Promise<void>;
  forget(user: number): Promise<void>;
  /** Updates below `first` will not come again: what is open of them is settled. */
  settle(api: Api, first: number): Promise<void>;
  /** How many pieces of work a process before this one left. */
  readonly left: number;
  /** Resolves when nothing is being settled. */
  idle(): Promise<void>;
}

/** Older ones are not begun again by themselves: nobody waits for them any more. */
const TOO_OLD_MS = 3_600_000;
/** Work that has ended so many processes is not begun by itself again. */
const MOST_RUNS = 3;

export function createRecovery<C extends AIContext>(parts: {
  journal: Journal;
  work: OpenWork;
  charge: (user: number, tokens: number, once: string) => Promise<void>;
  clock: Clock;
  process: string;
  say: (ctx: C) => Promise<Say>;
  emit: (event: KitEvent) => void;
}): Recovery<C> {
  const { journal, work, clock, emit } = parts;
  /** Of earlier processes, taken up by this one. */
  const taken = new Set<number>();
  const running = new Set<Promise<unknown>>();

  /** What cannot be written down must not keep an answer from the person. */
  const quietly = async (task: () => Promise<unknown>): Promise<void> => {
    try {
      await task();
    } catch (error) {
      emit({ type: 'journal-failed', code: error instanceof CocoonError ? error.code : 'UNEXPECTED' });
    }
  };
  const apart = (task: () => Promise<unknown>): void => {
    const mine = quietly(task).finally(() => running.delete(mine));
    running.add(mine);
  };

  const logOf = (update: number): DeliveryLog => ({
    at: (sent, leaving) => quietly(() => journal.change(update, { sent, leaving })),
  });

  async function end(update: number): Promise<void> {
    const entry = journal.open(update);
    if (entry === undefined) return;
    await quietly(() => journal.end(update));
    await quietly(() => work.drop(entry));
  }

  /** Its answer was whole: what has surely not left is sent, what may have left is not. */
  async function sendOn(
    entry: JournalEntry,
    { api, say }: { api: Api; say?: Say | undefined },
  ): Promise<void> {
    const { update, user, address, tokens, sent, leaving } = entry;
    const unsure = leaving && !(sent === 0 && address !== undefined && isRepeatable(address));
    const from = sent + (unsure ? 1 : 0);
    const doubt = entry.doubt || unsure;
    const { process } = parts;
    await journal.change(update, { process, sent: from, leaving: false, doubt });
    if (tokens > 0) await parts.charge(user, tokens, String(update));
    const rest =
      from < entry.parts ? await sendRest({ entry, from, api, work, clock, log: logOf(update) }) : 'sent';
    if (rest === 'failed') return end(update);
    if (rest === 'sent' && !doubt) {
      emit({ type: 'recovered', how: 'sent' });
      return end(update);
    }
    await giveUp({ ...entry, doubt: true }, { api, say });
  }

  async function giveUp(
    entry: JournalEntry,
    { api, say }: { api: Api; say?: Say | undefined },
  ): Promise<void> {
    const { process } = parts;
    await journal.change(entry.update, { process, step: 'telling', doubt: entry.doubt });
    await tellRestarted({ entry, api, work, clock, say });
    emit({ type: 'recovered', how: 'told' });
    await end(entry.update);
  }

  const settleOne = (entry: JournalEntry, how: { api: Api; say?: Say | undefined }): Promise<void> =>
    entry.step === 'sending' ? sendOn(entry, how) : giveUp(entry, how);

  return {
    ready: journal.ready,
    async arrived(ctx) {
      const update = ctx.update.update_id;
      // A store that is away is asked again before any work: nothing begins that is not written down.
      const entry = await journal.find(update).catch(() => 'unknown' as const);
      if (entry === 'unknown') return 'new';
      if (entry === 'done' || taken.has(update)) return 'dealtWith';
      taken.add(update);
      const begins = entry.step === 'claimed' || entry.step === 'running';
      if (begins && entry.runs < MOST_RUNS && clock.now() - entry.at < TOO_OLD_MS) {
        emit({ type: 'recovered', how: 'again' });
        return 'again';
      }
      // Apart from the update: the next one, perhaps a stop, must not wait for it.
      apart(async () => settleOne(entry, { api: ctx.api, say: await parts.say(ctx) }));
      return 'dealtWith';
    },
    async handled(update) {
      if (journal.left().some((entry) => entry.update === update)) await quietly(() => journal.drop(update));
    },
    async claim(claim, asked) {
      await journal.ready();
      if ((await journal.find(claim.update)) === 'done') return false;
      // First what was asked: an entry without it could offer nothing.
      if (asked !== undefined) await work.keepAsked(claim, asked);
      return journal.claim(claim);
    },
    async begun(update, address) {
      const entry = journal.open(update);
      if (entry === undefined) return;
      const to = address ?? entry.address;
      await quietly(() => journal.change(update, { step: 'running', runs: entry.runs + 1, address: to }));
    },
    live(update) {
      const address = journal.open(update)?.address;
      return {
        messageId: address?.kind === 'inline' ? undefined : address?.messageId,
        inlineMessageId: address?.kind === 'inline' ? address.inlineMessageId : undefined,
        async found(id) {
          const now = journal.open(update)?.address;
          const to: OutletAddress | undefined =
            typeof id === 'string'
              ? { kind: 'inline', inlineMessageId: id }
              : now === undefined || now.kind === 'inline'
                ? undefined
                : { ...now, messageId: id };
          if (to !== undefined) await quietly(() => journal.change(update, { address: to }));
        },
      };
    },
    async sending(update, { answer, outlet, tokens }) {
      const entry = journal.open(update);
      if (entry === undefined) return logOf(update);
      const { parts: texts, file } = answer;
      await quietly(async () => {
        if (entry.again) await work.keepRest(entry, answer);
        await journal.change(update, {
          step: 'sending',
          address: outlet.address?.(),
          sent: 0,
          leaving: false,
          parts: texts.length + (file === undefined ? 0 : 1),
          tokens,
        });
      });
      if (tokens > 0) await quietly(() => parts.charge(entry.user, tokens, String(update)));
      return logOf(update);
    },
    end,
    forget: (user) => quietly(() => journal.forget(user)),
    async settle(api, first) {
      await journal.ready();
      for (const entry of journal.left()) {
        if (entry.update >= first || taken.has(entry.update)) continue;
        taken.add(entry.update);
        apart(() => settleOne(entry, { api }));
      }
    },
    get left() {
      return journal.left().length;
    },
    async idle() {
      await Promise.all(running);
    },
  };
}
