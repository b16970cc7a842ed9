// What happens to one request between its last body byte and its acknowledged bill? The worker's main path.
import type { Beacon } from '@cocoonkit/sdk/protocol';
import { type Finish, type InnerRequest, PROTOCOL_VERSION } from '@cocoonkit/sdk/protocol';
import { finalBytes, signReceipt, type UnsignedReceipt } from '@cocoonkit/sdk/receipts';
import { type OpenedRequest, openRequest } from '@cocoonkit/sdk/seal';
import type { Answer } from './answer.js';
import type { CheckedRequest } from './check-request.js';
import type { Epoch } from './make-epoch.js';
import { type Bill, createMeter, type Meter } from './meter.js';
import type { OutboxSink } from './outbox.js';
import { outboxEntry } from './outbox-entry.js';
import { createFramePacer } from './pace-frames.js';
import { readInnerRequest } from './read-inner-request.js';
import { type EngineOutcome, type EngineRun, leaveEngine, relayEngine, startEngine } from './run-engine.js';
import type { RunningRequest } from './running-requests.js';
import { workerFailure } from './worker-failure.js';
import type { WorkerParts } from './worker-parts.js';

export interface RequestOrder {
  checked: CheckedRequest;
  body: Uint8Array;
  epoch: Epoch;
  running: RunningRequest;
  /** Where the bill goes first. */
  sink: OutboxSink;
  /** Called once, when the answer has its first record. */
  onAnswer: (answer: Answer) => void;
}

export interface Finished {
  finish: Finish;
  tokens: bigint;
  frames: number;
}

/**
 * Opens, runs, seals, signs. Returns undefined when the request was revoked before anything was sent.
 * @throws CocoonError `REQUEST_REFUSED` when the request does not open: then nothing was answered and nothing is owed.
 */
export async function handleRequest(order: RequestOrder, parts: WorkerParts): Promise<Finished | undefined> {
  const { checked, epoch } = order;
  const opened = await openRequest({
    keys: epoch.keys,
    digest: epoch.digest,
    coreBytes: checked.coreBytes,
    wrap: checked.wrap,
    body: order.body,
    random: parts.random,
  });
  const beaconStart = parts.clock.newestBeacon();
  const started = start(opened, order, parts);
  try {
    return await answerRequest(started, { order, opened, beaconStart, parts });
  } finally {
    if (started.kind === 'running') leaveEngine(started.run);
  }
}

async function answerRequest(
  started: Started,
  context: Omit<Conclusion, 'answer'>,
): Promise<Finished | undefined> {
  const { order, opened, parts } = context;
  const { checked, running } = order;
  const head = await opened.reply.head();
  const answer = parts.answers.begin({ coreHash: checked.coreHash, resumeHash: checked.core.resumeHash });
  try {
    if (wasRevoked(running)) {
      parts.answers.discard(answer);
      return undefined;
    }
    answer.append(head);
    running.answer = answer;
    order.onAnswer(answer);
    const outcome = await relay(started, { opened, answer, running, parts });
    if (wasRevoked(running) && !answer.started) {
      parts.answers.discard(answer);
      return undefined;
    }
    return await conclude(outcome, { ...context, answer });
  } finally {
    parts.answers.finish(answer);
  }
}

function wasRevoked(running: RunningRequest): boolean {
  return running.stopReason === 'revoked';
}

type Started = { kind: 'running'; run: EngineRun; meter: Meter } | { kind: 'failed'; error: unknown };

/** From here on every failure is sealed to the client. */
function start(opened: OpenedRequest, { epoch, running }: RequestOrder, parts: WorkerParts): Started {
  try {
    const { operation } = opened.inner;
    const request = saltCache(readInnerRequest(opened.inner, parts.engine.card), opened.inner, parts);
    const meter = createMeter({
      maxOutput: operation === 'embeddings' ? 0 : opened.inner.maxOutput,
      writes: operation !== 'embeddings',
      capTokens: opened.inner.capTokens,
      coefficient: epoch.claims.coefficient,
      prices: epoch.prices,
      cacheIsSalted: parts.cacheIsSalted,
    });
    const engineRequest = { operation, request, maxOutputTokens: meter.maxOutputTokens };
    return { kind: 'running', run: startEngine(parts.engine, engineRequest, running.signal), meter };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

/** Two users' prompts must not meet in one prefix cache: hits would show in times and in the bill. */
function saltCache(
  request: Record<string, unknown>,
  inner: InnerRequest,
  parts: WorkerParts,
): Record<string, unknown> {
  if (!parts.cacheIsSalted) return request;
  return { ...request, cache_salt: Buffer.from(inner.cacheSalt).toString('base64url') };
}

interface Relay {
  opened: OpenedRequest;
  answer: Answer;
  running: RunningRequest;
  parts: WorkerParts;
}

type Outcome =
  | { kind: 'billed'; bill: Bill; outcome: EngineOutcome & { kind: 'ended' } }
  | { kind: 'failed'; error: unknown };

async function relay(started: Started, { opened, answer, running, parts }: Relay): Promise<Outcome> {
  if (started.kind === 'failed') return started;
  const { run, meter } = started;
  const pacer = createFramePacer({
    reply: opened.reply,
    padding: opened.core.padding,
    timing: parts.timing,
    emit: (records) => answer.append(records),
  });
  let outcome: EngineOutcome;
  try {
    outcome = await relayEngine(run, { pacer, meter, answer, signal: running.signal });
  } finally {
    await pacer.close({ hurry: running.signal.aborted });
  }
  if (outcome.kind === 'failed') return outcome;
  try {
    return { kind: 'billed', bill: meter.settle(outcome.usage), outcome };
  } catch (error) {
    return { kind: 'failed', error };
  }
}

interface Conclusion {
  order: RequestOrder;
  opened: OpenedRequest;
  answer: Answer;
  beaconStart: Beacon;
  parts: WorkerParts;
}

/** ERROR if it failed, padding, then FINAL with the signed bill; the bill is in the outbox before FINAL can leave. */
async function conclude(outcome: Outcome, conclusion: Conclusion): Promise<Finished> {
  const { order, opened, answer, parts } = conclusion;
  const { checked, epoch } = order;
  const { reply } = opened;
  if (outcome.kind === 'failed') answer.append(await reply.error(workerFailure(outcome.error)));
  const bill = outcome.kind === 'billed' ? outcome.bill : NOTHING_USED;
  const finish = finishOf(outcome);
  const privateReceipt = {
    usage: bill.usage,
    countedBy: outcome.kind === 'billed' ? outcome.outcome.countedBy : ('engine' as const),
    salt: parts.random(32),
  };
  const unsigned: UnsignedReceipt = {
    version: PROTOCOL_VERSION,
    coreHash: checked.coreHash,
    operationId: checked.core.operationId,
    audience: checked.core.audience,
    transcript: new Uint8Array(32),
    frames: 0,
    workerDigest: epoch.digest,
    assignmentHash: checked.assignmentHash,
    model: epoch.claims.model,
    priceDigest: epoch.claims.priceDigest,
    coefficient: epoch.claims.coefficient,
    tokens: bill.tokens,
    finish,
    sequence: epoch.nextSequence(),
    beaconStart: conclusion.beaconStart,
    beaconEnd: parts.clock.newestBeacon(),
  };
  answer.append(await reply.padBeforeFinal(finalBytes(unsigned, privateReceipt)));
  const { hash, frames } = reply.transcript();
  const receipt = { ...unsigned, transcript: hash, frames };
  const final = await signReceipt(epoch.keys.signer, receipt, privateReceipt);
  const finalRecord = await reply.final(final);
  parts.outbox.add(outboxEntry(checked.core, checked.coreHash, final), order.sink);
  answer.append(finalRecord);
  return { finish, tokens: bill.tokens, frames };
}

const NOTHING_USED: Bill = {
  usage: { prompt: 0, cached: 0, completion: 0, reasoning: 0 },
  tokens: 0n,
  capped: false,
};

function finishOf(outcome: Outcome): Finish {
  if (outcome.kind === 'failed') return 'error';
  const { finish } = outcome.outcome;
  return outcome.bill.capped && finish !== 'cancelled' ? 'length' : finish;
}
