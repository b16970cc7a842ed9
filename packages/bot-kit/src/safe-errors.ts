// What may be said about an error? Its code and place; never what a person wrote, a name, an id, or the bot's token.
import { CocoonError } from '@cocoonkit/sdk';
import { type Bot, BotError, type Context, GrammyError, HttpError } from 'grammy';

/** Everything that is left of an error. Safe to log, count and send elsewhere. */
export interface SafeError {
  /** `TELEGRAM_<code>`, `TELEGRAM_UNREACHABLE`, the code of a CocoonError, or `UNEXPECTED`. */
  readonly code: string;
  /** Of the Bot API, where a call failed. */
  readonly method?: string | undefined;
  /** What Telegram says, where it says the same to everybody. */
  readonly description?: string | undefined;
  /** Of CocoonErrors, which never hold what a person wrote. */
  readonly remedy?: string | undefined;
  /** Where an unexpected error came from: functions, files, lines. */
  readonly at?: readonly string[] | undefined;
}

export interface SafeErrorsOptions {
  /** Default: one line on standard error, because an error that nobody hears of helps nobody. */
  onError?: ((error: SafeError) => void) | undefined;
}

const MAX_FRAMES = 8;
const METHOD = /^[a-z][A-Za-z]{2,60}$/;
const SOCKET_CODE = /^E[A-Z_]{3,20}$/;
const FRAME =
  /^ {4}at (?:async )?(?:([\w$.<>]{1,80}) )?\(?(?:file:\/\/|node:)?[^\n()]*?([\w.@-]{1,80}:\d+:\d+)\)?$/;
/** Other descriptions can quote the message ("can't parse entities: …"). */
const SAID_TO_EVERYBODY =
  /^(?:Too Many Requests: retry after \d+|Forbidden: (?:bot was blocked by the user|bot was kicked from the \w+ chat|user is deactivated|bot can't initiate conversation with a user)|Unauthorized|Conflict: terminated by other getUpdates request; make sure that only one bot instance is running|Bad Request: (?:chat not found|message is not modified|message to edit not found|message to delete not found|message is too long|message text is empty|query is too old and response timeout expired or query ID is invalid)|Internal Server Error|Bad Gateway|Gateway Timeout)/;

/** Any error, reduced to what may leave this place. */
export function safeError(error: unknown): SafeError {
  if (error instanceof BotError) return safeError(error.error);
  if (error instanceof GrammyError) {
    const description = SAID_TO_EVERYBODY.exec(error.description)?.[0];
    return { code: `TELEGRAM_${error.error_code}`, method: methodOf(error.method), description };
  }
  if (error instanceof HttpError) {
    const method = methodOf(/'(\w+)'/.exec(error.message)?.[1]);
    return { code: 'TELEGRAM_UNREACHABLE', method, description: socketCode(error.error) };
  }
  if (error instanceof CocoonError)
    return { code: error.code, description: error.message, remedy: error.remedy };
  return { code: 'UNEXPECTED', at: framesOf(error) };
}

/**
 * Takes the place of grammY's error handler, which prints the whole context of an update, and keeps `payload` and
 * `ctx` out of whatever prints grammY's errors (console, uncaught exceptions, JSON) in this process. Errors are
 * reported and the bot goes on. `bot.catch` called later takes over again.
 */
export function safeErrors<C extends Context>(bot: Bot<C>, options: SafeErrorsOptions = {}): void {
  const report = options.onError ?? print;
  muteErrors();
  bot.catch((error) => {
    try {
      report(safeError(error));
    } catch {
      // A reporter that fails must not stop the bot, nor report itself.
    }
  });
}

/** Libraries do not print; but an error handler is what an operator looks at. */
function print(error: SafeError): void {
  process.stderr.write(`${describe(error)}\n`);
}

function describe({ code, method, description, remedy, at }: SafeError): string {
  const where = [method, ...(at ?? [])].filter((part) => part !== undefined).join(' < ');
  return [code, where, description, remedy].filter((part) => part !== undefined && part !== '').join(' | ');
}

/**
 * console.log and JSON get the safe words. Node's last words about an uncaught error list what an error holds, without
 * asking it: so what may not be listed is still there for whoever asks for it by name, but is not enumerable.
 */
function muteErrors(): void {
  const inspect = Symbol.for('nodejs.util.inspect.custom');
  for (const { prototype } of [GrammyError, HttpError, BotError]) {
    define(prototype, inspect, function (this: unknown) {
      return describe(safeError(this));
    });
    define(prototype, 'toJSON', function (this: unknown) {
      return safeError(this);
    });
  }
  hide(GrammyError.prototype, 'payload');
  hide(HttpError.prototype, 'error');
  hide(BotError.prototype, 'ctx');
}

function define(prototype: object, name: string | symbol, value: (this: unknown) => unknown): void {
  Object.defineProperty(prototype, name, { configurable: true, writable: true, value });
}

/** Their constructors assign; an accessor of the prototype sees it. */
function hide(prototype: object, name: string): void {
  Object.defineProperty(prototype, name, {
    configurable: true,
    set(this: object, value: unknown) {
      Object.defineProperty(this, name, { configurable: true, writable: true, enumerable: false, value });
    },
  });
}

const methodOf = (method: string | undefined) =>
  method !== undefined && METHOD.test(method) ? method : undefined;

function socketCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' && SOCKET_CODE.test(error.code) ? error.code : undefined;
}

/** The message stands before the frames, and could look like frames: it is cut off by its exact text. */
function framesOf(error: unknown): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  const at = error.message === '' ? 0 : error.stack.indexOf(error.message);
  if (at < 0) return [];
  return error.stack
    .slice(at + error.message.length)
    .split('\n')
    .flatMap((line) => {
      const match = FRAME.exec(line);
      return match === null ? [] : [`${match[1] ?? 'at'} ${match[2]}`];
    })
    .slice(0, MAX_FRAMES);
}
