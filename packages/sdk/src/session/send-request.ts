// When may a request be sent again? The one retry rule around sealing and sending (PROTOCOL.md §14).
import type { Config } from '../config.js';
import { CocoonError } from '../errors.js';
import { toHex } from '../internal/bytes.js';
import type { SealedRequest } from '../seal/seal-request.js';
import type { Ready, Session } from '../session.js';
import type { Call } from './call.js';
import type { InspectedRequest } from './inspect-request.js';
import type { ProxyConnection } from './proxy-connection.js';
import { type Progress, progressFrom } from './running-answer.js';
import { type Attempt, sealAttempt } from './seal-attempt.js';
import { type Begun, sendAttempt } from './send-attempt.js';

const MAX_RETRIES = 2;
/** Refusals after which the same operation is sealed anew. */
const RETRIED = ['RESELECT', 'KEY_EXPIRED', 'WORKER_BUSY'];
const MAX_WAIT_MS = 5_000;
/** A replica that shuts down is replaced behind its address; until then it says so again. */
const DRAIN_WAIT_MS = 1_000;

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
  // Before anything else: without an account nothing may leave.
  await call.within(session.credentials.current());
  const operationId = config.random(16);
  const avoid = new Set<string>();
  for (let retries = 0; ; retries++) {
    const ready = await call.within(session.ready(request.model));
    const attempt = await sealAttempt(request, ready, { session, config, call, operationId, avoid });
    try {
      const answer = await call.within(sendAttempt(attempt, { session, call, sent }));
      warmUp(answer, session, config);
      // The first frame was read, and nothing of it returned.
      return { ...answer, request, retries, progress: progressFrom(answer.opener.records - 1) };
    } catch (error) {
      if (
        retries >= MAX_RETRIES ||
        !(await mayRetry(error, attempt, ready, { session, config, call, avoid }))
      )
        throw error;
      config.emit({
        type: 'retry',
        code: error instanceof CocoonError ? error.code : 'RESELECT',
        attempt: retries + 1,
      });
    }
  }
}

async function mayRetry(
  error: unknown,
  attempt: Attempt,
  ready: Ready,
  parts: { session: Session; config: Config; call: Call; avoid: Set<string> },
): Promise<boolean> {
  const { session, config, call, avoid } = parts;
  // Only what the proxy itself sealed: a status page must not make a client send twice.
  if (!(error instanceof CocoonError) || error.source !== 'proxy') return false;
  if (error.code === 'GRANT_EXPIRED') return call.within(session.credentials.renew());
  if (error.code === 'DRAINING') {
    // Nothing was reserved or assigned. Behind the same address another replica may answer by now.
    attempt.connection.forget(attempt.proxy);
    if (!session.leave(attempt.connection, error.code)) await call.within(wait(DRAIN_WAIT_MS));
    return true;
  }
  if (!RETRIED.includes(error.code)) return false;
  for (const { machine } of attempt.candidates) avoid.add(toHex(machine.digest));
  await call.within(ready.pool.refresh(config.candidates));
  const others = (await call.within(ready.pool.workers(config.candidates))).some(
    ({ machine }) => !avoid.has(toHex(machine.digest)),
  );
  if (!others) await call.within(wait(error.details['retryAfterMs']));
  return true;
}

function wait(ms: string | number | boolean | undefined): Promise<void> {
  const bounded = typeof ms === 'number' ? Math.min(ms, MAX_WAIT_MS) : 0;
  return new Promise((resolve) => setTimeout(resolve, bounded));
}

function warmUp({ candidates, proxy, connection }: Attempt, session: Session, { suite }: Config): void {
  session.warm.warmLater([
    { machine: proxy, use: 'envelope', suite: connection.suiteFor(proxy) },
    ...candidates.map(({ machine }) => ({ machine, use: 'request' as const, suite })),
  ]);
}
