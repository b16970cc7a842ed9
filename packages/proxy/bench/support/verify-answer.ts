// Did this answer end as it must? Every record opened with the client's keys, FINAL's receipt verified, the charge confirmed.
import { DEFAULT_PRICES, noticeLayout, RecordReader } from '@cocoonkit/sdk/protocol';
import { createReplyOpener } from '@cocoonkit/sdk/seal';
import type { Question } from './bench-client.js';
import type { Arrival, RawAnswer } from './raw-answer.js';

export interface Verified {
  /** FINAL was seen and its receipt holds. */
  readonly final: boolean;
  /** The proxy said that it charged. */
  readonly settled: boolean;
  /** When each record of the worker was there, the head first. */
  readonly arrivals: readonly Arrival[];
}

export async function verifyAnswer({ sealed, answers }: Question, answer: RawAnswer): Promise<Verified> {
  const { body, arrivalOf } = answer.read();
  const opener = createReplyOpener(sealed, { prices: DEFAULT_PRICES });
  const arrivals: Arrival[] = [];
  let offset = 0;
  let final = false;
  let settled = false;
  for (const record of new RecordReader().push(body)) {
    offset += record.bytes.length;
    if (record.kind === 'proxy') {
      settled = noticeLayout.decode(await answers.open(record.payload)).type === 'settled';
      continue;
    }
    arrivals.push(arrivalOf(offset));
    const events = await opener.push(record);
    final ||= events.some(({ type }) => type === 'final');
  }
  return { final, settled, arrivals };
}
