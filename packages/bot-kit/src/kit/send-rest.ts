// An answer was being sent when the process died: how do the parts that have not left get there?
import type { Api } from 'grammy';
import type { Clock } from '../clock.js';
import type { JournalEntry } from '../jobs/journal-entry.js';
import { type DeliveryLog, deliverAnswer } from '../streamer/deliver-answer.js';
import { outletAt } from '../streamer/outlet-address.js';
import type { OpenWork } from './open-work.js';

const DELIVER_MS = 240_000;

/** `lost`: what was left is not kept any more, or it is not known whether it arrived. `failed`: nothing can be said there. */
export async function sendRest(parts: {
  entry: JournalEntry;
  from: number;
  api: Api;
  work: OpenWork;
  clock: Clock;
  log: DeliveryLog;
}): Promise<'sent' | 'lost' | 'failed'> {
  const { entry, from, api, work, clock, log } = parts;
  const answer = await work.rest(entry);
  if (answer === undefined || entry.address === undefined) return 'lost';
  const { end } = await deliverAnswer({
    outlet: outletAt(api, entry.address),
    clock,
    answer,
    from,
    deliverMs: DELIVER_MS,
    repeatUncertain: false,
    log,
  });
  if (end === 'delivered') return 'sent';
  return end === 'uncertain' ? 'lost' : 'failed';
}
