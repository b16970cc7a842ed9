// POST /v1/infer/{replica}: sealed request in, sealed records out (PROTOCOL.md §15).
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Notice, noticeLayout } from '@cocoonkit/sdk/protocol';
import { type AnswerSealer, answerSealerOf, openEnvelope } from '@cocoonkit/sdk/seal/envelope';
import { admitRequest } from '../admission/admit-request.js';
import { startAnswer } from '../forward/answer-relay.js';
import { type Forwarded, forwardRequest } from '../forward/forward-request.js';
import { toHex } from '../hex.js';
import { discardRest } from '../http/body-reader.js';
import type { ProxyParts } from '../proxy-parts.js';
import { refusal, refusalCode, retryAfterMs } from '../refusal.js';
import { requestName } from '../request-name.js';
import { answerHint, DISCARD_BYTES, DISCARD_MS } from './answer-hint.js';
import { type IncomingSealed, readMessage } from './read-message.js';

export interface Exchange {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  replica: string;
  address: string;
}

export async function infer(exchange: Exchange, parts: ProxyParts): Promise<void> {
  const { state, limits, metrics, log } = parts;
  state.inferring++;
  const startedAt = performance.now();
  const elapsed = (): number => Math.round(performance.now() - startedAt);
  let answers: AnswerSealer | undefined;
  let request: string | undefined;
  try {
    if (state.inferring > limits.openRequests)
      throw refusal('TOO_MANY_REQUESTS', 'Too many requests are under way.');
    const sealed = await readMessage(exchange.incoming, { ...exchange, type: 'infer' }, parts);
    const opened = await parts.opening.run(() => openEnvelope(sealed.message));
    answers = opened.answers;
    request = requestName(opened.core.operationId);
    const admitted = await admitRequest(opened, sealed.announcedBytes, parts);
    const forwarded = await forward(sealed, admitted, exchange, parts);
    const spendable = spendableTokens(admitted.account, parts);
    await finish(exchange, opened.answers, forwarded, spendable, parts);
    const code = typeof forwarded === 'object' && 'refused' in forwarded ? forwarded.refused : undefined;
    metrics.request(code === undefined ? 'answered' : 'lost', code);
    if (code === undefined) metrics.took(elapsed());
    log('info', { event: 'request', request, code, ms: elapsed() });
  } catch (error) {
    const sealer = answers ?? answerSealerOf(error);
    if (sealer === undefined) {
      metrics.request('hint', answerHint(exchange, error, toHex(parts.identity.current().digest)));
      return;
    }
    const code = refusalCode(error);
    metrics.request('refused', code);
    log('info', { event: 'refused', request, code, ms: elapsed() });
    await say(exchange, sealer, {
      type: 'refused',
      code,
      ticket: parts.tickets.issue(),
      retryAfterMs: retryAfterMs(code),
    });
  } finally {
    state.inferring--;
  }
}

async function forward(
  sealed: IncomingSealed,
  admitted: Awaited<ReturnType<typeof admitRequest>>,
  exchange: Exchange,
  parts: ProxyParts,
): Promise<Forwarded> {
  try {
    return await forwardRequest(admitted, { body: sealed.body, outgoing: exchange.outgoing }, parts);
  } finally {
    admitted.giveBackSlot();
  }
}

async function finish(
  exchange: Exchange,
  answers: AnswerSealer,
  forwarded: Forwarded,
  spendableTokens: bigint | undefined,
  parts: ProxyParts,
): Promise<void> {
  const ticket = parts.tickets.issue();
  if (forwarded === 'silent') exchange.outgoing.end();
  else if ('refused' in forwarded)
    await say(exchange, answers, { type: 'refused', code: forwarded.refused, ticket });
  else {
    const chargedTokens = forwarded.charged;
    await say(exchange, answers, { type: 'settled', chargedTokens, spendableTokens, ticket });
  }
}

/** The last record of an answer, under the key that only this client has. */
async function say(exchange: Exchange, answers: AnswerSealer, notice: Notice): Promise<void> {
  const { outgoing, incoming } = exchange;
  if (outgoing.destroyed) return;
  const record = await answers.seal(noticeLayout.encode(notice));
  startAnswer(outgoing);
  outgoing.end(record);
  discardRest(incoming, DISCARD_BYTES, DISCARD_MS);
}

function spendableTokens(account: string, parts: ProxyParts): bigint | undefined {
  try {
    const { spendable } = parts.ledger.account(account);
    return (spendable > 0n ? spendable : 0n) / parts.pricePerToken;
  } catch {
    return undefined;
  }
}
