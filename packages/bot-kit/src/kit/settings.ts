// Options -> settings: every default and every check.
import type { Cocoon } from '@cocoonkit/sdk';
import { CocoonError } from '@cocoonkit/sdk';
import type { StorageAdapter } from 'grammy';
import type { Access } from '../access/access.js';
import { type Clock, systemClock } from '../clock.js';
import type { KitEvent } from '../events.js';
import type { AIContext } from '../feature.js';
import type { AfterModel, BeforeModel, Price } from '../hooks/model-result.js';
import { DEFAULT_LIMITS, DEFAULT_RETENTION, type Limits, type Retention } from '../limits.js';
import type { FetchLinkOptions } from '../readers/fetch-link.js';
import { checkReaders, type FileReader } from '../sources/file-reader.js';
import { checkFetchers, type LinkFetcher } from '../sources/link-fetcher.js';
import type { StorageKey } from '../storage/storage-keys.js';
import type { AnswerFormat } from '../streamer/stream-answer.js';
import type { Texts } from '../texts/say.js';

/** A voice message, audio file or video note, in memory. */
export interface AudioInput {
  readonly bytes: Uint8Array;
  readonly mime: string;
  readonly seconds: number;
}

export interface PrivateAIOptions<C extends AIContext = AIContext> {
  /** From `createCocoon`: the sealed client that verifies the machines. */
  cocoon: Cocoon;
  /** Default: the first model the proxy offers. */
  model?: string | undefined;
  /** Who runs the bot: shown by /privacy and in errors. `setup()` refuses to go on without it in production. */
  operator?: { name: string; contact: string; policyUrl?: string | undefined } | undefined;
  /** Encrypted storage. Without it everything is kept in memory and lost on restart. */
  storage?:
    | {
        adapter: StorageAdapter<string>;
        /** The first encrypts, all open. 32 bytes each, from outside the database. */
        keys: readonly StorageKey[];
        /** A store that is in no backup: with it, /forget makes older copies of `adapter` unreadable. */
        salts?: StorageAdapter<string> | undefined;
        retention?: Partial<Retention> | undefined;
      }
    | undefined;
  /** Show what happens to a person's text, and wait for their "I understand", before the first one is sent, and again when more happens to it. Default true. */
  consent?: boolean | undefined;
  /** Albums, texts that Telegram's apps cut, and several forwards become one request; each is held for up to 3 s. Default true. */
  joinMessages?: boolean | undefined;
  /** Who may use the bot: `allowUsers`, `membersOf`, or your own; default everyone. */
  access?: Access<C> | undefined;
  limits?: Partial<Limits> | undefined;
  reply?:
    | {
        /** How answers appear while they are written; default `auto`: drafts in private chats, edits in groups. */
        transport?: 'auto' | 'draft' | 'edit' | 'final' | undefined;
        /**
         * Default `entities`: text with styles, which every app shows. `rich`: headings, lists and tables as such; some apps show nothing of
         * them, so each person can change it in /settings. `plain`: words only.
         */
        format?: AnswerFormat | undefined;
        /** The line about the machines under an answer; default true. SIMULATED is always shown. */
        badge?: boolean | undefined;
        /** Default true. */
        buttons?: boolean | undefined;
      }
    | undefined;
  /** Default: the person's choice in /settings, else Telegram's `language_code`. */
  language?: ((ctx: C) => string) | undefined;
  /** Replaces sentences of the kit. */
  texts?: Texts | undefined;
  /** Turns speech into text. Only what it is given leaves the bot, and where to is your decision: say so in your policy. */
  transcribe?:
    | ((
        audio: AudioInput,
        options: { signal: AbortSignal; language: string },
      ) => AsyncIterable<string> | Promise<string>)
    | undefined;
  /** How links people send are opened; see `fetchLink`. Default: https to public addresses only. */
  links?:
    | (Pick<FetchLinkOptions, 'allowHttp' | 'ports' | 'resolve' | 'ca' | 'dangerouslyAllowAddress'> & {
        /** Your own way to pages of chosen hosts, an internal wiki for instance. All other hosts stay behind the guard. */
        fetchers?: readonly LinkFetcher[] | undefined;
      })
    | undefined;
  /** Your own readers for types of files the kit does not open. */
  readers?: readonly FileReader[] | undefined;
  /** May change a request before it is sealed, or refuse it. */
  beforeModel?: BeforeModel | undefined;
  /** Reads each answer of the model when it has ended; may refuse it before the message that stays is sent. */
  afterModel?: AfterModel | undefined;
  /** What a request counts, if not its tokens. */
  price?: Price | undefined;
  onEvent?: ((event: KitEvent) => void) | undefined;
  clock?: Clock | undefined;
  randomBytes?: ((length: number) => Uint8Array) | undefined;
  /** For files from Telegram and links people send; default the global one. */
  fetch?: typeof globalThis.fetch | undefined;
}

export interface KitSettings<C extends AIContext = AIContext> extends PrivateAIOptions<C> {
  readonly limits: Limits;
  readonly retention: Retention;
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly fetch: typeof globalThis.fetch;
  readonly emit: (event: KitEvent) => void;
}

/** @throws CocoonError `OPTIONS_INVALID` */
export function readSettings<C extends AIContext>(options: PrivateAIOptions<C>): KitSettings<C> {
  if (typeof options.cocoon?.stream !== 'function')
    throw invalid('cocoon', 'a client made by createCocoon()');
  checkReaders(options.readers);
  checkFetchers(options.links?.fetchers);
  const limits = { ...DEFAULT_LIMITS, ...defined(options.limits ?? {}) };
  for (const [name, value] of Object.entries(limits))
    if (!Number.isSafeInteger(value) || value < 1) throw invalid(`limits.${name}`, 'a whole number above 0');
  const retention = { ...DEFAULT_RETENTION, ...defined(options.storage?.retention ?? {}) };
  for (const [name, value] of Object.entries(retention))
    if (!Number.isSafeInteger(value) || value < 1)
      throw invalid(`storage.retention.${name}`, 'milliseconds above 0');
  if (options.storage !== undefined && options.storage.keys.length === 0)
    throw invalid('storage.keys', 'at least one key: nothing is ever stored unencrypted');
  return {
    ...options,
    limits,
    retention,
    clock: options.clock ?? systemClock,
    randomBytes: options.randomBytes ?? ((length) => crypto.getRandomValues(new Uint8Array(length))),
    fetch: options.fetch ?? globalThis.fetch,
    emit: (event) => {
      // An operator's hook must not break an answer.
      try {
        options.onEvent?.(event);
      } catch {}
    },
  };
}

function defined<T extends object>(part: Partial<T>): Partial<T> {
  const kept: Partial<T> = { ...part };
  for (const name of Object.keys(part) as (keyof T)[]) if (kept[name] === undefined) delete kept[name];
  return kept;
}

function invalid(field: string, expected: string): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'OPTIONS_INVALID',
    message: `privateAI(): \`${field}\` must be ${expected}.`,
    remedy: 'Correct the option.',
    details: { field },
  });
}
