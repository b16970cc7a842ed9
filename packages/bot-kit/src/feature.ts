// What is a feature, and what does the kit give it? Everything built in is written with this, so others can write their own.
import type { Context } from 'grammy';
import type { Update } from 'grammy/types';
import type { PrivateAIFlavor } from './flavor.js';
import type { JoinKind } from './joining/piece.js';
import type { Kit } from './kit/kit.js';
import type { ModelFeature } from './model/private-model.js';
import type { TextKey } from './texts/say.js';

export type AIContext = Context & PrivateAIFlavor;
export type UpdateName = Exclude<keyof Update, 'update_id'>;

export interface FeatureCommand {
  /** Without the slash. */
  readonly command: string;
  /** A key of the kit's sentences, or a sentence of your own. */
  readonly description: TextKey | (string & {});
  /** Where it is shown; default `private`. */
  readonly scope?: 'private' | 'groups' | 'both' | 'group-admins' | undefined;
  /** In groups: command and answer are seen only by whoever sent it. */
  readonly ephemeral?: boolean | undefined;
}

/** Settings of the bot at Telegram: seeing all messages of groups, inline mode, guest mode, and chats of business accounts. */
export type TelegramNeed = 'all-group-messages' | 'inline-queries' | 'guest-queries' | 'business';

/** What a feature keeps about a person: shown by /privacy. */
export interface Kept {
  /** A key of the kit's sentences, or your own words. */
  readonly what: TextKey | (string & {});
  readonly milliseconds: number;
}

export interface Feature<C extends AIContext = AIContext> {
  /** Kebab-case; appears in events. */
  readonly name: string;
  /** The model must offer one of these. Without, commands are hidden by `setup()` and answered with one plain sentence. */
  readonly needs?: readonly ModelFeature[] | undefined;
  readonly commands?: readonly FeatureCommand[] | undefined;
  /** Kinds of updates it handles beyond messages and buttons. */
  readonly updates?: readonly UpdateName[] | undefined;
  /** One line of what it does, for /start and /help. */
  readonly about?: TextKey | (string & {}) | undefined;
  /** Messages it wants as one where a person did one thing: see `kit.messages`. Joined for all features when one asks. */
  readonly joins?: readonly JoinKind[] | undefined;
  /** What has to be switched on at BotFather for it to work: `setup()` warns when it is not. */
  readonly telegram?: readonly TelegramNeed[] | undefined;
  readonly keeps?: readonly Kept[] | undefined;
  /** It asks people itself, before it sends anything: they do not see the general screen for it, nor again because of what it keeps. */
  readonly ownConsent?: boolean | undefined;
  install(kit: Kit<C>): void;
}
