// How does an answer get from a model to a screen? It grows while it is written, and is sent once when it is whole.
import type { InlineKeyboardMarkup } from 'grammy/types';
import { type Clock, systemClock } from '../clock.js';
import { createMarkdownWriter, type MarkdownOptions } from '../text/create-markdown-writer.js';
import { type FormattedText, plain } from '../text/formatted-text.js';
import { fitsRich } from '../text/rich/fits-rich.js';
import type { RichBlock } from '../text/rich/rich-block.js';
import { richText } from '../text/rich/rich-text.js';
import { withoutEntities } from '../text/without-entities.js';
import { type DeliveryLog, deliverAnswer, type PreparedAnswer, prepareAnswer } from './deliver-answer.js';
import { liveView } from './live-view.js';
import type { Delivered, Outlet, Shown } from './outlet.js';
import { createShowLoop } from './show-loop.js';

/** How the source ended. */
export type AnswerEnd =
  | { readonly how: 'whole' }
  /** The signal was aborted: by the stop button, a shutdown, a limit. */
  | { readonly how: 'stopped'; readonly reason: unknown }
  | { readonly how: 'failed'; readonly error: unknown };

export interface SourceTools {
  /** A line to show until the first text comes: "Reading page 120 of 500". Later lines replace it. */
  status(text: string): void;
  /** Aborted when the answer is stopped or nobody can read it any more: pass it to the model. */
  signal: AbortSignal;
}

/** `rich`: headings, lists and tables as blocks, for apps that show rich messages (Bot API 10.2); where Telegram takes none, entities. */
export type AnswerFormat = 'entities' | 'rich' | 'plain';

export interface StreamAnswerOptions {
  /** Markdown in pieces; or what makes it, given ways to show a status and to hear of the end. */
  source: AsyncIterable<string> | ((tools: SourceTools) => AsyncIterable<string>);
  outlet: Outlet;
  /** Stops the answer: what exists is sent. */
  signal?: AbortSignal | undefined;
  clock?: Clock | undefined;
  links?: MarkdownOptions['links'];
  /** Called when the answer has ended, before it is sent. What it throws is the answer's failure, and nothing that was written is sent. */
  judge?: (() => Promise<void>) | undefined;
  /** Default `entities`. */
  format?: AnswerFormat | undefined;
  /** Put above the answer when it is sent: what it is an answer to. Asked for when the answer has ended. */
  head?: (() => FormattedText | undefined) | undefined;
  /** Put below the answer (a badge). Asked for when the answer has ended; not for an empty one that was whole. */
  footer?: ((end: AnswerEnd) => FormattedText | undefined | Promise<FormattedText | undefined>) | undefined;
  /** Put between the answer and its footer: "Stopped.", or what went wrong in plain words. */
  note?: ((end: AnswerEnd, empty: boolean) => FormattedText | undefined) | undefined;
  /** On the last message. Asked for when the answer has ended. */
  keyboard?: ((end: AnswerEnd) => InlineKeyboardMarkup | undefined) | undefined;
  /** Default 3: a longer answer is one message and a file with all of it. */
  maxMessages?: number | undefined;
  /** Default "answer.md". */
  fileName?: string | undefined;
  /** Name and content of that file, asked for when the answer has ended. Default: the Markdown that the source gave. */
  file?: ((text: string) => { name: string; text: string }) | undefined;
  /** How long sending the final message may take, with all waits that Telegram asks for. Default 240 s. */
  deliverMs?: number | undefined;
  /** Default false. See `StreamedAnswer.delivery`. */
  repeatUncertain?: boolean | undefined;
  /** Called when the answer is whole and nothing of it has been sent. What it returns hears of every step of the sending. */
  log?:
    | ((answer: PreparedAnswer, outlet: Outlet, end: AnswerEnd) => Promise<DeliveryLog | undefined>)
    | undefined;
}

export interface StreamedAnswer {
  /** The Markdown that the source gave. */
  readonly text: string;
  /** Acknowledged by Telegram, in order. */
  readonly messages: readonly Delivered[];
  readonly stopped: boolean;
  readonly end: AnswerEnd;
  /**
   * `delivered`: Telegram acknowledged every message. `blocked`: nothing can be sent to this chat. `failed`: refused or
   * not taken in time. `uncertain`: the connection broke after the request had left, so the message may or may not be
   * there; it is not sent again (unless `repeatUncertain`), because an answer must not appear twice. `empty`: there was
   * nothing to say.
   */
  readonly delivery: 'delivered' | 'blocked' | 'failed' | 'uncertain' | 'empty';
  /** Of the delivery. */
  readonly error?: unknown;
  /** Only the beginning fitted into the one message that is possible there. */
  readonly cut: boolean;
}

const DELIVER_MS = 240_000;
const MAX_MESSAGES = 3;

/**
 * Never throws for what Telegram, the source or the signal do: the result says how it ended.
 *
 * What is guaranteed when the process dies: Telegram has no key that makes sending twice harmless, so a message is sent
 * at most once by one call. Dying before the acknowledgement leaves it either sent or not; a message that was
 * acknowledged is never sent again, edited away or deleted. Whoever starts the work must not start it again for the
 * same update; `log` is told every step, so that another process can go on with the parts that have surely not left.
 */
export async function streamAnswer(options: StreamAnswerOptions): Promise<StreamedAnswer> {
  const { outlet, clock = systemClock, links, format = 'entities' } = options;
  const writer = createMarkdownWriter({ links });
  const unreachable = new AbortController();
  const signal = AbortSignal.any([
    unreachable.signal,
    ...(options.signal === undefined ? [] : [options.signal]),
  ]);
  let text = '';
  let status: string | undefined;

  const blocksSoFar = (): RichBlock[] | undefined => {
    const blocks = format === 'rich' ? writer.blocks() : undefined;
    return blocks !== undefined && fitsRich(blocks) ? blocks : undefined;
  };
  const loop = createShowLoop({
    outlet,
    clock,
    view() {
      const now = writer.snapshot();
      if (now.text.trim() !== '') return { ...liveView(inFormat(now, format)), blocks: blocksSoFar() };
      return status === undefined ? undefined : plain(status);
    },
    onBlocked: () => unreachable.abort(),
  });
  const tools: SourceTools = {
    status(line) {
      status = line;
      loop.changed();
    },
    signal,
  };
  const readEnd = await readSource(options.source, tools, (chunk) => {
    text += chunk;
    writer.append(chunk);
    loop.changed();
  });
  const refused = await refusedBy(options.judge);
  const end = refused ?? readEnd;
  if (refused !== undefined) text = '';
  await loop.end();

  const result = { text, messages: [], stopped: end.how === 'stopped', end, cut: false };
  if (unreachable.signal.aborted) return { ...result, delivery: 'blocked' };
  const written = end.how === 'whole' ? writer.finish() : writer.snapshot();
  const answer = refused === undefined ? { ...written, blocks: blocksSoFar() } : plain('');
  const message = await closing(answer, end, options);
  if (message.text.trim() === '') return { ...result, delivery: 'empty' };
  const { cut, ...prepared } = prepareAnswer(loop.outlet, {
    message,
    file: () => options.file?.(text) ?? { name: options.fileName ?? 'answer.md', text },
    keyboard: options.keyboard?.(end),
    maxMessages: options.maxMessages ?? MAX_MESSAGES,
  });
  const delivered = await deliverAnswer({
    outlet: loop.outlet,
    clock,
    answer: prepared,
    deliverMs: options.deliverMs ?? DELIVER_MS,
    repeatUncertain: options.repeatUncertain ?? false,
    log: await options.log?.(prepared, loop.outlet, end),
  });
  const { messages, error, end: delivery } = delivered;
  return { ...result, messages, cut: cut && delivered.rich !== true, delivery, error };
}

/** Reads to the end, or until the signal: then at once, whether the source listens to it or not. */
async function readSource(
  source: StreamAnswerOptions['source'],
  tools: SourceTools,
  take: (chunk: string) => void,
): Promise<AnswerEnd> {
  const { signal } = tools;
  let iterator: AsyncIterator<string> | undefined;
  let abort = () => {};
  const aborted = new Promise<'aborted'>((resolve) => {
    abort = () => resolve('aborted');
  });
  try {
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) return { how: 'stopped', reason: signal.reason };
    iterator = (typeof source === 'function' ? source(tools) : source)[Symbol.asyncIterator]();
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted]);
      if (next === 'aborted' || signal.aborted) {
        // Not waited for: a source that hangs must not keep what exists from being sent.
        void Promise.resolve(iterator.return?.()).catch(() => {});
        return { how: 'stopped', reason: signal.reason };
      }
      if (next.done === true) return { how: 'whole' };
      take(next.value);
    }
  } catch (error) {
    return signal.aborted ? { how: 'stopped', reason: signal.reason } : { how: 'failed', error };
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function refusedBy(judge: StreamAnswerOptions['judge']): Promise<AnswerEnd | undefined> {
  try {
    await judge?.();
    return undefined;
  } catch (error) {
    return { how: 'failed', error };
  }
}

const inFormat = (message: FormattedText, format: AnswerFormat): FormattedText =>
  format === 'plain' ? withoutEntities(message) : message;

async function closing(
  answer: Shown,
  end: AnswerEnd,
  { head, note, footer, format = 'entities' }: StreamAnswerOptions,
): Promise<Shown> {
  const above = head?.();
  const empty = answer.text.trim() === '' && (above === undefined || above.text === '');
  const middle = note?.(end, empty);
  const below = empty ? undefined : await footer?.(end);
  const whole = [above, answer, middle, below].reduce<FormattedText>(join, plain(''));
  const text = inFormat(whole, format);
  if (answer.blocks === undefined) return text;
  const blocks = [
    ...blockOf(above, 'expandable_blockquote'),
    ...answer.blocks,
    ...blockOf(middle, 'paragraph'),
    ...blockOf(below, 'footer'),
  ];
  return { ...text, blocks };
}

function blockOf(
  message: FormattedText | undefined,
  type: 'expandable_blockquote' | 'paragraph' | 'footer',
): RichBlock[] {
  return message === undefined || message.text === '' ? [] : [{ type, text: richText(message, 'none') }];
}

function join(above: FormattedText, below: FormattedText | undefined): FormattedText {
  if (below === undefined || below.text === '') return above;
  if (above.text === '') return below;
  const text = `${above.text}\n\n`;
  return {
    text: text + below.text,
    entities: [
      ...above.entities,
      ...below.entities.map((entity) => ({ ...entity, offset: entity.offset + text.length })),
    ],
  };
}
