// How does a test get a Telegram of its own? A strict Bot API over real HTTP on loopback, with people to play.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { User, UserFromGetMe } from 'grammy/types';
import type { Place } from './actors/compose-message.js';
import { Group, type NewGroup } from './actors/group.js';
import { Person } from './actors/person.js';
import { createApiServer, type ServerState } from './http/create-server.js';
import { startWebhookSender } from './http/webhook-sender.js';
import { type EmulatorClock, type TickingClock, tickingClock } from './state/clock.js';
import { type RecordedCall, World } from './state/world.js';
import { chatPage } from './view/chat-page.js';
import { findLeaks, type Leak, type LeakOptions } from './view/find-leaks.js';
import { screen } from './view/screen.js';
import { createWaitFor, type WaitFor } from './wait-for.js';

export interface EmulatorOptions<C extends EmulatorClock = TickingClock> {
  /** Default: a {@link tickingClock}, which stands still until the test moves it. */
  readonly clock?: C | undefined;
  /** What `getMe` says beyond the defaults, for instance `{ can_read_all_group_messages: true }`. */
  readonly bot?: Partial<Omit<UserFromGetMe, 'is_bot'>> | undefined;
  readonly token?: string | undefined;
  /** Whether the bot gets `chosen_inline_result`, a setting at BotFather. Default true. */
  readonly inlineFeedback?: boolean | undefined;
}

export interface NewUser extends Partial<Omit<User, 'is_bot'>> {
  readonly first_name: string;
}

/** Cuts and stops of the connection between bot and Telegram. */
export interface Network {
  /** Cuts the next calls: before they took effect (`request`, default) or after (`answer`: done, but the bot cannot know). */
  drop(options?: { method?: string; times?: number; when?: 'request' | 'answer' }): void;
  /** Cuts every open connection now, a hanging poll too. */
  cut(): void;
}

export interface TelegramEmulator<C extends EmulatorClock = TickingClock> {
  /** For `new Bot(token, { client: { apiRoot } })`. */
  readonly apiRoot: string;
  readonly token: string;
  readonly bot: UserFromGetMe;
  readonly clock: C;
  /** Every call of the bot but getUpdates, with its outcome. */
  readonly calls: readonly RecordedCall[];
  /** What Telegram would have swallowed without a word. */
  readonly warnings: readonly string[];
  readonly network: Network;
  /** A new group; its id is negative, as Telegram's are. */
  group(group: NewGroup): Group;
  /** A new person with an account; the bot knows them once they write. */
  user(profile: NewUser): Person;
  callsOf(method: string): RecordedCall[];
  /** The next `times` calls of `method` (`*`: any but getUpdates) are refused with 429. */
  rateLimit(method: string, times: number, retryAfter: number): void;
  /** The next `times` calls of `method` are refused with this code. */
  fail(method: string, code: number, options?: { times?: number; description?: string }): void;
  /** Holds back the next call of `method` until the returned function is called. */
  hold(method: string): () => void;
  /** True while the bot's long poll hangs. */
  polling(): boolean;
  screen(person: Person, place?: Place): string;
  /** The same as a page of its own: a chat to look at, without scripts or requests. */
  html(person: Person, place?: Place): string;
  /** Where this text turned up though it should not have: see {@link LeakOptions}. */
  leaks(secret: string, options?: LeakOptions): Leak[];
  waitFor: WaitFor;
  /** Waits until the bot has taken and confirmed every update and no call of it is running. */
  settled(): Promise<void>;
  /** Ends the server; hanging polls are cut. */
  close(): Promise<void>;
}

/** Starts an emulated Telegram with one bot. Close it when the test is over. */
export async function createTelegramEmulator<C extends EmulatorClock = TickingClock>(
  options: EmulatorOptions<C> = {},
): Promise<TelegramEmulator<C>> {
  // Without a clock of the caller, C is the default.
  const clock = options.clock ?? (tickingClock() as unknown as C);
  const token = options.token ?? '1000000001:emulated-token-emulated-token-00000';
  const world = new World(clock, token, botProfile(Number(token.split(':')[0]), options.bot));
  const state: ServerState = { running: 0 };
  const server = createApiServer(world, state);
  const webhooks = startWebhookSender(world);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const waitFor = createWaitFor(world);
  let nextUser = 2_000_001;
  let nextGroup = -1_001_000_000_001;
  world.inlineFeedback = options.inlineFeedback ?? true;
  return {
    // A listening TCP server has an address with a port.
    apiRoot: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    bot: world.bot,
    clock,
    calls: world.calls,
    warnings: world.warnings,
    network: {
      drop({ method = '*', times = 1, when = 'request' } = {}) {
        world.faults.order(method, times, { kind: 'drop', when });
      },
      cut: () => server.closeAllConnections(),
    },
    group: (group) => new Group(world, nextGroup--, group),
    user(profile) {
      const { id = nextUser++, ...rest } = profile;
      const user: User = { ...rest, id, is_bot: false };
      world.users.set(id, user);
      const { first_name, last_name, username } = user;
      world.addChat({
        id,
        type: 'private',
        first_name,
        ...(last_name === undefined ? {} : { last_name }),
        ...(username === undefined ? {} : { username }),
      });
      return new Person(world, user, waitFor);
    },
    callsOf: (method) => world.calls.filter((call) => call.method === method),
    rateLimit: (method, times, retryAfter) => world.faults.rateLimit(method, times, retryAfter),
    fail: (method, code, { times = 1, description } = {}) =>
      world.faults.fail(method, code, times, description),
    hold(method) {
      let release: () => void = () => undefined;
      const until = new Promise<void>((resolve) => {
        release = resolve;
      });
      world.faults.order(method, 1, { kind: 'hold', until });
      return release;
    },
    polling: () => world.poller.waiting,
    screen: (person, place = person) => screen(world, person.id, place.record),
    html: (person, place = person) => chatPage(world, person.id, place.record),
    leaks: (secret, leakOptions = {}) => findLeaks(world, secret, leakOptions),
    waitFor,
    async settled() {
      await waitFor(
        () => world.updates.waiting.length === 0 && state.running === 0 && webhooks.running === 0,
        () => `the bot to be done: ${world.updates.waiting.length} updates wait, ${state.running} calls run`,
      );
    },
    async close() {
      webhooks.stop();
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

function botProfile(id: number, given: EmulatorOptions['bot'] = {}): UserFromGetMe {
  return {
    id,
    is_bot: true,
    first_name: 'Bot',
    username: 'emulated_bot',
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_guest_queries: true,
    supports_inline_queries: true,
    can_connect_to_business: true,
    has_main_web_app: false,
    has_topics_enabled: false,
    allows_users_to_create_topics: false,
    can_manage_bots: false,
    supports_join_request_queries: false,
    ...given,
  };
}
