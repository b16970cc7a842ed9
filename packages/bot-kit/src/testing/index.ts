// What does the test of a bot import? A strict Telegram Bot API emulator, for any grammY bot.

export { BusinessAccount } from './actors/business.js';
export type { Place, SendOptions } from './actors/compose-message.js';
export { Group, type NewGroup } from './actors/group.js';
export type { InlineSession } from './actors/inline-session.js';
export type { Paying } from './actors/pay.js';
export { Person } from './actors/person.js';
export type { Pressed } from './actors/press.js';
export type { AlbumFile, FileOptions, ForwardOptions } from './actors/writer.js';
export { ActorError } from './api/api-failure.js';
export { METHODS, type MethodName } from './api/method-table.js';
export {
  createTelegramEmulator,
  type EmulatorOptions,
  type Network,
  type NewUser,
  type TelegramEmulator,
} from './emulator.js';
export { type EmulatorClock, type TickingClock, tickingClock } from './state/clock.js';
export type { CallbackAnswer, CheckoutAnswer, InlineAnswer } from './state/pending-queries.js';
export type { RecordedCall } from './state/world.js';
export type { Leak, LeakOptions } from './view/find-leaks.js';
export type { WaitFor } from './wait-for.js';
