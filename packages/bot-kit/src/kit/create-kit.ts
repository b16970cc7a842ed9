// What do all features of one bot share? The model, the queue, what is remembered, and the way an answer is made.
import type { Update } from 'grammy/types';
import type { AIContext } from '../feature.js';
import { createJobQueue, type JobQueue } from '../jobs/create-job-queue.js';
import { JOB_LIMITS } from '../jobs/job-limits.js';
import { createJournal } from '../jobs/journal.js';
import { type Collector, createCollector } from '../joining/create-collector.js';
import { createHeldList, type HeldList } from '../joining/held-chats.js';
import type { JoinKind } from '../joining/piece.js';
import { privateModel } from '../model/from-cocoon.js';
import type { PrivateModel } from '../model/private-model.js';
import { memoryStorage } from '../storage/memory-storage.js';
import { createVault, type Vault } from '../storage/vault.js';
import { type Say, sayIn } from '../texts/say.js';
import { createRecentCheck, type RecentCheck } from '../verification/recent-check.js';
import { type Budget, createBudget } from './budget.js';
import { type Buttons, createButtons } from './buttons.js';
import { parseChoices } from './choices.js';
import { type Consents, createConsents } from './consents.js';
import { type Credits, createCredits } from './credits.js';
import { createDepartures, type Departures } from './departures.js';
import type { OfferMore, Owner } from './kit.js';
import { createOpenWork } from './open-work.js';
import { createRecovery, type Recovery } from './recovery.js';
import { refuse } from './refuse.js';
import type { KitSettings } from './settings.js';
import { createToldLately } from './told-lately.js';

export interface BaseKit<C extends AIContext = AIContext> {
  readonly settings: KitSettings<C>;
  readonly jobs: JobQueue;
  readonly vault: Vault;
  readonly check: RecentCheck;
  readonly budget: Budget;
  readonly credits: Credits;
  readonly buttons: Buttons;
  readonly recovery: Recovery<C>;
  /** Aborted when the kit is closed. */
  readonly closed: AbortSignal;
  /** What is being sent through the bot again, until an answer to it is asked for. */
  readonly replayed: WeakSet<Update>;
  /** Sends a context through all features once more. Set by whoever has them. */
  dispatch: (ctx: C) => Promise<unknown>;
  /** What each action's button does. */
  readonly actions: Map<string, (ctx: C, value: string) => Promise<void>>;
  readonly consents: Consents;
  /** What people asked before they had read what happens to their text, by person and chat. */
  readonly waiting: Map<string, () => Promise<unknown>>;
  /** Messages that are being ended for answers that never began. */
  readonly endings: Set<Promise<void>>;
  /** What features want joined. */
  readonly joins: Set<JoinKind>;
  readonly collector: Collector<C>;
  readonly heldChats: HeldList;
  /** What is offered to people whose budget is used up. */
  readonly offers: OfferMore<C>[];
  /** Says whether a person may be told again that they are not let in. */
  readonly mayTell: (user: number) => boolean;
  /** What features do when everything of somebody is deleted. */
  readonly cleaners: ((owner: Owner) => Promise<void>)[];
  readonly departures: Departures;
  /** Deletes all of it. Number of records. */
  forget(owner: Owner): Promise<number>;
  model(): Promise<PrivateModel>;
  language(ctx: C): Promise<string>;
  say(ctx: C): Promise<Say>;
  close(): Promise<void>;
}

const PROCESS_BYTES = 9;
/** Deletes what has expired. */
const SWEEP_MS = 10 * 60_000;

export function createBaseKit<C extends AIContext>(settings: KitSettings<C>): BaseKit<C> {
  const { limits, clock, randomBytes, storage, emit, retention } = settings;
  const vault = createVault({
    adapter: storage?.adapter ?? memoryStorage(),
    salts: storage?.salts,
    // Without storage nothing leaves this process, and the key dies with it.
    keys: storage?.keys ?? [{ id: 'memory', key: randomBytes(32) }],
    clock,
    randomBytes,
    onUnreadable: () => emit({ type: 'record-unreadable', count: 1 }),
  });
  const records = (user: number) => vault.scope(ownerName({ user }));
  const model = once(() => privateModel(settings.cocoon, { model: settings.model }));
  const credits = createCredits((user) => vault.scope(ownerName({ payments: user })));
  const jobs = createJobQueue({
    clock,
    random: randomBytes,
    limits: {
      ...JOB_LIMITS,
      runningPerUser: limits.jobsPerUser,
      runningPerProcess: limits.jobsPerProcess,
      queuedPerProcess: limits.waitingJobs,
      maxRunMs: limits.jobMs,
    },
  });
  const endings = new Set<Promise<void>>();
  const ended = new AbortController();
  const waiting = new Map<string, () => Promise<unknown>>();
  const cleaners: ((owner: Owner) => Promise<void>)[] = [];
  const forget = async (owner: Owner): Promise<number> => {
    if ('user' in owner) for (const job of jobs.jobsOf(owner.user)) job.stop('forgotten');
    if ('user' in owner)
      for (const name of waiting.keys()) if (name.startsWith(`${owner.user}:`)) waiting.delete(name);
    if ('user' in owner) await recovery.forget(owner.user);
    for (const clean of cleaners) await clean(owner);
    return vault.scope(ownerName(owner)).forget();
  };
  const departures = createDepartures({ clock, records: () => vault.scope('bot'), forget });
  const sweep = async () => {
    await vault.sweep();
    const deleted = await departures.sweep();
    if (deleted.gone > 0) emit({ type: 'forgotten', records: deleted.records });
  };
  void sweepForever(sweep, { clock, signal: ended.signal });

  const language = async (ctx: C): Promise<string> => {
    const asked = languageBy(settings, ctx);
    if (asked !== undefined) return asked;
    const user = ctx.from?.id;
    // A store that is away must not keep a person from hearing that it is.
    const kept =
      user === undefined
        ? undefined
        : await records(user)
            .get('choices')
            .catch(() => undefined);
    const chosen = parseChoices(kept).language;
    return chosen ?? ctx.from?.language_code ?? 'en';
  };

  const say = async (ctx: C): Promise<Say> => sayIn(await language(ctx), settings.texts);
  const buttons = createButtons({ records, ttlMs: retention.buttons, randomBytes });
  const budget = createBudget({ limits, clock, records, credits });
  const process = Buffer.from(randomBytes(PROCESS_BYTES)).toString('base64url');
  const recovery = createRecovery<C>({
    journal: createJournal({ store: vault.records('journal'), clock, process }),
    work: createOpenWork({ records, buttons, texts: settings.texts }),
    charge: budget.spend,
    clock,
    process,
    say,
    emit,
  });

  const joins = new Set<JoinKind>();
  const heldChats = createHeldList(vault.scope('joining'));
  const kit: BaseKit<C> = {
    settings,
    recovery,
    closed: ended.signal,
    replayed: new WeakSet(),
    dispatch: async () => undefined,
    jobs,
    vault,
    check: createRecentCheck({ model, clock, emit }),
    budget,
    credits,
    buttons,
    actions: new Map(),
    consents: createConsents(settings, records),
    waiting,
    endings,
    offers: [],
    joins,
    heldChats,
    collector: createCollector({
      clock,
      joins: (kind) => settings.joinMessages !== false && joins.has(kind),
      onHold: async (ctx) => heldChats.add(ctx.chat?.id ?? 0, await language(ctx)),
      onGone: (ctx) => heldChats.remove(ctx.chat?.id ?? 0),
      onError: (ctx, error) => refuse({ base: kit, ctx, feature: 'joining', error }),
    }),
    mayTell: createToldLately(() => clock.now()),
    cleaners,
    departures,
    forget,
    model,
    language,
    say,
    async close() {
      ended.abort();
      // What is held becomes jobs first: these say that the bot restarts.
      await kit.collector.close();
      await jobs.stopAll('shutdown');
      await Promise.allSettled(endings);
      await recovery.idle();
    },
  };
  return kit;
}

export function ownerName(owner: Owner): string {
  if ('payments' in owner) return `payments:${owner.payments}`;
  return 'user' in owner ? `user:${owner.user}` : `chat:${owner.chat}`;
}

/** A hook that throws decides nothing. */
function languageBy<C extends AIContext>({ language }: KitSettings<C>, ctx: C): string | undefined {
  try {
    return language?.(ctx);
  } catch {
    return undefined;
  }
}

/** The first answer is kept, a failure is not. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

async function sweepForever(
  sweep: () => Promise<unknown>,
  { clock, signal }: Pick<KitSettings, 'clock'> & { signal: AbortSignal },
) {
  while (!signal.aborted) {
    await clock.sleep(SWEEP_MS, signal).catch(() => undefined);
    // A store that is away now is swept ten minutes later.
    if (!signal.aborted) await sweep().catch(() => undefined);
  }
}
