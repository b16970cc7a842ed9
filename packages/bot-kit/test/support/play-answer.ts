// One answer on a recorded Telegram: a source the test feeds, a clock it moves, and everything that was called.
import { draftOutlet } from '../../src/streamer/draft-outlet.js';
import { editOutlet } from '../../src/streamer/edit-outlet.js';
import { ephemeralOutlet } from '../../src/streamer/ephemeral-outlet.js';
import { finalOutlet } from '../../src/streamer/final-outlet.js';
import { inlineOutlet } from '../../src/streamer/inline-outlet.js';
import type { Outlet } from '../../src/streamer/outlet.js';
import {
  type StreamAnswerOptions,
  type StreamedAnswer,
  streamAnswer,
} from '../../src/streamer/stream-answer.js';
import { createManualClock } from '../../src/testing/manual-clock.js';
import { type RecordedApi, recordedApi, scriptedSource } from '../recorded-api.js';

export const CHAT = 42;
export const SECOND = 1_000;

export type Kind = 'draft' | 'edit' | 'inline' | 'ephemeral' | 'final';

export function outletOf(kind: Kind, { api }: RecordedApi): Outlet {
  switch (kind) {
    case 'draft':
      return draftOutlet(api, { chatId: CHAT, draftId: 7 });
    case 'edit':
      return editOutlet(api, { chatId: CHAT, replyTo: 5 });
    case 'inline':
      return inlineOutlet(api, { inlineMessageId: 'inline' });
    case 'ephemeral':
      return ephemeralOutlet(api, { chatId: CHAT, userId: 8, callbackQueryId: 'q' });
    case 'final':
      return finalOutlet(api, { chatId: CHAT, businessConnectionId: 'b' });
    default:
      return kind satisfies never;
  }
}

export function play(
  kind: Kind = 'draft',
  options: Partial<StreamAnswerOptions> = {},
  prepare?: (api: RecordedApi) => void,
) {
  const clock = createManualClock(0);
  const telegram = recordedApi(() => clock.now());
  prepare?.(telegram);
  const script = scriptedSource();
  const stop = new AbortController();
  let done: StreamedAnswer | undefined;
  const answer = streamAnswer({
    source: script.source,
    outlet: outletOf(kind, telegram),
    clock,
    signal: stop.signal,
    ...options,
  }).then((result) => {
    done = result;
    return result;
  });
  return {
    clock,
    telegram,
    ...script,
    stop,
    answer,
    done: () => done,
    advance: (ms: number) => clock.advance(ms),
  };
}

export const texts = (telegram: RecordedApi, method: string) =>
  telegram.of(method).map(({ payload }) => payload['text']);
