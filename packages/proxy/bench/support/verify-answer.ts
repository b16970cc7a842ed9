// Did this answer end as it must? Every record opened with the client's keys, FINAL's receipt verified, the charge confirmed.
import { DEFAULT_PRICES, noticeLayout, RecordReader } from '@cocoonkit/sdk/protocol';
import { createReplyOpener } from '@cocoonkit/sdk/seal';
import type { Question, RawAnswer } from './bench-client.js';

export interface Verified {
  /** FINAL was seen and its receipt holds. */
  readonly final: boolean;
  /** The proxy said that it charged. */
  readonly settled: boolean;
  /** When each record of the worker was there, the head first. */
  readonly times: readonly number[];
}

export async function verifyAnswer({ sealed, answers }: Question, answer: RawAnswer): Promise<Verified> {
  const { body, timeOf } = answer.read();
  const opener = createReplyOpener(sealed, { prices: DEFAULT_PRICES });
  const times: number[] = [];
  let offset = 0;
  let final = false;
  let settled = false;
  for (const record of new RecordReader().push(body)) {
    offset += record.bytes.length;
    if (record.kind === 'proxy') {
      settled = noticeLayout.decode(await answers.open(record.payload)).type === 'settled';
      continue;
    }
    times.push(timeOf(offset));
    const events = await opener.push(record);
    final ||= events.some(({ type }) => type === 'final');
  }
  return { final, settled, times };
}
