// What can a feature do? Answer, remember, offer buttons, and say no in plain words.

import type { VerificationReport } from '@cocoonkit/sdk';
import type { Composer, NextFunction } from 'grammy';
import type { InlineKeyboardButton, InlineKeyboardMarkup, Message } from 'grammy/types';
import type { Clock } from '../clock.js';
import type { AIContext } from '../feature.js';
import type { Job } from '../jobs/job.js';
import type { ModelFeature, PrivateModel } from '../model/private-model.js';
import type { LiveMessage } from '../streamer/live-message.js';
import type { Outlet } from '../streamer/outlet.js';
import type { MarkdownOptions } from '../text/create-markdown-writer.js';
import type { FormattedText } from '../text/formatted-text.js';
import type { Say } from '../texts/say.js';
import type { Budget } from './budget.js';
import type { Credits } from './credits.js';
import type { Records } from './records.js';
import type { KitSettings } from './settings.js';

/** What a running answer works with. Everything it sends goes through `model`, which verifies first and counts what is spent. */
export interface Work {
  readonly model: PrivateModel;
  readonly signal: AbortSignal;
  readonly say: Say;
  /** As in Telegram's `language_code`. */
  readonly language: string;
  /** Shown until the first text of the answer. */
  status(text: string): void;
}

export interface FinishedAnswer {
  readonly text: string;
  readonly stopped: boolean;
  /** The line about the machines as it stands below the answer; empty when it does not. */
  readonly badge: string;
  /** Of the last model call; absent when the model was not asked. */
  readonly report?: VerificationReport | undefined;
}

export interface AnswerOrder {
  /** Markdown, piece by piece. */
  produce(work: Work): AsyncIterable<string>;
  /** Put above the answer when it is sent; somebody else's words go into `folded`. Asked for when the answer has ended. */
  head?: (() => FormattedText | undefined) | undefined;
  /** Rows of buttons under the finished answer. */
  buttons?: ((answer: FinishedAnswer) => Promise<InlineKeyboardButton[][]>) | undefined;
  /** Called with the complete answer before the job ends, for memory. Not called when it failed. */
  done?: ((answer: FinishedAnswer) => Promise<void>) | undefined;
  /** Name of a file for answers longer than three messages; default `answer.md`. Asked for when the answer has ended. */
  readonly fileName?: string | undefined;
  /** What stands in that file; default the answer and its badge. */
  file?: ((text: string, badge: string, say: Say) => string) | undefined;
  /** Where the answer appears, when not as usual in the chat of the update. */
  outlet?:
    | ((show: {
        thinking: string;
        stopKeyboard: InlineKeyboardMarkup | undefined;
        /** For outlets that send a message first and then edit it: pass it on. */
        live: LiveMessage;
      }) => Outlet)
    | undefined;
  /** No badge and no buttons, and nothing is kept for them: the outlet shows its own. */
  bare?: boolean | undefined;
  /** False: after a crash it is neither sent on nor offered again, because only this process knows what it was for. Default true. */
  again?: boolean | undefined;
  links?: MarkdownOptions['links'];
}

/** `payments`: what a person paid, apart from all else about them. */
export type Owner = { readonly user: number } | { readonly chat: number } | { readonly payments: number };

/** Called after a person was told that their budget is used up. `ask` asks again what was refused. */
export type OfferMore<C extends AIContext = AIContext> = (
  ctx: C,
  ask: () => Promise<Job | undefined>,
) => Promise<void>;

export interface Kit<C extends AIContext = AIContext> {
  /** Where a feature adds handlers. Wrap each in `guard`, or use `command` and `button`. */
  readonly routes: Composer<C>;
  readonly settings: KitSettings<C>;
  readonly clock: Clock;
  readonly budget: Budget;
  /** What people have paid for. */
  readonly credits: Credits;
  /** Asks the proxy once; again when that failed. @throws CocoonError of verification and of the proxy */
  model(): Promise<PrivateModel>;
  can(...features: readonly ModelFeature[]): Promise<boolean>;
  say(ctx: C): Promise<Say>;
  language(ctx: C): Promise<string>;
  /** What is remembered of a person or a chat. */
  records(owner: Owner): Records;
  /** Deletes all of it and makes old copies unreadable. Number of records. */
  forget(owner: Owner): Promise<number>;
  /** Called before everything of somebody is deleted, for what is kept elsewhere. */
  whenForgotten(clean: (owner: Owner) => Promise<void>): void;
  /** For handlers outside `guard`. @throws CocoonError `HOOK_FAILED`, `HOOK_TIMEOUT` */
  allowed(ctx: C): Promise<boolean>;
  /** The machines' report, at most ten minutes old, or made now. */
  verification(options?: { now?: boolean | undefined }): Promise<VerificationReport>;
  /** Runs the handler only for people with access and a model that can; whatever it throws is said in plain words. */
  guard<D extends C>(
    handler: (ctx: D, next: NextFunction) => Promise<unknown>,
  ): (ctx: D, next: NextFunction) => Promise<void>;
  /** `text` is what follows the command. */
  command(name: string, handler: (ctx: C, text: string) => Promise<unknown>): void;
  /** `action`: 1 to 12 small letters, unlike any other feature's. Only whoever got the button can press it. */
  button(action: string, handler: (ctx: C, value: string) => Promise<unknown>): void;
  /** Whether a feature of this bot handles buttons of this action. */
  hasButton(action: string): boolean;
  /** The messages that came as one, in order: an album, or several forwards. A text the app had cut is one message again. */
  messages(ctx: C): readonly Message[];
  /** A button that calls the handler of `action` with `value`, for 24 hours. */
  makeButton(ctx: C, what: { text: string; action: string; value: string }): Promise<InlineKeyboardButton>;
  /** A link into the private chat that calls the handler of `action` there, for the same person and as long; for others it is /start. */
  makeLink(ctx: C, what: { text: string; action: string; value: string }): Promise<InlineKeyboardButton>;
  /** Does what a link of `makeLink` says. False when it is none, is too old, or is somebody else's. */
  followLink(ctx: C, payload: string): Promise<boolean>;
  /** Queues an answer and returns at once. `undefined` when it was refused and the person told why. */
  answer(ctx: C, order: AnswerOrder): Promise<Job | undefined>;
  /** Shows somebody else's words as quotations that open when pressed; nothing in them can be pressed otherwise. */
  quote(ctx: C, passages: readonly { mark: string; text: string }[]): Promise<void>;
  /** Ends what this person has running in this chat. False when nothing was. */
  stop(ctx: C): boolean;
  /** Whether the person has agreed to what this bot does today; if not, `answer` asks them. */
  agreed(ctx: C): Promise<boolean>;
  /** "I understand": its handler gets what was shown when it was made. */
  agreeButton(ctx: C): Promise<InlineKeyboardButton>;
  /** Remembers what the person has read and agreed to. What they had asked in this chat comes back, to be asked again. */
  consent(ctx: C, shown: string): Promise<(() => Promise<unknown>) | undefined>;
  /** What to offer to people whose budget is used up. */
  offerMore(offer: OfferMore<C>): void;
  /** Says an error in plain words. */
  refuse(ctx: C, error: unknown): Promise<void>;
}
