// What did the bot set up about itself? Commands by scope and language, menu buttons, names and descriptions.
import type { BotCommand, MenuButton } from 'grammy/types';

export class Settings {
  /** By `scope|language`. */
  readonly commands = new Map<string, readonly BotCommand[]>();
  /** By private chat; 0 is the default. */
  readonly menuButtons = new Map<number, MenuButton>();
  /** By `name|language`, `description|language`, `short|language`. */
  readonly texts = new Map<string, string>();
  webhook: Webhook | undefined;
  administratorRights: Record<string, unknown> = {};
}

export interface Webhook {
  readonly url: string;
  readonly secret: string | undefined;
  readonly maxConnections: number;
  lastError?: { readonly date: number; readonly message: string } | undefined;
}
