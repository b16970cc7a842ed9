// A real grammY bot with the kit in it, on the emulator, with the in-memory sealed network behind it.
import { Bot, type Context } from 'grammy';
import type { KitEvent } from '../../src/events.js';
import type { Feature } from '../../src/feature.js';
import type { PrivateAIFlavor } from '../../src/flavor.js';
import type { PrivateAIOptions } from '../../src/kit/settings.js';
import { type PrivateAI, privateAI } from '../../src/private-ai.js';
import {
  createTelegramEmulator,
  type EmulatorOptions,
  type TelegramEmulator,
} from '../../src/testing/index.js';
import { type OpenModel, openWriter, type Script } from './open-model.js';

export type BotContext = Context & PrivateAIFlavor;

export interface OpenBot extends Omit<OpenModel, 'model'> {
  readonly emu: TelegramEmulator;
  readonly bot: Bot<BotContext>;
  readonly ai: PrivateAI<BotContext>;
  readonly events: KitEvent[];
  /** What reached the bot's error handler. */
  readonly errors: unknown[];
  /** Ends the bot's process, so to speak; its Telegram stays. */
  halt(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenBotOptions {
  readonly features: readonly Feature<BotContext>[];
  readonly script?: Script | undefined;
  readonly open?: (() => Promise<OpenModel>) | undefined;
  readonly options?: Partial<PrivateAIOptions<BotContext>> | undefined;
  readonly emulator?: EmulatorOptions | undefined;
  /** One that is there already, with its chats. */
  readonly telegram?: TelegramEmulator | undefined;
  /** Before the kit's middleware. */
  readonly before?: ((bot: Bot<BotContext>) => void) | undefined;
}

export async function openBot({
  features,
  script,
  open,
  options,
  before,
  emulator,
  telegram,
}: OpenBotOptions): Promise<OpenBot> {
  const { cocoon, network, asked } = await (open ?? (() => openWriter(script ?? (() => 'Hello.'))))();
  const emu = telegram ?? (await createTelegramEmulator(emulator ?? {}));
  const bot = new Bot<BotContext>(emu.token, { client: { apiRoot: emu.apiRoot } });
  const events: KitEvent[] = [];
  const errors: unknown[] = [];
  const ai = privateAI<BotContext>({
    cocoon,
    operator: { name: 'Test Ltd', contact: '@test' },
    consent: false,
    onEvent: (event) => events.push(event),
    ...options,
  });
  ai.add(...features);
  before?.(bot);
  bot.use(ai);
  bot.catch(({ error }) => void errors.push(error));
  await ai.setup(bot);
  const polling = bot.start({ allowed_updates: ai.allowedUpdates });
  await emu.waitFor(() => emu.polling());
  const halt = async () => {
    await ai.stop();
    await bot.stop();
    await polling;
  };
  return {
    cocoon,
    network,
    asked,
    emu,
    bot,
    ai,
    events,
    errors,
    halt,
    async close() {
      await halt();
      await emu.close();
    },
  };
}
