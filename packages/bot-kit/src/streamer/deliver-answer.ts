// How is the answer itself sent? Patiently, in order, each part until Telegram acknowledged it; nothing twice.
import { CocoonError } from '@cocoonkit/sdk';
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { Clock } from '../clock.js';
import type { FormattedText } from '../text/formatted-text.js';
import { numberParts } from '../text/number-parts.js';
import { splitMessage } from '../text/split-message.js';
import { withoutEntities } from '../text/without-entities.js';
import { judgeFailure } from './judge-failure.js';
import type { Delivered, Outlet, Shown } from './outlet.js';

export interface DeliverOptions {
  outlet: Outlet;
  clock: Clock;
  /** Its blocks are sent where they can be; where Telegram takes none, its text. */
  message: Shown;
  /** The whole answer, for a long one. */
  file: () => { name: string; text: string };
  keyboard?: InlineKeyboardMarkup | undefined;
  /** More messages than this become one message and a file. */
  maxMessages: number;
  deliverMs: number;
  /** Send again when nobody knows whether the last attempt arrived: better twice than never. */
  repeatUncertain: boolean;
}

export interface Delivery {
  messages: Delivered[];
  /** The rest did not fit where only one message is possible. */
  cut: boolean;
  end: 'delivered' | 'blocked' | 'uncertain' | 'failed';
  error?: unknown;
}

const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 30_000;
/** What Telegram takes, to the last unit. */
const MOST_UNITS = 4_096;

export async function deliverAnswer(options: DeliverOptions): Promise<Delivery> {
  const { outlet, message, keyboard, maxMessages } = options;
  const delivery: Delivery = { messages: [], cut: false, end: 'delivered' };
  const deadline = options.clock.now() + options.deliverMs;
  if (message.blocks !== undefined && outlet.rich === true) {
    const place = { first: true, keyboard };
    const rich = await patiently(options, deadline, outlet.repeatable, (signal) =>
      outlet.deliver(message, place, signal),
    );
    if (rich.end !== 'refused') {
      note(delivery, rich);
      return delivery;
    }
  }
  const whole = splitMessage({ text: message.text, entities: message.entities });
  const asFile = whole.length > Math.max(maxMessages, 1) && outlet.sendFile !== undefined;
  delivery.cut = !asFile && whole.length > outlet.maxParts;
  const parts = asFile ? whole.slice(0, 1) : numberParts(whole.slice(0, outlet.maxParts));
  for (const [index, part] of parts.entries()) {
    const place = {
      first: index === 0,
      keyboard: index === parts.length - 1 && !asFile ? keyboard : undefined,
    };
    const text = asFile || delivery.cut ? goesOn(part) : part;
    if (!(await attempt(options, { deadline, delivery, part: text, place }))) return delivery;
  }
  if (asFile) {
    const file = options.file();
    const sent = await patiently(options, deadline, false, (signal) => {
      if (outlet.sendFile === undefined) throw new TypeError('no file here');
      return outlet.sendFile(file, { first: false, keyboard }, signal);
    });
    note(delivery, sent);
  }
  return delivery;
}

interface Attempt {
  deadline: number;
  delivery: Delivery;
  part: FormattedText;
  place: { first: boolean; keyboard: InlineKeyboardMarkup | undefined };
}

async function attempt(
  options: DeliverOptions,
  { deadline, delivery, part, place }: Attempt,
): Promise<boolean> {
  const { outlet } = options;
  const repeatable = () => place.first && outlet.repeatable();
  const sent = await patiently(options, deadline, repeatable, (signal) =>
    outlet.deliver(part, place, signal),
  );
  if (sent.end !== 'refused') return note(delivery, sent);
  // Telegram does not like the entities: the words matter more. Stops make them longer.
  const bare = splitMessage(withoutEntities(part), { units: MOST_UNITS }).slice(0, outlet.maxParts);
  for (const [index, piece] of bare.entries()) {
    const here = {
      first: place.first && index === 0,
      keyboard: index === bare.length - 1 ? place.keyboard : undefined,
    };
    const again = () => here.first && outlet.repeatable();
    if (
      !note(
        delivery,
        await patiently(options, deadline, again, (signal) => outlet.deliver(piece, here, signal)),
      )
    )
      return false;
  }
  return true;
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
  { clock, repeatUncertain }: DeliverOptions,
  deadline: number,
  repeatable: false | (() => boolean),
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
    const safe = repeatable !== false && repeatable();
    if (failure.kind === 'uncertain' && !safe && !repeatUncertain) return { end: 'uncertain', error };
    const waitMs = failure.kind === 'flood' ? failure.retryAfterMs : backoffMs;
    if (clock.now() + waitMs >= deadline) return { end: 'failed', error };
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
