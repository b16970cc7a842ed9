// How does one sealing travel, and does its answer begin? Up to the first frame.
import { CocoonError } from '../errors.js';
import { authorize } from '../seal/authorize.js';
import { createReplyOpener, type ReplyOpener } from '../seal/reply-opener.js';
import { sealEnvelope } from '../seal/seal-envelope.js';
import type { SealedRequest } from '../seal/seal-request.js';
import type { Session } from '../session.js';
import { type AnswerEvent, type AnswerReader, createAnswerReader } from './answer-reader.js';
import type { Call } from './call.js';
import { MAX_REPLICA_CHANGES, type ProxyConnection } from './proxy-connection.js';
import { type Attempt, audienceOf } from './seal-attempt.js';
import { sealedFailure } from './sealed-failure.js';

/** An attempt whose answer has begun. */
export interface Begun extends Attempt {
  readonly opener: ReplyOpener;
  readonly reader: AnswerReader;
  /** Events of the records up to the first frame. */
  readonly first: readonly AnswerEvent[];
}

/** Another replica gets a new envelope around the same sealing. @throws CocoonError transport errors, and what the proxy sealed */
export async function sendAttempt(
  attempt: Attempt,
  parts: { session: Session; call: Call; sent: (sealed: SealedRequest, to: ProxyConnection) => void },
): Promise<Begun> {
  const { session, call, sent } = parts;
  const { connection, sealed, prices } = attempt;
  let proxy = attempt.proxy;
  const opener = createReplyOpener(sealed, { prices });
  attempt.opener = opener;
  for (let change = 0; ; change++) {
    const spender = await session.credentials.current();
    const authorization = await authorize({ ...spender, coreHash: sealed.coreHash });
    const context = await session.warm.context(proxy, 'envelope', connection.suiteFor(proxy));
    const { bytes, answers } = await sealEnvelope({
      context,
      sealed,
      authorization,
      ticket: connection.ticket,
    });
    sent(sealed, connection);
    try {
      const stream = await connection.transport.infer(proxy.digest, [bytes, sealed.body], call.signal);
      const reader = createAnswerReader({ stream, opener, answers });
      const first = await readFirstFrame(reader, opener, session, connection);
      return { ...attempt, proxy, opener, reader, first };
    } catch (error) {
      const moved = error instanceof CocoonError && error.code === 'WRONG_REPLICA';
      if (!moved || change >= MAX_REPLICA_CHANGES) throw error;
      connection.forget(proxy);
      proxy = await connection.machine();
      // The core names the ledger: behind another one it would be refused, and must not be offered.
      if (audienceOf(proxy) !== sealed.core.audience) throw error;
    }
  }
}

/** @throws CocoonError, source `proxy`, for a refusal; transport errors */
export async function readFirstFrame(
  reader: AnswerReader,
  opener: ReplyOpener,
  session: Session,
  connection: ProxyConnection,
): Promise<AnswerEvent[]> {
  const events: AnswerEvent[] = [];
  try {
    for (;;) {
      const record = await reader.next();
      if (record === undefined) opener.end();
      for (const event of record?.events ?? []) {
        if (event.type === 'notice') await takeNotice(event.notice, session, connection);
        else events.push(event);
      }
      if (record === undefined || record.kind === 'frame') return events;
    }
  } catch (error) {
    reader.close();
    throw error;
  }
}

/** Keeps what a notice says; a refusal becomes an error. @throws CocoonError, source `proxy` */
export async function takeNotice(
  notice: Extract<AnswerEvent, { type: 'notice' }>['notice'],
  session: Session,
  connection: ProxyConnection,
): Promise<void> {
  if (notice.ticket !== undefined) connection.ticket = notice.ticket;
  if (notice.spendableTokens !== undefined) session.spendable = notice.spendableTokens;
  if (notice.type !== 'refused') return;
  const { code = 'UNKNOWN_REFUSAL', retryAfterMs } = notice;
  throw await sealedFailure(code, 'proxy', retryAfterMs === undefined ? {} : { retryAfterMs });
}
