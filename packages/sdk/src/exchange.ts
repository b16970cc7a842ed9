// What is one question and its answer, from the inspected request to the report? Used by chat(), stream(), embed() and resume() alike.
import { platform } from '#platform';
import type { ChatChunk } from './chat-types.js';
import type { Config } from './config.js';
import { CocoonError } from './errors.js';
import { toHex } from './internal/bytes.js';
import { loadPart } from './internal/load-part.js';
import { cancelQuestionLayout } from './protocol/control.js';
import { decodeCore } from './protocol/core.js';
import type { VerifiedReceipt } from './receipts/verify-receipt.js';
import { parseChunk, textBytes } from './reply-chunk.js';
import { followAnswer } from './reply-follow.js';
import type { VerificationReport } from './report/verification-report.js';
import { coreHash, priceDigest } from './seal/envelope/digests.js';
import { placeAt, reopen } from './seal/reply-place.js';
import { askEvidence } from './session/ask-evidence.js';
import { type Call, type CallOptions, startCall } from './session/call.js';
import type { InspectedRequest } from './session/inspect-request.js';
import { disallowed, type ProxyConnection } from './session/proxy-connection.js';
import { resumeAnswer } from './session/resume-answer.js';
import type { ResumeTools } from './session/resume-saved.js';
import type { RunningAnswer, SealedNames } from './session/running-answer.js';
import { audienceOf } from './session/seal-attempt.js';
import { sealedFailure } from './session/sealed-failure.js';
import { sendRequest } from './session/send-request.js';
import type { Session } from './session.js';
import { aborted } from './transport/transport.js';

/** Stands for an item that is no chunk of a chat: whoever asked for it reads its bytes. */
const NO_CHUNK: ChatChunk = { choices: [] };

export interface Item {
  readonly chunk: ChatChunk;
  /** The JSON as the engine wrote it. */
  readonly raw: Uint8Array;
}

export interface Outcome {
  readonly answer: RunningAnswer;
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

/** Handed to the part that resumes, which is loaded when it is needed and brings only what nothing else needs. */
const RESUME_TOOLS: ResumeTools = {
  sha256: platform.sha256,
  decodeCore,
  priceDigest,
  coreHash,
  placeAt,
  reopen,
  askEvidence,
  resumeAnswer,
  audienceOf,
  sealedFailure,
};

interface Parts {
  readonly session: Session;
  readonly config: Config;
}

type Begin = (call: Call, sent: (sealed: SealedNames, to: ProxyConnection) => void) => Promise<RunningAnswer>;

/** Starts at once. */
export function startExchange(inspected: InspectedRequest, options: CallOptions, parts: Parts): Exchange {
  const read = inspected.operation === undefined ? parseChunk : () => NO_CHUNK;
  return exchange((call, sent) => sendRequest(inspected, { ...parts, call, sent }), options, parts, read);
}

/** Goes on with an answer another process began. What is wrong with the token reaches whoever reads. */
export function resumeExchange(token: string, options: CallOptions, parts: Parts): Exchange {
  return exchange(
    async (call, sent) => {
      const { openSaved } = await loadPart(() => import('./session/resume-saved.js'));
      return openSaved(token, { ...parts, call, sent, tools: RESUME_TOOLS });
    },
    options,
    parts,
    parseChunk,
  );
}

function exchange(
  begin: Begin,
  options: CallOptions,
  { session, config }: Parts,
  read: (item: Uint8Array) => ChatChunk,
): Exchange {
  const call = startCall(options);
  let last: { sealed: SealedNames; connection: ProxyConnection } | undefined;
  let cancelled = false;

  const started = begin(call, (sealed, connection) => {
    last = { sealed, connection };
  });
  // Whoever reads the items hears of it; until then it must not count as unhandled.
  started.catch(() => call.done());
  call.signal.addEventListener('abort', () => void cancel(), { once: true });

  /** PROTOCOL.md §13. */
  const supportId = () => last && toHex(platform.sha256(last.sealed.core.operationId)).slice(0, 16);
  /** Errors tell the application by which name to ask about its request. */
  const named = <T>(task: Promise<T>): Promise<T> =>
    task.catch((error: unknown) => {
      if (error instanceof CocoonError) error.supportId ??= supportId();
      throw error;
    });

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
      const answer = await started;
      const { makeResumeToken } = await loadPart(() => import('./session/resume-saved.js'));
      return makeResumeToken(answer, RESUME_TOOLS);
    },
    async *items() {
      const answer = await named(started);
      // Not needed before the end, so not loaded before the start.
      const report = loadPart(() => import('./report/build-report.js'));
      report.catch(() => undefined);
      const { progress } = answer;
      // Looked at again while the answer runs: its worker may be revoked meanwhile.
      let rules = await session.registry();
      const look = () =>
        session.registry().then(
          (now) => (rules = now),
          () => rules,
        );
      const moved = (connection: ProxyConnection) => {
        last = { sealed: answer.sealed, connection };
      };
      const follow = followAnswer(answer, { session, config, call, moved });
      try {
        for (;;) {
          const { done, value } = await named(follow.next());
          if (done === true) {
            if (value === undefined) throw aborted();
            const { buildReport } = await report;
            const built = buildReport({
              answer,
              receipt: value,
              config,
              registry: await look(),
              revoked: disallowed(value.worker, config, rules),
              sha256: platform.sha256,
              supportId: supportId(),
            });
            return { answer, receipt: value, report: built };
          }
          void look();
          const chunk = read(value);
          progress.delivered++;
          progress.textBytes += textBytes(chunk);
          for (const { index } of chunk.choices) progress.choices.add(index);
          yield { chunk, raw: value };
        }
      } finally {
        await follow.return(undefined);
      }
    },
  };
}
