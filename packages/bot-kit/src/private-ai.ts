// How does a bot get private AI? One middleware that features are added to.
import { type Bot, Composer } from 'grammy';
import type { AIContext, Feature, UpdateName } from './feature.js';
import { departing } from './features/departing.js';
import { privacy } from './features/privacy.js';
import { settings } from './features/settings.js';
import { start } from './features/start.js';
import { verificationCard } from './features/verification-card.js';
import type { JobQueue } from './jobs/create-job-queue.js';
import { tellLeft } from './joining/tell-left.js';
import { type BaseKit, createBaseKit } from './kit/create-kit.js';
import { kitFor } from './kit/kit-for.js';
import { kitMiddleware } from './kit/middleware.js';
import { type PrivateAIOptions, readSettings } from './kit/settings.js';
import { setUpBot } from './setup-bot.js';
import type { SetupWarning } from './setup-warnings.js';
import { NEEDED_UPDATES, USUAL_UPDATES } from './update-types.js';

/**
 * Middleware for grammY. Add features, `bot.use(ai)`, `await ai.setup(bot)`, then start the bot with `ai.allowedUpdates`.
 * Middleware installed before it keeps working; updates no feature handles go on to what comes after it.
 */
export class PrivateAI<C extends AIContext = AIContext> extends Composer<C> {
  readonly #kit: BaseKit<C>;
  readonly #features: Feature<C>[] = [];

  constructor(options: PrivateAIOptions<C>) {
    super();
    this.#kit = createBaseKit(readSettings(options));
    this.#kit.dispatch = async (ctx) => this.middleware()(ctx, async () => undefined);
    this.use(kitMiddleware(this.#kit));
    this.add(
      departing(this.#kit.departures),
      verificationCard(),
      privacy(() => this.#features.flatMap(({ keeps = [] }) => keeps)),
      start(() => this.#features),
      settings(),
    );
  }

  /** Earlier features see an update first. */
  add(...features: readonly Feature<C>[]): this {
    for (const feature of features) {
      this.#features.push(feature);
      const { keeps = [] } = feature;
      if (keeps.length > 0 && feature.ownConsent !== true)
        this.#kit.consents.keeping.set(feature.name, keeps);
      for (const kind of feature.joins ?? []) this.#kit.joins.add(kind);
      const routes = new Composer<C>();
      feature.install(kitFor(feature, { base: this.#kit, routes }));
      this.use(routes);
    }
    return this;
  }

  /**
   * Asks the model what it can do, sets the bot's commands, and gives (also as events) what would not work as the bot is set up. Call it once before starting.
   * @throws CocoonError `OPERATOR_MISSING` when NODE_ENV is production and nobody is named; those of verification
   */
  async setup(
    bot: Bot<C>,
    { production = process.env['NODE_ENV'] === 'production' } = {},
  ): Promise<readonly SetupWarning[]> {
    const updates = [
      ...new Set([...NEEDED_UPDATES, ...this.#features.flatMap(({ updates: own = [] }) => own)]),
    ];
    const features = this.#features;
    const warnings = await setUpBot({ bot, kit: this.#kit, features, production, updates });
    await tellLeft(this.#kit, bot.api);
    return warnings;
  }

  /** For `bot.start({ allowed_updates })`: without it the native stop button would not reach the bot. */
  get allowedUpdates(): UpdateName[] {
    const wanted = this.#features.flatMap(({ updates = [] }) => updates);
    return [...new Set<UpdateName>([...USUAL_UPDATES, ...wanted])];
  }

  get jobs(): JobQueue {
    return this.#kit.jobs;
  }

  /** Stops what runs, sends what exists, and waits for it. Call it before the process ends. */
  async stop(): Promise<void> {
    await this.#kit.close();
  }
}

/** @throws CocoonError `OPTIONS_INVALID` */
export function privateAI<C extends AIContext = AIContext>(options: PrivateAIOptions<C>): PrivateAI<C> {
  return new PrivateAI<C>(options);
}
