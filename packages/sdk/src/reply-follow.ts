// How is an answer read to its signed end? Item by item, as fast as the caller reads.
import type { Config } from './config.js';
import { CocoonError } from './errors.js';
import type { VerifiedReceipt } from './receipts/verify-receipt.js';
import { readTrailer } from './reply-trailer.js';
import { TruncatedError } from './reply-truncated.js';
import type { AnswerEvent } from './session/answer-reader.js';
import { resumeAnswer } from './session/resume-answer.js';
import type { RunningAnswer } from './session/running-answer.js';
import { sealedFailure } from './session/sealed-failure.js';
import { takeNotice } from './session/send-attempt.js';
import type { Session } from './session.js';

/** Times one answer is asked for again after its connection broke. */
const MAX_RESUMES = 2;

/**
 * Yields the items (one JSON chunk each) and returns the verified receipt.
 * @throws CocoonError `STREAM_TRUNCATED`, `FRAME_…`, `RECEIPT_…`, a code the worker or the proxy sealed, `ABORTED`, `TIMEOUT`
 */
export async function* followAnswer(
  answer: RunningAnswer,
  parts: { session: Session; config: Config; signal: AbortSignal; over: () => void },
): AsyncGenerator<Uint8Array, VerifiedReceipt | undefined> {
  const { session, config, signal, over } = parts;
  const { opener, connection, progress } = answer;
  let { reader } = answer;
  let resumed = 0;
  let events: readonly AnswerEvent[] = answer.first;
  let failed: string | undefined;
  let items = 0;
  let ended = false;
  try {
    for (;;) {
      for (const event of events) {
        switch (event.type) {
          case 'item':
            items++;
            yield event.json;
            break;
          case 'error':
            failed = event.code;
            break;
          case 'notice':
            await takeNotice(event.notice, session, connection);
            break;
          case 'final': {
            ended = true;
            over();
            readTrailer({ ...answer, reader }, event.receipt, { session, config });
            if (failed !== undefined || event.receipt.receipt.finish === 'error') {
              throw await sealedFailure(failed ?? 'ENGINE_FAILED', 'worker');
            }
            return event.receipt;
          }
          case 'head':
          case 'usage':
            break;
          default:
            event satisfies never;
        }
      }
      events = await nextEvents();
    }
  } catch (error) {
    throw isCut(error) ? new TruncatedError({ items, cause: error }) : error;
  } finally {
    if (!ended) {
      reader.close();
      over();
    }
  }

  async function nextEvents(): Promise<readonly AnswerEvent[]> {
    try {
      progress.records = opener.records;
      progress.delivered = 0;
      const record = await reader.next();
      if (record === undefined) opener.end();
      return record?.events ?? [];
    } catch (error) {
      if (!isCut(error) || resumed >= MAX_RESUMES) throw error;
      resumed++;
      reader.close();
      return resume(error);
    }
  }

  async function resume(cut: unknown): Promise<readonly AnswerEvent[]> {
    try {
      reader = await resumeAnswer(answer, signal);
      const events = await nextEvents();
      config.emit({ type: 'resumed', records: opener.records });
      return events;
    } catch (error) {
      // That nothing can be resumed is no news; that what came is not authentic, or that the caller stopped it, is.
      const refused = error instanceof CocoonError && (error.source !== 'local' || isCut(error));
      throw refused ? cut : error;
    }
  }
}

function isCut(error: unknown): boolean {
  return (
    error instanceof CocoonError && (error.code === 'STREAM_TRUNCATED' || error.code === 'CONNECTION_LOST')
  );
}
