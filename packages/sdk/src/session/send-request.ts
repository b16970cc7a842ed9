// How does a request reach a machine? Sealed, sent, and once more where nothing of an answer came back (PROTOCOL.md §14).
import type { Config } from '../config.js';
import type { SealedRequest } from '../seal/seal-request.js';
import type { Ready, Session } from '../session.js';
import type { Call } from './call.js';
import type { InspectedRequest } from './inspect-request.js';
import type { ProxyConnection } from './proxy-connection.js';
import { resumeAnswer } from './resume-answer.js';
import type { Retry } from './retry.js';
import { type Progress, progressFrom } from './running-answer.js';
import { type Attempt, audienceOf, sealAttempt } from './seal-attempt.js';
import { type Begun, readFirstFrame, sendAttempt } from './send-attempt.js';

/** An answer that has begun: its first frame was opened. */
export interface Answer extends Begun {
  readonly request: InspectedRequest;
  readonly retries: number;
  readonly progress: Progress;
}

/** @throws CocoonError of every step; kinds `attestation`, `config`, `model` and most of `payment` before anything was sent */
export async function sendRequest(
  request: InspectedRequest,
  parts: {
    session: Session;
    config: Config;
    call: Call;
    sent: (sealed: SealedRequest, to: ProxyConnection) => void;
  },
): Promise<Answer> {
  const { session, config, call, sent } = parts;
  const { model } = request;
  // Before anything else: without an account nothing may leave.
  await call.within(session.credentials.current());
  const operationId = config.random(16);
  const avoid = new Set<string>();
  let retry: Retry | undefined;
  for (let retries = 0; ; retries++) {
    let ready: Ready | undefined;
    let attempt: Attempt | undefined;
    let begun: Begun | undefined;
    try {
      ready = await call.within(session.ready(model));
      retry?.check(ready.proxy);
      attempt = await sealAttempt(request, ready, { session, config, call, operationId, avoid });
      begun = await call.within(sendAttempt(attempt, { session, call, sent }));
    } catch (error) {
      // What never worked may be a wrong name or address; what did is waited for.
      if (retry === undefined && attempt === undefined && !session.answered.has(model)) throw error;
      const part = await import('./retry.js').catch(() => {
        // A page that can no longer load its own files is told what went wrong first.
        throw error;
      });
      retry ??= part.createRetry({
        ...parts,
        avoid,
        tools: { resumeAnswer, readFirstFrame, audienceOf },
      });
      begun = await retry.after({ error, attempt, pool: ready?.pool });
    }
    if (begun === undefined) continue;
    session.answered.add(model);
    warmUp(begun, session, config);
    // The first frame was read, and nothing of it returned.
    return { ...begun, request, retries, progress: progressFrom(begun.opener.records - 1) };
  }
}

function warmUp({ candidates, proxy, connection }: Attempt, session: Session, { suite }: Config): void {
  session.warm.warmLater([
    { machine: proxy, use: 'envelope', suite: connection.suiteFor(proxy) },
    ...candidates.map(({ machine }) => ({ machine, use: 'request' as const, suite })),
  ]);
}
