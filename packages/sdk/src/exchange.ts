// What is one question and its answer, from the inspected request to the report? Used by chat(), stream() and embed() alike.
import { platform } from '#platform';
import type { ChatChunk } from './chat-types.js';
import type { Config } from './config.js';
import { concat, toBase64Url } from './internal/bytes.js';
import { loadPart } from './internal/load-part.js';
import { cancelQuestionLayout } from './protocol/control.js';
import type { VerifiedReceipt } from './receipts/verify-receipt.js';
import { parseChunk, textBytes } from './reply-chunk.js';
import { followAnswer } from './reply-follow.js';
import type { VerificationReport } from './report/verification-report.js';
import type { SealedRequest } from './seal/seal-request.js';
import { type CallOptions, startCall } from './session/call.js';
import type { InspectedRequest } from './session/inspect-request.js';
import type { ProxyConnection } from './session/proxy-connection.js';
import { type Answer, sendRequest } from './session/send-request.js';
import type { Session } from './session.js';
import { aborted } from './transport/transport.js';

const RESUME_PREFIX = 'ckresume1.';
/** Stands for an item that is no chunk of a chat: whoever asked for it reads its bytes. */
const NO_CHUNK: ChatChunk = { choices: [] };

export interface Item {
  readonly chunk: ChatChunk;
  /** The JSON as the engine wrote it. */
  readonly raw: Uint8Array;
}

export interface Outcome {
  readonly answer: Answer;
  readonly receipt: VerifiedReceipt;
  readonly report: VerificationReport;
}

export interface Exchange {
  /** To be read once. */
  items(): AsyncGenerator<Item, Outcome>;
  /** Tells the worker, sealed, to stop; its signed end and receipt still come. */
  cancel(): Promise<void>;
  /** Stops reading at once. */
  stop(): void;
  resumeToken(): Promise<string>;
}

/** Starts at once. */
export function startExchange(
  inspected: InspectedRequest,
  options: CallOptions,
  parts: { session: Session; config: Config },
): Exchange {
  const { session, config } = parts;
  const call = startCall(options);
  let last: { sealed: SealedRequest; connection: ProxyConnection } | undefined;
  let cancelled = false;

  const started = sendRequest(inspected, {
    session,
    config,
    call,
    sent(sealed, connection) {
      last = { sealed, connection };
    },
  });
  // Whoever reads the items hears of it; until then it must not count as unhandled.
  started.catch(() => call.done());
  call.signal.addEventListener('abort', () => void cancel(), { once: true });

  async function cancel(): Promise<void> {
    if (cancelled) return;
    cancelled = true;
    if (last === undefined) return call.stop(aborted());
    const { sealed, connection } = last;
    const payload = cancelQuestionLayout.encode({ coreHash: sealed.coreHash, token: sealed.cancelToken });
    // A proxy that cannot be told lets the worker run to its end; the caller is not kept waiting for that.
    await connection.ask({ operation: 'cancel', payload }).catch(() => undefined);
  }

  return {
    cancel,
    stop: () => call.stop(aborted()),
    async resumeToken() {
      const { sealed } = await started;
      return RESUME_PREFIX + toBase64Url(concat(sealed.coreHash, sealed.resumeToken));
    },
    async *items() {
      const answer = await started;
      // Not needed before the end, so not loaded before the start.
      const report = loadPart(() => import('./report/build-report.js'));
      report.catch(() => undefined);
      const seen = { textBytes: 0, choices: new Set<number>() };
      const follow = followAnswer(answer, { session, config, signal: call.signal, over: call.done });
      try {
        for (;;) {
          const { done, value } = await follow.next();
          if (done === true) {
            if (value === undefined) throw aborted();
            const { buildReport } = await report;
            const built = buildReport({
              answer,
              receipt: value,
              seen,
              config,
              registry: await session.registry(),
              sha256: platform.sha256,
            });
            return { answer, receipt: value, report: built };
          }
          const chunk = inspected.operation === undefined ? parseChunk(value) : NO_CHUNK;
          seen.textBytes += textBytes(chunk);
          for (const { index } of chunk.choices) seen.choices.add(index);
          yield { chunk, raw: value };
        }
      } finally {
        await follow.return(undefined);
      }
    },
  };
}
