// How does a process go on with an answer that another one began? It verifies the machines itself and asks for the rest.
import type { Config } from '../config.js';
import { CocoonError } from '../errors.js';
import { equalBytes } from '../internal/bytes.js';
import { decodeResumeToken, type TokenTools } from '../resume-token.js';
import type { coreHash } from '../seal/envelope/digests.js';
import type { placeAt, reopen } from '../seal/reply-place.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import type { Session } from '../session.js';
import type { AnswerEvent } from './answer-reader.js';
import type { askEvidence } from './ask-evidence.js';
import type { Call } from './call.js';
import type { ProxyConnection } from './proxy-connection.js';
import type { resumeAnswer } from './resume-answer.js';
import type { RunningAnswer, SealedNames } from './running-answer.js';
import type { audienceOf } from './seal-attempt.js';
import type { sealedFailure } from './sealed-failure.js';

export { makeResumeToken } from '../make-resume-token.js';

/** What the main path has loaded anyway. */
export interface ResumeTools extends TokenTools {
  readonly placeAt: typeof placeAt;
  readonly reopen: typeof reopen;
  readonly coreHash: typeof coreHash;
  readonly askEvidence: typeof askEvidence;
  readonly resumeAnswer: typeof resumeAnswer;
  readonly audienceOf: typeof audienceOf;
  readonly sealedFailure: typeof sealedFailure;
}

/**
 * @throws CocoonError of `decodeResumeToken`; `RESUME_WRONG_PROXY`; of `verifyMachine` for the proxy and for the worker that
 * answers; `WORKER_LOST`, `UNKNOWN_REQUEST`, `TOKEN_INVALID` (proxy); transport errors
 */
export async function openSaved(
  text: string,
  parts: {
    session: Session;
    config: Config;
    call: Call;
    sent: (sealed: SealedNames, to: ProxyConnection) => void;
    tools: ResumeTools;
  },
): Promise<RunningAnswer> {
  const { session, config, call, sent, tools } = parts;
  const token = decodeResumeToken(text, config.now(), tools);
  const { core, place, prices, cancelToken, jsonBytes, messages } = token;
  const connection = await call.within(findProxy(session, core.audience, tools));
  const proxy = await call.within(connection.machine());
  const candidates = await call.within(verifyAgain(core.candidates, place.workerDigest, connection, parts));
  const worker = candidates.find(({ digest }) => equalBytes(digest, place.workerDigest));
  if (worker === undefined) throw await tools.sealedFailure('WORKER_LOST', 'proxy');
  const opener = await tools.reopen(place, { worker, prices });
  const { resumeToken } = place;
  const sealed = {
    core,
    coreBytes: place.core,
    coreHash: tools.coreHash(place.core),
    cancelToken,
    resumeToken,
  };
  sent(sealed, connection);
  const reader = await call.within(tools.resumeAnswer({ connection, opener, sealed }, call.signal));
  const first: AnswerEvent[] = [];
  if (token.skip > 0) {
    // A record is resumed whole; what the first reader has had of it is left out.
    const events = (await call.within(reader.next()))?.events ?? [];
    first.push(...events.filter(({ type }, index) => type !== 'item' || index >= token.skip));
  }
  return {
    sealed,
    plan: { capTokens: core.capTokens, maxOutput: core.maxOutput, lowered: undefined },
    prices,
    connection,
    proxy,
    candidates: candidates.map((machine) => ({ machine, load: 0, success: 0, strikes: 0 })),
    opener,
    reader,
    first,
    request: { json: { length: jsonBytes }, messages },
    retries: 0,
    progress: {
      records: place.records,
      delivered: token.skip,
      textBytes: Number(token.textBytes),
      choices: new Set(token.choices),
    },
    resumed: true,
  };
}

/** The first proxy of the list that keeps the ledger the request was made out to. */
async function findProxy(
  session: Session,
  audience: string,
  { audienceOf }: Pick<ResumeTools, 'audienceOf'>,
): Promise<ProxyConnection> {
  let failed: unknown;
  for (const connection of session.connections()) {
    try {
      if (audienceOf(await connection.machine()) === audience) return connection;
    } catch (error) {
      failed ??= error;
    }
  }
  throw failed ?? wrongProxy();
}

/** The worker that answers must verify; other candidates that are gone are left out. */
async function verifyAgain(
  digests: readonly Uint8Array[],
  answering: Uint8Array,
  connection: ProxyConnection,
  { session, tools }: { session: Session; tools: ResumeTools },
): Promise<VerifiedMachine[]> {
  const { evidence } = session;
  const rules = await session.registry();
  const verified = await tools.askEvidence(digests, { connection, evidence, rules });
  const machines = digests.map(async (digest) => {
    try {
      return (await verified(digest)) ?? [];
    } catch (error) {
      if (equalBytes(digest, answering)) throw error;
      return [];
    }
  });
  return (await Promise.all(machines)).flat();
}

function wrongProxy(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'RESUME_WRONG_PROXY',
    message: 'No proxy of this client keeps the ledger that this answer is charged to.',
    remedy: 'Pass the proxy that the first process used.',
  });
}
