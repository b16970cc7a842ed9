// Work was lost with its process: how does the person hear of it? With one sentence and a button that does it again.
import type { Api } from 'grammy';
import type { Clock } from '../clock.js';
import type { JournalEntry } from '../jobs/journal-entry.js';
import { deliverAnswer } from '../streamer/deliver-answer.js';
import { isRepeatable, type OutletAddress, outletAt } from '../streamer/outlet-address.js';
import { plain } from '../text/formatted-text.js';
import type { Say } from '../texts/say.js';
import type { OpenWork } from './open-work.js';

const TELL_MS = 60_000;

/** Rather twice than never, unlike an answer: this sentence costs nothing, and without it the person would wait for ever. */
export async function tellRestarted(parts: {
  entry: JournalEntry;
  api: Api;
  work: OpenWork;
  clock: Clock;
  say?: Say | undefined;
}): Promise<void> {
  const { entry, api, work, clock } = parts;
  const address = placeOf(entry);
  if (address === undefined) return;
  const { say, keyboard } = await work.offerAgain(entry, parts.say);
  const key = keyOf(entry, keyboard !== undefined);
  await deliverAnswer({
    outlet: outletAt(api, address),
    clock,
    answer: { parts: [plain(say(key))], keyboard },
    deliverMs: TELL_MS,
    repeatUncertain: true,
  });
}

function keyOf({ doubt, sent }: JournalEntry, canAgain: boolean) {
  if (doubt || sent > 0) return canAgain ? 'restart.doubt' : 'restart.doubtAsk';
  return canAgain ? 'restart.again' : 'restart.ask';
}

/** In the message that showed the work, unless that is the answer by now. Never before the eyes of a business account's customers. */
function placeOf({ address, again, doubt, sent }: JournalEntry): OutletAddress | undefined {
  if (!again || address === undefined) return undefined;
  if (address.kind === 'chat' && address.businessConnectionId !== undefined) return undefined;
  const answered = doubt || sent > 0;
  if (!answered || !isRepeatable(address)) return address;
  return address.kind === 'inline' ? undefined : { ...address, messageId: undefined };
}
