// How does a client close a request so that only its candidates can read it? (PROTOCOL.md §6)
import { platform } from '#platform';
import { concat, equalBytes } from '../internal/bytes.js';
import { type Core, encodeCore, type Padding } from '../protocol/core.js';
import { type InnerRequest, innerRequestLayout } from '../protocol/inner-request.js';
import { PROTOCOL_VERSION } from '../protocol/labels.js';
import { LIMITS } from '../protocol/limits.js';
import type { SuiteId } from '../protocol/suites.js';
import { type AnswerKey, takeAnswerKey } from './answer-key.js';
import { bodyCommitment, sealBody } from './body.js';
import { coreHash } from './envelope/digests.js';
import type { KemPrivateKey } from './kem.js';
import type { Random } from './random.js';
import { misuse } from './seal-error.js';
import type { Suite } from './suites.js';
import type { VerifiedMachine } from './verified-machine.js';
import { type TakenContext, takeContext, type WarmContext } from './warm-context.js';

export interface RequestRouting {
  suite: SuiteId;
  audience: string;
  /** Names the logical call; the same for every new sealing of it. Default: fresh. */
  operationId?: Uint8Array | undefined;
  maxCoefficient: number;
  priceDigest: Uint8Array;
  /** Unix seconds. */
  expires: number;
  maxMs: number;
  detachMs: number;
  padding: Padding;
  prefer?: Uint8Array | undefined;
}

/** What goes to the proxy (`core`, `wraps`, in an envelope) and through it (`body`). The keys to the answer stay inside. */
export interface SealedRequest {
  readonly core: Core;
  readonly coreBytes: Uint8Array;
  readonly coreHash: Uint8Array;
  /** One per candidate, in their order. */
  readonly wraps: readonly Uint8Array[];
  readonly body: Uint8Array;
  /** Showing it cancels the request. */
  readonly cancelToken: Uint8Array;
  /** Showing it resumes the answer. */
  readonly resumeToken: Uint8Array;
  readonly candidates: readonly VerifiedMachine[];
}

/** What opening the answer needs; leaves this folder only as a `ReplyOpener`. */
export interface RequestSecrets {
  suite: Suite;
  answerKey: KemPrivateKey;
  candidates: { machine: VerifiedMachine; exported: Uint8Array; encapsulationHash: Uint8Array }[];
}

const secrets = new WeakMap<SealedRequest, RequestSecrets>();

/**
 * Seals one request to the machines of `contexts`. Consumes the contexts and the answer key.
 * @throws CocoonError `CONTEXT_USED`, `CONTEXT_WRONG_USE`, `ANSWER_KEY_USED`, `CANDIDATES_INVALID` (none, too many, twice the same, another
 * suite), `BODY_TOO_LARGE`, `MALFORMED` (a field out of range)
 */
export async function sealRequest(options: {
  request: Omit<InnerRequest, 'answerPublicKey'>;
  routing: RequestRouting;
  /** One per candidate, from `prepareContext(worker, 'request', …)`. */
  contexts: readonly WarmContext[];
  answerKey: AnswerKey;
  random: Random;
}): Promise<SealedRequest> {
  const { request, routing, contexts, answerKey, random } = options;
  checkCandidates(contexts, answerKey, routing.suite);
  const answerPrivate = takeAnswerKey(answerKey);
  const taken = contexts.map((context) => takeContext(context, 'request'));
  const [first] = taken;
  if (first === undefined) throw noCandidates();

  const requestId = random(16);
  const dataKey = random(32);
  const cancelToken = random(32);
  const resumeToken = random(32);
  const operationId = routing.operationId ?? random(16);
  const inner = innerRequestLayout.encode({ ...request, answerPublicKey: answerKey.publicKey });
  const bodyKey = { dataKey, requestId, suite: routing.suite, aead: first.suite.aead };
  const body = await sealBody(bodyKey, inner);
  if (body.length > LIMITS.bodyBytes) throw bodyTooLarge(body.length);

  const { operationId: _, ...route } = routing;
  const core: Core = {
    ...route,
    version: PROTOCOL_VERSION,
    requestId,
    operationId,
    model: request.model,
    maxOutput: request.maxOutput,
    capTokens: request.capTokens,
    candidates: contexts.map((context) => context.machine.digest),
    bodyBytes: body.length,
    bodyHash: platform.sha256(body),
    commitment: bodyCommitment(bodyKey),
    cancelHash: platform.sha256(cancelToken),
    resumeHash: platform.sha256(resumeToken),
  };
  const coreBytes = encodeCore(core);
  const hash = coreHash(coreBytes);
  const sealed: SealedRequest = Object.freeze({
    core,
    coreBytes,
    coreHash: hash,
    wraps: await Promise.all(taken.map((context) => wrap(context, hash, dataKey))),
    body,
    cancelToken,
    resumeToken,
    candidates: contexts.map((context) => context.machine),
  });
  dataKey.fill(0);
  secrets.set(sealed, {
    suite: first.suite,
    answerKey: answerPrivate,
    candidates: contexts.map(({ machine, encapsulationHash }, i) => {
      return { machine, encapsulationHash, exported: taken[i]?.exported ?? new Uint8Array(0) };
    }),
  });
  return sealed;
}

/** For the reply opener alone. @throws CocoonError `REQUEST_UNKNOWN` for a copy of a sealed request. */
export function secretsOf(sealed: SealedRequest): RequestSecrets {
  const known = secrets.get(sealed);
  if (known !== undefined) return known;
  throw misuse(
    'REQUEST_UNKNOWN',
    'This request was not sealed here.',
    'Pass the value that sealRequest returned.',
  );
}

async function wrap(context: TakenContext, hash: Uint8Array, dataKey: Uint8Array): Promise<Uint8Array> {
  return concat(context.encapsulation, await context.sender.seal(hash, dataKey));
}

function checkCandidates(contexts: readonly WarmContext[], answerKey: AnswerKey, suite: SuiteId): void {
  if (contexts.length === 0 || contexts.length > LIMITS.candidates) throw noCandidates();
  if (answerKey.suite !== suite || contexts.some((context) => context.suite !== suite)) {
    throw misuse(
      'CANDIDATES_INVALID',
      'Contexts and answer key are not all of the request’s suite.',
      'Prepare them for one suite.',
    );
  }
  const digests = contexts.map((context) => context.machine.digest);
  if (digests.some((digest, i) => digests.findIndex((other) => equalBytes(other, digest)) !== i)) {
    throw misuse('CANDIDATES_INVALID', 'One machine is a candidate twice.', 'Draw distinct machines.');
  }
}

function noCandidates() {
  return misuse(
    'CANDIDATES_INVALID',
    `A request has 1 to ${LIMITS.candidates} candidates.`,
    'Draw candidates from the verified pool.',
  );
}

function bodyTooLarge(bytes: number) {
  return misuse(
    'BODY_TOO_LARGE',
    `The sealed request has ${bytes} bytes; the limit is ${LIMITS.bodyBytes}.`,
    'Send less text or smaller attachments.',
  );
}
