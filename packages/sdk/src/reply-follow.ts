// How is an answer read to its signed end? Item by item, as fast as the caller reads.
import type { Config } from './config.js';
import { CocoonError } from './errors.js';
import type { VerifiedReceipt } from './receipts/verify-receipt.js';
import { readTrailer } from './reply-trailer.js';
import { TruncatedError } from './reply-truncated.js';
import type { AnswerEvent } from './session/answer-reader.js';
import type { Call } from './session/call.js';
import type { ProxyConnection } from './session/proxy-connection.js';
import { resumeAnswer } from './session/resume-answer.js';
import type { Resumed } from './session/resume-cut.js';
import type { RunningAnswer } from './session/running-answer.js';
import { audienceOf } from './session/seal-attempt.js';
import { sealedFailure } from './session/sealed-failure.js';
import { takeNotice } from './session/send-attempt.js';
import type { Session } from './session.js';

/**
 * Yields the items (one JSON chunk each) and returns the verified receipt.
 * @throws CocoonError `STREAM_TRUNCATED`, `FRAME_…`, `RECEIPT_…`, a code the worker or the proxy sealed, `ABORTED`, `TIMEOUT`
 */
export async function* followAnswer(
  answer: RunningAnswer,
  parts: { session: Session; config: Config; call: Call; moved: (to: ProxyConnection) => void },
): AsyncGenerator<Uint8Array, VerifiedReceipt | undefined> {
  const { session, config, call, moved } = parts;
  const { opener, progress } = answer;
  let { reader, connection } = answer;
  let resume: ((cut: unknown) => Promise<Resumed>) | undefined;
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
            call.done();
            readTrailer({ ...answer, reader, connection }, event.receipt, { session, config });
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
      call.done();
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
      if (!isCut(error)) throw error;
      reader.close();
      return goOn(error);
    }
  }

  async function goOn(cut: unknown): Promise<readonly AnswerEvent[]> {
    const part = await import('./session/resume-cut.js').catch(() => {
      // A page that can no longer load its own files is told what went wrong first.
      throw cut;
    });
    resume ??= part.createResumer(answer, { session, config, call, tools: { resumeAnswer, audienceOf } });
    const resumed = await resume(cut);
    reader = resumed.reader;
    connection = resumed.connection;
    moved(connection);
    return resumed.events;
  }
}

function isCut(error: unknown): boolean {
  return (
    error instanceof CocoonError && (error.code === 'STREAM_TRUNCATED' || error.code === 'CONNECTION_LOST')
  );
}
