// What does the proxy of the in-memory network do? Real envelopes, authorizations, rosters and assignments; the ledger is a map.

import { platform } from '#platform';
import { CocoonError } from '../errors.js';
import { equalBytes, toHex } from '../internal/bytes.js';
import {
  accountAnswerLayout,
  type ControlAnswer,
  cancelQuestionLayout,
  controlAnswerLayout,
  evidenceQuestionLayout,
  modelsAnswerLayout,
  resumeQuestionLayout,
  rosterAnswerLayout,
  rosterQuestionLayout,
} from '../protocol/control.js';
import type { Core } from '../protocol/core.js';
import { decodeSealedHeader } from '../protocol/envelope.js';
import { type EvidenceBundle, encodeEvidenceBundle } from '../protocol/evidence.js';
import type { Final } from '../protocol/frame.js';
import type { Beacon } from '../protocol/manifest.js';
import { type Notice, noticeLayout } from '../protocol/notice.js';
import { RecordReader } from '../protocol/record.js';
import { encodeRosterPage } from '../protocol/roster.js';
import type { Registry } from '../registry/registry.js';
import type { AnswerSealer } from '../seal/envelope/answer-sealer.js';
import { assignmentHash, signAssignment } from '../seal/envelope/assignment.js';
import {
  answerSealerOf,
  type OpenedControl,
  type OpenedEnvelope,
  openControl,
  openEnvelope,
} from '../seal/envelope/open-message.js';
import { rosterPageHash, signRoster } from '../seal/envelope/roster.js';
import { verifyAuthorization, verifyControlAuthorization } from '../seal/envelope/verify-authorization.js';
import type { Random } from '../seal/random.js';
import { chargeable } from './chargeable.js';
import type { MemoryFaults } from './memory-faults.js';
import { codeOf, refusal } from './memory-refusal.js';
import { runWorker, type ScriptedModel } from './memory-worker.js';
import { rewrap } from './rewrap.js';
import type { SimulatedMachine } from './simulated-machine.js';

export interface MemoryWorker {
  machine: SimulatedMachine;
  model: ScriptedModel;
  load: number;
  success: number;
  /** False: listed, but not connected. */
  connected: boolean;
  /** Requests it has answered. */
  served: number;
}

export interface ProxyParts {
  proxy: SimulatedMachine;
  registry: Registry;
  beacon: Beacon;
  now: () => Date;
  random: Random;
  workers: MemoryWorker[];
  faults: MemoryFaults;
  /** Adjusted tokens by account id. */
  balances: Map<string, bigint>;
  /** Operations that were charged. */
  charges: { account: string; operation: string; tokens: bigint }[];
}

const NOTHING = new Uint8Array(0);
/** Answers that run or can be resumed. */
const MAX_STORED = 64;

interface StoredAnswer {
  core: Core;
  cancelled: boolean;
  records: Uint8Array[];
  /** Lets the worker make the next record; false after its FINAL. */
  more: () => Promise<boolean>;
}

const stored = new WeakMap<ProxyParts, Map<string, StoredAnswer>>();
/** Core hashes that came in. */
const admitted = new WeakMap<ProxyParts, Set<string>>();

/** From a record on: those that are stored, then new ones. */
async function* recordsFrom(answer: StoredAnswer, from: number): AsyncGenerator<Uint8Array> {
  for (let index = from; ; index++) {
    if (index >= answer.records.length && !(await answer.more())) return;
    const record = answer.records[index];
    if (record === undefined) return;
    yield record;
  }
}

function storedAnswer(
  parts: ProxyParts,
  coreHash: Uint8Array,
  token: Uint8Array,
  use: 'cancelHash' | 'resumeHash',
) {
  const answer = stored.get(parts)?.get(toHex(coreHash));
  if (answer === undefined) throw refusal('UNKNOWN_REQUEST');
  if (!equalBytes(platform.sha256(token), answer.core[use])) throw refusal('TOKEN_INVALID');
  return answer;
}

export function proxyEvidence({ proxy, faults }: ProxyParts): Uint8Array {
  const bundle = { machines: [proxy.evidence], collaterals: [proxy.collateral] };
  return encodeEvidenceBundle(faults.proxyEvidence?.(bundle) ?? bundle);
}

/** Answer to `POST /v1/ctl`: one proxy record; for `resume`, worker records before it. */
export async function* answerControl(message: Uint8Array, parts: ProxyParts): AsyncGenerator<Uint8Array> {
  const control = await openControl(splitMessage(message, parts));
  const { operation, payload } = control.message;
  const code = parts.faults.controlCodes?.[operation];
  let answer: ControlAnswer = code === undefined ? {} : { code };
  try {
    if (operation === 'resume' && code === undefined) {
      if (parts.faults.noResume === true) throw refusal('UNKNOWN_REQUEST');
      const { coreHash, token, fromRecord } = resumeQuestionLayout.decode(payload);
      yield* recordsFrom(storedAnswer(parts, coreHash, token, 'resumeHash'), fromRecord);
    } else if (code === undefined) {
      answer = await answerQuestion(control, parts);
    }
  } catch (error) {
    answer = codeOf(error);
  }
  yield control.answers.seal(controlAnswerLayout.encode(answer));
}

async function answerQuestion(control: OpenedControl, parts: ProxyParts): Promise<{ payload: Uint8Array }> {
  const { message } = control;
  switch (message.operation) {
    case 'models':
      return { payload: modelsAnswer(parts) };
    case 'roster':
      return { payload: await rosterAnswer(rosterQuestionLayout.decode(message.payload).model, parts) };
    case 'evidence': {
      const { digests, have } = evidenceQuestionLayout.decode(message.payload);
      return { payload: evidenceAnswer(digests, have, parts) };
    }
    case 'cancel': {
      const { coreHash, token } = cancelQuestionLayout.decode(message.payload);
      storedAnswer(parts, coreHash, token, 'cancelHash').cancelled = true;
      return { payload: NOTHING };
    }
    case 'account': {
      const audience = audienceOf(parts);
      const payer = await verifyControlAuthorization(control, { audience, now: parts.now() });
      const balance = parts.balances.get(toHex(payer.accountId));
      if (balance === undefined) throw refusal('ACCOUNT_UNKNOWN');
      return {
        payload: accountAnswerLayout.encode({
          balanceTokens: balance,
          reservedTokens: 0n,
          spentTokens: 0n,
          spendableTokens: balance,
          running: 0,
          at: Math.floor(parts.now().getTime() / 1000),
        }),
      };
    }
    default:
      throw refusal('UNSUPPORTED_FIELD');
  }
}

function modelsAnswer({ workers }: ProxyParts): Uint8Array {
  const names = [...new Set(workers.map(({ machine }) => machine.manifest.worker?.model ?? ''))];
  return modelsAnswerLayout.encode({
    models: names.map((model) => {
      const claims = workers
        .flatMap(({ machine }) => machine.manifest.worker ?? [])
        .filter((one) => one.model === model);
      return {
        model,
        workers: claims.length,
        minCoefficient: Math.min(...claims.map(({ coefficient }) => coefficient)),
        maxContext: Math.max(...claims.map(({ maxContext }) => maxContext)),
      };
    }),
  });
}

async function rosterAnswer(model: string, parts: ProxyParts): Promise<Uint8Array> {
  const { proxy, workers, faults } = parts;
  const listed = workers.filter(({ machine }) => machine.manifest.worker?.model === model);
  if (listed.length === 0) throw refusal('MODEL_UNKNOWN');
  const page = encodeRosterPage(
    listed.map(({ machine, load, success }) => {
      return {
        digest: machine.digest,
        coefficient: machine.manifest.worker?.coefficient ?? 0,
        load,
        success,
      };
    }),
  );
  const epoch = Math.floor(parts.now().getTime() / 1000);
  const claims = {
    epoch,
    validUntil: epoch + 60,
    proxyDigest: proxy.digest,
    model,
    total: listed.length,
    pageHashes: [rosterPageHash(page)],
  };
  const signed = await signRoster(proxy.keys.signer, faults.rosterClaims?.(claims) ?? claims);
  const answer = { ...signed, pages: [page as Uint8Array] };
  return rosterAnswerLayout.encode(faults.roster?.(answer) ?? answer);
}

function evidenceAnswer(
  digests: readonly Uint8Array[],
  have: readonly Uint8Array[],
  { workers, faults }: ProxyParts,
): Uint8Array {
  const asked = workers.filter(({ machine }) => digests.some((digest) => equalBytes(digest, machine.digest)));
  const collaterals = new Map<string, Uint8Array>();
  for (const { machine } of asked) {
    if (have.some((hash) => equalBytes(hash, machine.evidence.collateralHash))) continue;
    collaterals.set(toHex(machine.evidence.collateralHash), machine.collateral);
  }
  const bundle: EvidenceBundle = {
    machines: asked.map(({ machine }) => machine.evidence),
    collaterals: [...collaterals.values()],
  };
  return encodeEvidenceBundle(faults.evidence?.(bundle) ?? bundle);
}

/** Records of the answer to `POST /v1/infer`. */
export async function* answerInfer(message: Uint8Array, parts: ProxyParts): AsyncGenerator<Uint8Array> {
  const { faults } = parts;
  if (faults.forgedNotice !== undefined) {
    yield faults.forgedNotice;
    return;
  }
  const split = splitMessage(message, parts);
  let envelope: OpenedEnvelope;
  try {
    envelope = await openEnvelope(split);
  } catch (error) {
    const answers = answerSealerOf(error);
    if (answers === undefined || !(error instanceof CocoonError)) throw error;
    yield sealNotice(answers, { type: 'refused', code: error.code });
    return;
  }
  try {
    yield* serve(envelope, split.body, parts);
  } catch (error) {
    if (!(error instanceof CocoonError)) throw error;
    const retryAfterMs = error.details['retryAfterMs'];
    yield sealNotice(envelope.answers, {
      type: 'refused',
      code: error.code,
      ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
    });
  }
}

async function* serve(
  envelope: OpenedEnvelope,
  body: Uint8Array,
  parts: ProxyParts,
): AsyncGenerator<Uint8Array> {
  const { proxy, balances, charges, faults, random } = parts;
  const { core, coreBytes, coreHash, wraps, authorization, answers } = envelope;
  const now = parts.now();
  const seen = admitted.get(parts) ?? new Set<string>();
  admitted.set(parts, seen);
  const name = toHex(coreHash);
  if (seen.has(name)) throw refusal('REQUEST_REPLAYED');
  seen.add(name);
  const forced = faults.refusals?.shift();
  if (forced !== undefined) throw refusal(forced.code, forced.retryAfterMs);
  if (core.audience !== audienceOf(parts)) throw refusal('AUDIENCE_MISMATCH');
  const payer = await verifyAuthorization(authorization, {
    coreHash,
    audience: core.audience,
    model: core.model,
    now,
  });
  const account = toHex(payer.accountId);
  const operation = toHex(core.operationId);
  if (charges.some((charge) => charge.account === account && charge.operation === operation))
    throw refusal('OP_ALREADY_CHARGED');
  const balance = balances.get(account);
  if (balance === undefined) throw refusal('ACCOUNT_UNKNOWN');
  if (balance < core.capTokens) throw refusal('INSUFFICIENT_FUNDS');
  const connected = core.candidates.flatMap((digest, index) => {
    const worker = parts.workers.find(
      ({ machine, connected }) => connected && equalBytes(machine.digest, digest),
    );
    const wrap = wraps[index];
    return worker === undefined || wrap === undefined ? [] : [{ worker, wrap }];
  });
  const [first, second] = connected;
  if (first === undefined) throw refusal('RESELECT');
  let chosen = first;
  if (faults.rewrap === true && second !== undefined) {
    const wrap = await rewrap(first.worker.machine, second.worker.machine, {
      coreBytes,
      wrap: first.wrap,
      random,
    });
    chosen = { worker: second.worker, wrap };
  }
  const { machine, model } = chosen.worker;
  const { assignment } = await signAssignment(proxy.keys.signer, {
    version: 1,
    coreHash,
    workerDigest: machine.digest,
    attempt: 1,
    deadline: core.expires,
    audience: core.audience,
  });
  chosen.worker.served++;
  const forwarded = { coreBytes, wrap: chosen.wrap, body };
  const assigned = assignmentHash(assignment);
  const job = {
    ...(faults.job?.(forwarded) ?? forwarded),
    assignmentHash: assigned,
    cancelled: () => answer.cancelled,
    billed: async (final: Final) => {
      const billed = await chargeable(final, { machine, core, coreHash, assignmentHash: assigned });
      if (billed === undefined) return;
      tokens = billed;
      balances.set(account, balance - tokens);
      charges.push({ account, operation, tokens });
    },
  };
  const { prices } = parts.registry;
  const sequence = BigInt(charges.length);
  let tokens = 0n;
  const records = runWorker(machine, job, { model, prices, beacon: parts.beacon, random, faults, sequence });
  const answer: StoredAnswer = {
    core,
    cancelled: false,
    records: [],
    async more() {
      const { done, value } = await records.next();
      if (done === true) return false;
      answer.records.push(...[...new RecordReader().push(value)].map(({ bytes }) => bytes));
      return true;
    },
  };
  const keep = stored.get(parts) ?? new Map<string, StoredAnswer>();
  stored.set(parts, keep);
  keep.set(name, answer);
  const oldest = keep.keys().next().value;
  if (keep.size > MAX_STORED && oldest !== undefined) keep.delete(oldest);
  yield* recordsFrom(answer, 0);
  yield sealNotice(answers, {
    type: 'settled',
    chargedTokens: faults.chargedTokens ?? tokens,
    spendableTokens: balance - tokens,
  });
}

function sealNotice(answers: AnswerSealer, notice: Notice): Promise<Uint8Array> {
  return answers.seal(noticeLayout.encode(notice));
}

/** Whether a message was sealed to this proxy and arrived as it was sent. */
export async function opensMessage(message: Uint8Array, parts: ProxyParts): Promise<boolean> {
  try {
    const split = splitMessage(message, parts);
    await (message[3] === 2 ? openControl(split) : openEnvelope(split));
    return true;
  } catch (error) {
    return answerSealerOf(error) !== undefined;
  }
}

function splitMessage(message: Uint8Array, { proxy }: ProxyParts) {
  const header = decodeSealedHeader(message);
  const end = header.headerBytes + header.sealedBytes;
  return {
    head: message.subarray(0, header.headerBytes),
    sealed: message.subarray(header.headerBytes, end),
    body: message.subarray(end),
    suite: header.suite,
    keys: proxy.keys,
    digest: proxy.digest,
  };
}

function audienceOf({ proxy }: ProxyParts): string {
  return proxy.manifest.proxy?.audience ?? '';
}
