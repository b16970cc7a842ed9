// What was said in a chat the bot is not in? A person exports it with Telegram Desktop and sends the file, result.json.
import type { AIContext, Feature } from '../feature.js';
import type { AnswerOrder, Kit, Work } from '../kit/kit.js';
import { EXPORT_MESSAGES_MAX, type ExportedMessage, readChatExport } from '../readers/chat-export.js';
import { downloadFile } from '../sources/download-file.js';
import { readRequest } from '../sources/read-request.js';
import { sourceOf } from '../sources/source.js';
import type { SaidBy } from './digest-buffer.js';
import { digestOrder } from './digest-order.js';
import { documentsOf } from './open-document.js';
import { summaryOrder } from './summary-order.js';
import { letterOf, type Talk } from './talk.js';

/** As Telegram Desktop names it. */
const NAME = /^result.{0,16}\.json$/i;
const DAY_MS = 24 * 3_600_000;
/** Before the newest message of the file: it may have been exported long ago. */
const PERIODS = { day: DAY_MS, week: 7 * DAY_MS, all: Number.POSITIVE_INFINITY } as const;

type Wish = keyof typeof PERIODS | 'summary';
const WISHES: readonly Wish[] = ['day', 'week', 'all', 'summary'];

interface ExportFile {
  readonly fileId: string;
  readonly size: number | undefined;
}

/** Nothing of the file is kept here or sent before a person has chosen; it is fetched from Telegram again. Put it before `summaries()`. */
export function chatExports<C extends AIContext = AIContext>(): Feature<C> {
  return {
    name: 'chat-exports',
    needs: ['chat', 'summarize'],
    about: 'export.about',
    install(kit) {
      kit.routes
        .chatType('private')
        .on('message:document')
        .filter(
          (ctx) => kit.messages(ctx).length === 1 && NAME.test(ctx.message.document.file_name ?? ''),
          kit.guard(async (ctx: C) => {
            const source = ctx.message === undefined ? undefined : sourceOf(ctx.message);
            if (source?.kind !== 'file') return undefined;
            const { fileId, size } = source;
            return kit.answer(ctx, offerOrder(kit, ctx, { fileId, size }));
          }),
        );
      kit.button('exportrun', async (ctx, kept) => {
        await ctx.answerCallbackQuery();
        // Written by the buttons below and kept authenticated.
        const { wish, ...file } = JSON.parse(kept) as ExportFile & { wish: Wish };
        const read = (work: Work) => readFile(kit, ctx, { file, work });
        return kit.answer(
          ctx,
          wish === 'summary' ? plainOrder(kit, ctx, read) : missedOrder(kit, ctx, { wish, read }),
        );
      });
    },
  };
}

/** What is in it, and what can be done with it: no model is asked. */
function offerOrder<C extends AIContext>(kit: Kit<C>, ctx: C, file: ExportFile): AnswerOrder {
  return {
    async *produce(work) {
      const messages = await readFile(kit, ctx, { file, work });
      const count = messages.length < EXPORT_MESSAGES_MAX ? `${messages.length}` : `${EXPORT_MESSAGES_MAX}+`;
      const [from, to] = [messages[0]?.at, messages.at(-1)?.at].map((at) => dayOf(at ?? 0));
      yield work.say('export.found', { count, from: from ?? '', to: to ?? '' });
    },
    async buttons({ stopped }) {
      if (stopped) return [];
      const say = await kit.say(ctx);
      const [day, week, all, summary] = await Promise.all(
        WISHES.map((wish) =>
          kit.makeButton(ctx, {
            text: say(`export.${wish}`),
            action: 'exportrun',
            value: JSON.stringify({ ...file, wish }),
          }),
        ),
      );
      return [[day, week, all], [summary]].map((row) => row.flatMap((button) => button ?? []));
    },
  };
}

function missedOrder<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  { wish, read }: { wish: keyof typeof PERIODS; read: (work: Work) => Promise<ExportedMessage[]> },
): AnswerOrder {
  return {
    links: 'none',
    async *produce(work) {
      const { say } = work;
      const all = await read(work);
      const user = ctx.from;
      const since = (all.at(-1)?.at ?? 0) - PERIODS[wish];
      const chosen = all.filter(({ at, user: by }) => at >= since && (by === undefined || by !== user?.id));
      const newest = chosen.slice(-kit.settings.limits.digestMessages);
      if (newest.length === 0 || user === undefined) return yield say('export.nothing');
      if (newest.length < chosen.length) yield `_${say('export.newest', { count: newest.length })}_\n\n`;
      const messages = withLetters(all, newest, (letter) => say('talk.person', { letter }));
      work.status(say('export.reading', { count: messages.length }));
      // The model hears no names, not even of who asks.
      yield* digestOrder(kit, {
        messages,
        user: { ...user, first_name: 'The reader' },
        link: undefined,
      }).produce(work);
    },
  };
}

function plainOrder<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  read: (work: Work) => Promise<ExportedMessage[]>,
): AnswerOrder {
  return summaryOrder(kit, ctx, {
    wish: { length: 'medium' },
    read: async (work) => {
      const source = { kind: 'talk', name: '', talk: talkOf(await read(work)) } as const;
      const found = await readRequest({ sources: [source], unreadable: [] }, { kit, ctx, ...work });
      await documentsOf(kit, ctx).open(found.texts);
      return found;
    },
  });
}

async function readFile<C extends AIContext>(
  kit: Kit<C>,
  ctx: C,
  { file, work: { signal, status, say } }: { file: ExportFile; work: Work },
): Promise<ExportedMessage[]> {
  const { limits, fetch } = kit.settings;
  status(say('export.opening'));
  return readChatExport(
    await downloadFile({ api: ctx.api, ...file, limit: limits.fileBytes, fetch, signal }),
  );
}

/** People by their number, since two may have one name. */
const keyOf = ({ user, name }: ExportedMessage): string =>
  user === undefined ? `name ${name}` : `user ${user}`;

function withLetters(
  all: readonly ExportedMessage[],
  some: readonly ExportedMessage[],
  person: (letter: string) => string,
): SaidBy[] {
  const keys = [...new Set(some.map(keyOf))];
  const letters = new Map(keys.map((key, index) => [key, person(letterOf(index))]));
  const writers = new Map(all.map(({ id, user }) => [id, user]));
  return some.map((message) => ({
    id: message.id,
    at: message.at,
    user: message.user ?? 0,
    name: letters.get(keyOf(message)) ?? '',
    text: message.text,
    to: message.replyTo === undefined ? undefined : writers.get(message.replyTo),
  }));
}

function talkOf(messages: readonly ExportedMessage[]): Talk {
  const speakers = new Map<string, { index: number; name: string }>();
  const said = messages.map((message) => {
    const key = keyOf(message);
    const speaker = speakers.get(key) ?? { index: speakers.size, name: message.name };
    speakers.set(key, speaker);
    return { speaker: speaker.index, text: message.text };
  });
  return { speakers: [...speakers.values()].map(({ name }) => name), messages: said };
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
