// How is the answer itself sent? Patiently, in order, each part until Telegram acknowledged it; nothing twice.
import { CocoonError } from '@cocoonkit/sdk';
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { Clock } from '../clock.js';
import type { FormattedText } from '../text/formatted-text.js';
import { numberParts } from '../text/number-parts.js';
import { splitMessage } from '../text/split-message.js';
import { withoutEntities } from '../text/without-entities.js';
import { judgeFailure } from './judge-failure.js';
import type { Delivered, Outlet, Place, Shown } from './outlet.js';

/** An answer as it goes out. */
export interface PreparedAnswer {
  readonly parts: readonly FormattedText[];
  /** All of them as one message of blocks: tried first, where Telegram takes it. */
  readonly rich?: Shown | undefined;
  /** After the parts. */
  readonly file?: { readonly name: string; readonly text: string } | undefined;
  /** Under the last of all. */
  readonly keyboard?: InlineKeyboardMarkup | undefined;
}

/** Hears of every step before it is taken, so that another process can go on from there. Parts and the file are counted from 0. */
export interface DeliveryLog {
  /** Everything before number `sent` has been acknowledged; that one is about to leave (`leaving`), or has surely not left. */
  at(sent: number, leaving: boolean): Promise<void>;
}

export interface DeliverOptions {
  outlet: Outlet;
  clock: Clock;
  answer: PreparedAnswer;
  /** Number of the part to begin with; default the first. */
  from?: number | undefined;
  deliverMs: number;
  /** Send again when nobody knows whether the last attempt arrived: better twice than never. */
  repeatUncertain: boolean;
  log?: DeliveryLog | undefined;
}

export interface Delivery {
  messages: Delivered[];
  /** As one message of blocks. */
  rich?: boolean | undefined;
  end: 'delivered' | 'blocked' | 'uncertain' | 'failed';
  error?: unknown;
}

const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;
/** What Telegram takes, to the last unit. */
const MOST_UNITS = 4_096;

/** Splits it, or makes a file of it. `cut`: the rest did not fit where only one message is possible. */
export function prepareAnswer(
  outlet: Outlet,
  options: {
    /** Its blocks are sent where they can be; where Telegram takes none, its text. */
    message: Shown;
    /** The whole answer, for a long one. */
    file: () => { name: string; text: string };
    keyboard: InlineKeyboardMarkup | undefined;
    /** More messages than this become one message and a file. */
    maxMessages: number;
  },
): PreparedAnswer & { readonly cut: boolean } {
  const { message, keyboard, maxMessages } = options;
  const whole = splitMessage({ text: message.text, entities: message.entities });
  const asFile = whole.length > Math.max(maxMessages, 1) && outlet.sendFile !== undefined;
  const cut = !asFile && whole.length > outlet.maxParts;
  const parts = asFile ? whole.slice(0, 1) : numberParts(whole.slice(0, outlet.maxParts));
  return {
    parts: asFile || cut ? parts.map(goesOn) : parts,
    rich: message.blocks !== undefined && outlet.rich === true ? message : undefined,
    file: asFile ? options.file() : undefined,
    keyboard,
    cut,
  };
}

export async function deliverAnswer(options: DeliverOptions): Promise<Delivery> {
  const { answer, from = 0, log } = options;
  const { parts, file, keyboard } = answer;
  const delivery: Delivery = { messages: [], end: 'delivered' };
  const deadline = options.clock.now() + options.deliverMs;
  const total = parts.length + (file === undefined ? 0 : 1);
  const { rich } = answer;
  if (rich !== undefined && from === 0) {
    // Nobody may send its text after it: while it is on its way, it counts as the last part.
    const when = { deadline, index: total - 1, first: true, notLeft: 0 };
    const sent = await patiently(options, when, (signal) =>
      options.outlet.deliver(rich, { first: true, keyboard }, signal),
    );
    if (sent.end !== 'refused') {
      delivery.rich = true;
      if (note(delivery, sent)) await log?.at(total, false);
      return delivery;
    }
  }
  for (let index = from; index < total; index++) {
    const place = { first: index === 0, keyboard: index === total - 1 ? keyboard : undefined };
    const part = parts[index];
    const sent =
      part === undefined
        ? note(
            delivery,
            await patiently(options, { deadline, index, first: false }, sendFile(options, place)),
          )
        : await attempt(options, { deadline, delivery, index, part, place });
    if (!sent) return delivery;
    await log?.at(index + 1, false);
  }
  return delivery;
}

function sendFile({ outlet, answer: { file } }: DeliverOptions, place: Place) {
  return (signal: AbortSignal): Promise<Delivered> => {
    if (outlet.sendFile === undefined || file === undefined) throw new TypeError('no file here');
    return outlet.sendFile(file, { ...place, first: false }, signal);
  };
}

interface Attempt {
  deadline: number;
  delivery: Delivery;
  index: number;
  part: FormattedText;
  place: Place;
}

async function attempt(
  options: DeliverOptions,
  { deadline, delivery, index, part, place }: Attempt,
): Promise<boolean> {
  const { outlet } = options;
  const when = { deadline, index, first: place.first };
  const sent = await patiently(options, when, (signal) => outlet.deliver(part, place, signal));
  if (sent.end !== 'refused') return note(delivery, sent);
  // Telegram does not like the entities: the words matter more. Stops make them longer.
  const bare = splitMessage(withoutEntities(part), { units: MOST_UNITS }).slice(0, outlet.maxParts);
  for (const [number, piece] of bare.entries()) {
    const here = {
      first: place.first && number === 0,
      keyboard: number === bare.length - 1 ? place.keyboard : undefined,
    };
    if (
      !note(
        delivery,
        await patiently(options, { deadline, index, first: here.first }, (signal) =>
          outlet.deliver(piece, here, signal),
        ),
      )
    )
      return false;
  }
  return true;
}

interface Sending {
  deadline: number;
  index: number;
  first: boolean;
  /** What is known to be sent when this has surely not left; default everything before it. */
  notLeft?: number | undefined;
}

type Sent =
  | { end: 'delivered'; message: Delivered }
  | { end: 'blocked' | 'uncertain' | 'failed' | 'refused'; error: unknown };

function note(delivery: Delivery, sent: Sent): boolean {
  if (sent.end === 'delivered') {
    delivery.messages.push(sent.message);
    return true;
  }
  delivery.end = sent.end === 'refused' ? 'failed' : sent.end;
  delivery.error = sent.error;
  return false;
}

/** Flood answers and failures of Telegram are waited out, up to the deadline. */
async function patiently(
  { clock, repeatUncertain, outlet, log }: DeliverOptions,
  { deadline, index, first, notLeft = index }: Sending,
  send: (signal: AbortSignal) => Promise<Delivered>,
): Promise<Sent> {
  for (let backoffMs = FIRST_BACKOFF_MS; ; backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS)) {
    const late = new AbortController();
    const timer = new AbortController();
    const expired = clock.sleep(deadline - clock.now(), timer.signal).then(
      () => late.abort(notDelivered()),
      () => {},
    );
    let error: unknown;
    await log?.at(index, true);
    try {
      return { end: 'delivered', message: await orLate(send(late.signal), late.signal) };
    } catch (cause) {
      error = cause;
    } finally {
      timer.abort();
      await expired;
    }
    if (late.signal.aborted) return { end: 'uncertain', error };
    const failure = judgeFailure(error);
    if (failure.kind === 'blocked' || failure.kind === 'refused') return { end: failure.kind, error };
    if (failure.kind === 'gone') return { end: 'failed', error };
    const safe = first && outlet.repeatable();
    if (failure.kind === 'uncertain' && !safe && !repeatUncertain) return { end: 'uncertain', error };
    const waitMs = failure.kind === 'flood' ? failure.retryAfterMs : backoffMs;
    if (clock.now() + waitMs >= deadline) return { end: 'failed', error };
    if (failure.kind !== 'uncertain') await log?.at(notLeft, false);
    await clock.sleep(waitMs);
  }
}

async function orLate(work: Promise<Delivered>, late: AbortSignal): Promise<Delivered> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) =>
      late.addEventListener('abort', () => reject(late.reason), { once: true }),
    ),
  ]);
}

function notDelivered(): CocoonError {
  return new CocoonError({
    kind: 'network',
    code: 'ANSWER_NOT_DELIVERED',
    message: 'Telegram did not acknowledge the answer in time.',
    remedy: 'Look whether it arrived; if not, ask again.',
  });
}

function goesOn({ text, entities }: FormattedText): FormattedText {
  return { text: `${text.trimEnd()}\n\n…`, entities };
}
