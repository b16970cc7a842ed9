// How is one answer made? Verify, ask, stream, sign it with what was proven, and count what it cost.
import type { InlineKeyboardButton } from 'grammy/types';
import type { AIContext } from '../feature.js';
import type { Job } from '../jobs/job.js';
import type { Outlet } from '../streamer/outlet.js';
import {
  type AnswerEnd,
  type AnswerFormat,
  type StreamedAnswer,
  streamAnswer,
} from '../streamer/stream-answer.js';
import { type FormattedText, plain } from '../text/formatted-text.js';
import { italic } from '../text/join-text.js';
import { withBadge } from '../text/with-badge.js';
import type { Say } from '../texts/say.js';
import { badgeOf, howOf } from '../verification/badge.js';
import { parseChoices } from './choices.js';
import { type BaseKit, ownerName } from './create-kit.js';
import { explainError } from './explain-error.js';
import type { AnswerOrder, FinishedAnswer } from './kit.js';
import { type Metered, meteredModel } from './metered-model.js';
import { priceAfter, priceBefore } from './price.js';
import { stoppedKey } from './stopped-key.js';

export interface RunAnswerParts<C extends AIContext> {
  readonly base: BaseKit<C>;
  readonly ctx: C;
  readonly order: AnswerOrder;
  readonly feature: string;
  readonly user: number;
  readonly job: Job;
  readonly outlet: Outlet;
  readonly say: Say;
  readonly language: string;
  readonly queuedAt: number;
}

export async function runAnswer<C extends AIContext>(parts: RunAnswerParts<C>): Promise<void> {
  const { base, order, feature, user, job, outlet, say, language } = parts;
  const { settings, check, budget } = base;
  const { clock, emit } = settings;
  const boundary = { clock, emit, ms: settings.limits.hookMs };
  const begun = clock.now();
  emit({ type: 'job-started', feature, waitedMs: begun - parts.queuedAt });
  let model: Metered | undefined;
  let rows: InlineKeyboardButton[][] = [];
  let badge: FormattedText | undefined;
  const answered = (text: string, stopped: boolean): FinishedAnswer => ({
    text,
    stopped,
    badge: badge?.text ?? '',
    report: model?.report,
  });

  const format = await formatFor(parts);
  /** What has no verified bill costs nobody anything. */
  const priceOf = async (outcome: 'done' | 'stopped' | 'failed'): Promise<number> => {
    const spent = spentBy(model);
    return spent.tokens === 0 ? 0 : priceAfter(base, { feature, usage: { ...spent, outcome } });
  };

  let written = '';
  let charged = false;
  const update = parts.ctx.update.update_id;
  const streamed: StreamedAnswer = await streamAnswer({
    outlet,
    clock,
    signal: job.signal,
    file: (text) => ({
      name: order.fileName ?? 'answer.md',
      text: (order.file ?? withBadge)(text, badge?.text ?? '', say),
    }),
    links: order.links,
    format,
    source: async function* ({ status, signal }) {
      await budget.checkTokens(user, await priceBefore(base, { feature, signal }));
      model = meteredModel(await base.model(), {
        verified: (asking) => check.require(asking),
        feature,
        beforeModel: settings.beforeModel,
        afterModel: settings.afterModel,
        boundary,
      });
      for await (const piece of order.produce({ model, signal, say, language, status })) {
        written += piece;
        yield piece;
      }
      await model.settled();
      await model.judge();
      await order.done?.(answered(written, false));
    },
    judge: async () => model?.judge(),
    head: order.head,
    note: (end, empty) => noteOf(end, { empty, say, contact: contactOf(base), job }),
    async footer(end) {
      if (order.bare === true) return undefined;
      badge = await badgeFor(parts, model);
      rows = await keyboardOf(parts, { end, answer: answered(written, end.how === 'stopped'), model });
      if (format === 'rich') rows = [...rows, [await plainerButton(parts, { written, badge })]];
      return badge;
    },
    keyboard: () => (rows.length === 0 ? undefined : { inline_keyboard: rows }),
    log:
      order.bare === true
        ? undefined
        : async (answer, shownBy, { how }) => {
            // Of an answer that was stopped the bill may still be on its way: it is counted when it has come.
            charged = how === 'whole';
            const tokens = charged ? await priceOf('done') : 0;
            return base.recovery.sending(update, { answer, outlet: shownBy, tokens });
          },
  });

  await model?.settled();
  const spent = spentBy(model);
  const { end } = streamed;
  const outcome = end.how === 'whole' ? 'done' : end.how;
  const price = charged ? 0 : await priceOf(outcome);
  if (price > 0) await budget.spend(user, price);
  emit({
    type: 'job-ended',
    feature,
    outcome,
    ms: clock.now() - begun,
    ...spent,
    code:
      end.how === 'failed'
        ? codeOf(end.error)
        : streamed.delivery === 'delivered'
          ? undefined
          : streamed.delivery,
    simulated: model?.simulated ?? false,
  });
  if (end.how === 'failed') throw end.error;
}

const spentBy = (model: Metered | undefined) => model?.spent ?? { tokens: 0, cost: 0n, calls: 0 };

/** What stands between the answer and its badge when it did not end by itself. */
function noteOf(
  end: AnswerEnd,
  { empty, say, contact, job }: { empty: boolean; say: Say; contact: string; job: Job },
): FormattedText | undefined {
  if (end.how === 'failed') return plain(explainError(end.error, { say, contact }));
  if (end.how === 'stopped') return plain(say(stoppedKey(job)));
  return empty ? plain(say('answer.nothing')) : undefined;
}

/** What they have chosen, else what the bot's author has. */
async function formatFor<C extends AIContext>({
  base,
  order,
  user,
}: RunAnswerParts<C>): Promise<AnswerFormat> {
  if (order.bare === true) return 'entities';
  const { format } = parseChoices(await base.vault.scope(ownerName({ user })).get('choices'));
  return format ?? base.settings.reply?.format ?? 'entities';
}

/** The way back for whose app shows nothing of a rich message. */
async function plainerButton<C extends AIContext>(
  { base, user, say }: RunAnswerParts<C>,
  { written, badge }: { written: string; badge: FormattedText | undefined },
): Promise<InlineKeyboardButton> {
  const value = badge === undefined ? written : `${written}\n\n_${badge.text}_`;
  return { text: say('settings.empty'), callback_data: await base.buttons.make(user, 'setplainer', value) };
}

/** SIMULATED is shown whatever the person chose: it is a warning, not an ornament. */
async function badgeFor<C extends AIContext>(
  { base, user, say }: RunAnswerParts<C>,
  model: Metered | undefined,
): Promise<FormattedText | undefined> {
  const report =
    model?.report ??
    (model === undefined || model.spent.calls === 0 ? undefined : await base.check.require());
  if (report === undefined) return undefined;
  const choices = parseChoices(await base.vault.scope(ownerName({ user })).get('choices'));
  const wanted = choices.badge ?? base.settings.reply?.badge ?? true;
  return wanted || report.simulated ? italic(badgeOf(report, say)) : undefined;
}

async function keyboardOf<C extends AIContext>(
  { base, order, user, say }: RunAnswerParts<C>,
  { end, answer, model }: { end: AnswerEnd; answer: FinishedAnswer; model: Metered | undefined },
): Promise<InlineKeyboardButton[][]> {
  if (base.settings.reply?.buttons === false) return [];
  const rows = end.how === 'failed' ? [] : ((await order.buttons?.(answer)) ?? []);
  const report = model?.report;
  if (report === undefined) return rows;
  const how = await base.buttons.make(user, 'how', howOf(report, say));
  return [...rows, [{ text: say('button.how'), callback_data: how }]];
}

function contactOf<C extends AIContext>({ settings: { operator } }: BaseKit<C>): string {
  return operator?.contact ?? '';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'UNEXPECTED';
}
