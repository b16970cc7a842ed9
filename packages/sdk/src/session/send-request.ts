// How does a request leave, and when may it be sent again? Seal to verified machines; the one retry rule (PROTOCOL.md §14).
import type { Config } from '../config.js';
import { CocoonError } from '../errors.js';
import { toHex } from '../internal/bytes.js';
import { LIMITS } from '../protocol/limits.js';
import type { PriceTable } from '../protocol/price.js';
import { authorize } from '../seal/authorize.js';
import { priceDigest } from '../seal/envelope/digests.js';
import { createReplyOpener, type ReplyOpener } from '../seal/reply-opener.js';
import { sealEnvelope } from '../seal/seal-envelope.js';
import { type SealedRequest, sealRequest } from '../seal/seal-request.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import type { Ready, Session } from '../session.js';
import { type AnswerEvent, type AnswerReader, createAnswerReader } from './answer-reader.js';
import { askAccount } from './ask-account.js';
import type { Call } from './call.js';
import { drawCandidates } from './draw-candidates.js';
import { ineligible, nothingEligible } from './eligible.js';
import type { InspectedRequest } from './inspect-request.js';
import type { PooledWorker } from './model-pool.js';
import { type Plan, planRequest } from './plan-request.js';
import { MAX_REPLICA_CHANGES, type ProxyConnection } from './proxy-connection.js';
import { sealedFailure } from './sealed-failure.js';

const MAX_RETRIES = 2;
/** Refusals after which the same operation is sealed anew. */
const RETRIED = ['RESELECT', 'KEY_EXPIRED'];
const EXPIRES_AHEAD_SECONDS = 120;
const MAX_WAIT_MS = 5_000;

/** An answer that has begun: its first frame was opened. */
export interface Answer {
  readonly request: InspectedRequest;
  readonly sealed: SealedRequest;
  readonly plan: Plan;
  readonly prices: PriceTable;
  readonly connection: ProxyConnection;
  readonly proxy: VerifiedMachine;
  readonly candidates: readonly PooledWorker[];
  readonly retries: number;
  readonly opener: ReplyOpener;
  readonly reader: AnswerReader;
  /** Events of the records up to the first frame. */
  readonly first: readonly AnswerEvent[];
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
      const answer = await call.within(sendAttempt(attempt, { session, config, call, sent }));
      warmUp(answer, session, config);
      return { ...answer, request, retries };
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

type Attempt = Pick<Answer, 'sealed' | 'plan' | 'prices' | 'connection' | 'proxy' | 'candidates'>;

async function sealAttempt(
  request: InspectedRequest,
  ready: Ready,
  parts: {
    session: Session;
    config: Config;
    call: Call;
    operationId: Uint8Array;
    avoid: ReadonlySet<string>;
  },
): Promise<Attempt> {
  const { session, config, call, operationId, avoid } = parts;
  const { connection, proxy } = ready;
  const { prices } = await session.registry();
  const digest = priceDigest(prices);
  const needs = { model: request.model, features: request.features, priceDigest: digest };
  const eligible = ready.workers.filter(({ machine }) => ineligible(machine, needs, config) === undefined);
  const machines = ready.workers.map(({ machine }) => machine);
  if (eligible.length === 0) throw nothingEligible(machines, needs, config);
  const candidates = drawCandidates(config.random, eligible, config.candidates, avoid);
  const drawn = candidates.map(({ machine }) => machine);
  const plan = await planAffordable(request, drawn, prices, { session, connection, call });
  const { suite, random } = config;
  const [answerKey, ...contexts] = await Promise.all([
    session.warm.answerKey(suite),
    ...drawn.map((machine) => session.warm.context(machine, 'request', suite)),
  ]);
  const sealed = await sealRequest({
    request: {
      operation: 'chat.completions',
      json: request.json,
      model: request.model,
      maxOutput: plan.maxOutput,
      capTokens: plan.capTokens,
      cacheSalt: random(32),
    },
    routing: {
      suite,
      audience: audienceOf(proxy),
      operationId,
      maxCoefficient: plan.maxCoefficient,
      priceDigest: digest,
      expires: Math.floor(config.now().getTime() / 1000) + EXPIRES_AHEAD_SECONDS,
      maxMs: call.maxMs,
      detachMs: LIMITS.detachMs,
      padding: config.padding,
    },
    contexts,
    answerKey,
    random,
  });
  return { sealed, plan, prices, connection, proxy, candidates };
}

/** Where money seems short, the ledger is asked first: what it said last may be old. */
async function planAffordable(
  request: InspectedRequest,
  drawn: readonly VerifiedMachine[],
  prices: PriceTable,
  parts: { session: Session; connection: ProxyConnection; call: Call },
): Promise<Plan> {
  const { session, connection, call } = parts;
  const { terms } = await session.credentials.current();
  const plan = () =>
    planRequest(request, drawn, prices, {
      maxCost: call.maxCost,
      spendable: least(session.spendable, terms?.capTokens),
    });
  if (session.spendable === undefined) return plan();
  try {
    const first = plan();
    if (first.lowered !== 'money') return first;
  } catch (error) {
    if (!(error instanceof CocoonError) || error.code !== 'INSUFFICIENT_FUNDS') throw error;
  }
  await call.within(askAccount(session, connection));
  return plan();
}

/** Sends one sealing and reads up to its first frame. Another replica gets a new envelope around the same sealing. */
async function sendAttempt(
  attempt: Attempt,
  parts: {
    session: Session;
    config: Config;
    call: Call;
    sent: (sealed: SealedRequest, to: ProxyConnection) => void;
  },
) {
  const { session, call, sent } = parts;
  const { connection, sealed, prices } = attempt;
  let proxy = attempt.proxy;
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
      const opener = createReplyOpener(sealed, { prices });
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

async function readFirstFrame(
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

export function audienceOf(proxy: VerifiedMachine): string {
  return proxy.manifest.proxy?.audience ?? '';
}

function least(...amounts: readonly (bigint | undefined)[]): bigint | undefined {
  return amounts.reduce((low, amount) =>
    low === undefined || (amount !== undefined && amount < low) ? amount : low,
  );
}
