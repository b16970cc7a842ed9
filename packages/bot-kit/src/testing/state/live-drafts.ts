// Which drafts does the person still see? A draft lives for 30 seconds (core.telegram.org/bots/api#sendmessagedraft).
import type { ChatRecord, Draft } from './chat-record.js';

export const DRAFT_LIFE_MS = 30_000;

export function liveDrafts(chat: ChatRecord, now: number): Draft[] {
  return [...chat.drafts.values()].filter(
    (draft) => now - draft.shownAt < DRAFT_LIFE_MS && (!draft.stopped || draft.keepOnStop),
  );
}
