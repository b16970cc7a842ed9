// How do the records of an answer reach one stream of a channel, no faster than its reader allows?
import { LIMITS } from '@cocoonkit/sdk/protocol';
import type { Answer, AnswerReader } from './answer.js';
import type { ByteWindow } from './byte-window.js';

/** Records are joined up to this size in one message. */
const MESSAGE_BYTES = LIMITS.linkMessageBytes - 4_096;

export interface Delivery {
  answer: Answer;
  reader: AnswerReader;
  window: ByteWindow;
  /** Fires when the channel is gone. */
  closed: AbortSignal;
  creditSilenceMs: number;
  send(records: Uint8Array): Promise<void>;
  /** The reader gives no credit, or is gone; and it is back. */
  onDetach(): void;
  onAttach(): void;
}

/** Ends when every record was sent, when another reader took over, or when the channel closed. */
export async function deliverAnswer(delivery: Delivery): Promise<'delivered' | 'replaced' | 'closed'> {
  const { reader, window, closed, send } = delivery;
  for (;;) {
    if (closed.aborted) {
      delivery.onDetach();
      return 'closed';
    }
    if (reader.state === 'replaced') return 'replaced';
    if (reader.state === 'ended') return 'delivered';
    if (reader.nextBytes === 0) {
      await reader.changed(closed);
      continue;
    }
    if (window.available < reader.nextBytes) {
      await waitForCredit(delivery);
      continue;
    }
    const records = reader.take(Math.min(window.available, MESSAGE_BYTES));
    if (records === undefined) continue;
    window.take(records.length);
    await send(records);
  }
}

async function waitForCredit(delivery: Delivery): Promise<void> {
  const { reader, window, closed } = delivery;
  const wanted = reader.nextBytes;
  if (await window.waitFor(wanted, { signal: closed, timeoutMs: delivery.creditSilenceMs })) return;
  if (closed.aborted || reader.state !== 'open') return;
  delivery.onDetach();
  const back = new AbortController();
  const stop = (): void => back.abort();
  closed.addEventListener('abort', stop, { once: true });
  // The answer may end while nobody reads; credit may still come, or another reader.
  const replaced = (async () => {
    while (reader.state === 'open' && !back.signal.aborted) await reader.changed(back.signal);
    back.abort();
  })();
  if (await window.waitFor(wanted, { signal: back.signal })) delivery.onAttach();
  closed.removeEventListener('abort', stop);
  back.abort();
  await replaced;
}
