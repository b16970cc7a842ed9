// How does a person get help with a text in any chat? They type @bot and the text, and see versions of it before they send one.
import type { AIContext, Feature } from '../feature.js';
import { answerNothing } from '../kit/say-refusal.js';
import { inlineChosen } from './inline-chosen.js';
import { type Preview, previewOrder } from './inline-previews.js';

/** A pause of the fingers this long means: done typing. */
const PAUSE_MS = 900;
/** Says the same at once. */
const GO = /\.\.$/;

export interface InlineModeOptions {
  /**
   * `preview` (default): versions are made and shown before one is sent. `chosen`: the one that is picked is sent as "Writing…" and written
   * there, for everyone in that chat to see; switch on inline feedback at BotFather for it.
   */
  mode?: 'preview' | 'chosen' | undefined;
  /** Languages to translate into, as two letters; the first that the text is not in is taken, after the person's own. Default English, then Spanish. */
  languages?: readonly string[] | undefined;
}

/**
 * Inline mode has to be switched on at BotFather. Nothing is sent to the model while a person types, results are theirs
 * alone, and neither the text nor its versions are kept (in `chosen` mode the text is, encrypted, for its buttons). `de: text` translates into German.
 */
export function inlineMode<C extends AIContext = AIContext>(options: InlineModeOptions = {}): Feature<C> {
  const { languages = ['en', 'es'], mode = 'preview' } = options;
  return {
    name: 'inline-mode',
    needs: ['chat'],
    about: 'inline.about',
    updates: ['inline_query', 'chosen_inline_result'],
    telegram: ['inline-queries'],
    install(kit) {
      const chosen = mode === 'chosen' ? inlineChosen(kit, languages) : undefined;
      /** What each person is typing now; whatever comes next calls it off. */
      const typing = new Map<number, AbortController>();

      kit.routes.on(
        'inline_query',
        kit.guard(async (ctx) => {
          const { query } = ctx.inlineQuery;
          const user = ctx.from.id;
          const mine = new AbortController();
          typing.get(user)?.abort();
          typing.set(user, mine);
          const say = await kit.say(ctx);
          const text = query.replace(GO, '').trim();
          const agreed = await kit.agreed(ctx);
          if (text === '' || !agreed) {
            if (typing.get(user) === mine) typing.delete(user);
            return answerNothing(ctx, say(agreed ? 'inline.hint' : 'inline.consent')).catch(() => undefined);
          }
          // Apart from the handler: the next letter must be seen while this one waits.
          const work = offer(ctx, { text, mine, pauseMs: GO.test(query) ? 0 : PAUSE_MS });
          void work
            .catch((error: unknown) => kit.refuse(ctx, error))
            .catch(() => undefined)
            .finally(() => {
              if (typing.get(user) === mine) typing.delete(user);
            });
          return undefined;
        }),
      );

      async function offer(
        ctx: C,
        { text, mine, pauseMs }: { text: string; mine: AbortController; pauseMs: number },
      ): Promise<void> {
        const { signal } = mine;
        if (pauseMs > 0) await kit.clock.sleep(pauseMs, signal).catch(() => undefined);
        if (signal.aborted) return;
        if (chosen !== undefined) return chosen.offer(ctx, text);
        const job = await kit.answer(
          ctx,
          previewOrder(kit, {
            text,
            languages,
            show: async (previews: readonly Preview[], line: string) => {
              // Typed on: Telegram has asked again, and nobody looks at these.
              if (signal.aborted) return;
              await (previews.length === 0 ? answerNothing(ctx, line) : answer(ctx, previews, line));
            },
          }),
        );
        if (job === undefined) return;
        const stop = () => job.stop('user');
        if (signal.aborted) stop();
        signal.addEventListener('abort', stop, { once: true });
        await job.finished;
      }
    },
  };
}

function answer(ctx: AIContext, previews: readonly Preview[], badge: string): Promise<unknown> {
  return ctx.answerInlineQuery(
    previews.map(({ kind, title, description, content }) => ({
      type: 'article',
      id: kind,
      title,
      description,
      input_message_content: {
        message_text: content.text,
        entities: [...content.entities],
        link_preview_options: { is_disabled: true },
      },
    })),
    {
      is_personal: true,
      cache_time: 0,
      ...(badge === '' ? {} : { button: { text: badge, start_parameter: 'inline' } }),
    },
  );
}
