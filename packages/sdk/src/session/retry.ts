// A request failed before its answer began: what now? Loaded with the first failure; most clients never need it (PROTOCOL.md §14).
import type { Config } from '../config.js';
import { CocoonError } from '../errors.js';
import { toHex } from '../internal/bytes.js';
import type { ReplyOpener } from '../seal/reply-opener.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import type { Session } from '../session.js';
import type { Call } from './call.js';
import type { ModelPool } from './model-pool.js';
import { CUT, OUTAGE_MS, pause } from './outage-waits.js';
import type { ProxyConnection } from './proxy-connection.js';
import type { resumeAnswer } from './resume-answer.js';
import type { Attempt, audienceOf } from './seal-attempt.js';
import type { Begun, readFirstFrame } from './send-attempt.js';

/** Times an operation is sealed anew because machines refused it or were gone. */
const MAX_REFUSALS = 2;
/** Refusals of machines that are gone, busy or have other keys by now. */
const RESELECT = ['RESELECT', 'KEY_EXPIRED', 'WORKER_BUSY'];
/** The proxy knows no machine for the model, which had some before. */
const NOBODY = ['MODEL_UNKNOWN', 'NO_VERIFIED_WORKER'];
/** A list of workers may be a second old: the shortest pause is longer than that. */
const ROSTER_MS = 1_400;
const MAX_RETRY_AFTER_MS = 5_000;
/**
 * Node tells a connection that was never made from one that broke; browsers do not. The last: after a 421 (another replica's keys) Node sends
 * the request again by itself, which newer releases of undici refuse to do.
 */
const NEVER_MADE =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|UND_ERR_INVALID_ARG)$/;
/** Said by a ledger that has nothing to spend: another proxy's may have. */
const FUNDS = ['ACCOUNT_UNKNOWN', 'INSUFFICIENT_FUNDS', 'NO_FUNDS_AT_PROXY'];

/** What the main path has loaded anyway. */
export interface RetryTools {
  readonly resumeAnswer: typeof resumeAnswer;
  readonly readFirstFrame: typeof readFirstFrame;
  readonly audienceOf: typeof audienceOf;
}

export interface Failed {
  readonly error: unknown;
  /** Undefined when it failed before anything was sealed. */
  readonly attempt: Attempt | undefined;
  readonly pool: ModelPool | undefined;
}

export interface Retry {
  /** Returns when the operation may be sealed again, or with the answer if it had begun after all. @throws the error, when it is over */
  after(failed: Failed): Promise<Begun | undefined>;
  /** @throws CocoonError what failed before, where a request that may have arrived would be sent to another ledger */
  check(proxy: VerifiedMachine): void;
}

export function createRetry(parts: {
  session: Session;
  config: Config;
  call: Call;
  avoid: Set<string>;
  tools: RetryTools;
}): Retry {
  const { session, config, call, avoid, tools } = parts;
  let retries = 0;
  let refusals = 0;
  let outages = 0;
  /** Proxies left since the last wait. */
  let left = 0;
  /** The ledger that may know of this operation, and why that is not certain. */
  let unsure: { audience: string; error: CocoonError } | undefined;
  /** Why it was sent again although it may have arrived. */
  let cut: CocoonError | undefined;
  const broke = new Set<ProxyConnection>();

  function countRefusal(error: CocoonError): void {
    if (++refusals > MAX_REFUSALS) throw error;
  }

  async function waitForProxy(error: CocoonError): Promise<void> {
    const ms = OUTAGE_MS[outages++];
    left = 0;
    if (ms === undefined) throw error;
    await pause(ms, parts);
  }

  /** On to the next proxy of the list at once; a wait when each had its turn. */
  async function goOn(connection: ProxyConnection | undefined, error: CocoonError): Promise<void> {
    // Whoever is there next time may have other keys.
    connection?.forget(connection.known);
    const moved = connection !== undefined && session.leave(connection, error.code);
    if (!moved || ++left >= session.connections().length) await waitForProxy(error);
  }

  /** Whether the proxy offers a machine that has not refused this operation. */
  async function look(pool: ModelPool | undefined): Promise<boolean> {
    try {
      if (pool === undefined) return false;
      await call.within(pool.refresh(config.candidates));
      const workers = await call.within(pool.workers(config.candidates));
      return workers.some(({ machine }) => !avoid.has(toHex(machine.digest)));
    } catch (error) {
      // Whatever it is, the next attempt meets it again and says what follows.
      if (error instanceof CocoonError && error.kind !== 'aborted') return false;
      throw error;
    }
  }

  async function reselect({ attempt, pool }: Failed, error: CocoonError): Promise<void> {
    for (const { machine } of attempt?.candidates ?? []) avoid.add(toHex(machine.digest));
    // Workers come back a while after their proxy does.
    if (outages > 0 && refusals >= 1) {
      await waitForProxy(error);
      await look(pool);
      return;
    }
    countRefusal(error);
    // The first time others are probably known. They may be gone as well, and the list that named them not be renewed yet.
    if (refusals === 1 && (await look(pool))) return;
    const asked = Number(error.details['retryAfterMs'] ?? 0);
    await pause(Math.max(ROSTER_MS, Math.min(asked, MAX_RETRY_AFTER_MS)), parts);
    await look(pool);
  }

  /** The request may have arrived: its answer is asked for before it is sent again. Only the ledger it named can tell. */
  async function findOut(
    attempt: Attempt & { opener: ReplyOpener },
    error: CocoonError,
  ): Promise<Begun | undefined> {
    const { connection, sealed, opener } = attempt;
    const { audience } = sealed.core;
    unsure = { audience, error };
    try {
      for (;;) {
        await waitForProxy(error);
        connection.forget(connection.known);
        const found = await askAgain();
        if (found === 'away') continue;
        if (typeof found !== 'string') return found;
        if (found === 'unknown') unsure = undefined;
        cut = error;
        countRefusal(error);
        return undefined;
      }
    } catch (failure) {
      // Given up: the next call starts elsewhere.
      if (failure === error) session.leave(connection, error.code);
      throw failure;
    }

    async function askAgain(): Promise<Begun | 'unknown' | 'lost' | 'away'> {
      try {
        const proxy = await call.within(connection.machine());
        if (tools.audienceOf(proxy) !== audience) throw error;
        const reader = await call.within(tools.resumeAnswer({ connection, opener, sealed }, call.signal));
        const first = await call.within(tools.readFirstFrame(reader, opener, session, connection));
        config.emit({ type: 'resumed', records: opener.records });
        return { ...attempt, proxy, reader, first };
      } catch (failure) {
        if (!(failure instanceof CocoonError)) throw failure;
        if (CUT.includes(failure.code)) return 'away';
        if (failure.source !== 'proxy') throw failure;
        return failure.code === 'UNKNOWN_REQUEST' ? 'unknown' : 'lost';
      }
    }
  }

  function nextLedger(connection: ProxyConnection, error: CocoonError): void {
    if (session.connections().length === 1 || unsure !== undefined) throw error;
    // Back at the same one: the others were away.
    const again = broke.has(connection);
    broke.add(connection);
    const all = session.connections().every((one) => broke.has(one));
    if (again || all) throw noFunds(connection.url, error);
    session.leave(connection, error.code);
  }

  return {
    check(proxy) {
      if (unsure !== undefined && unsure.audience !== tools.audienceOf(proxy)) throw unsure.error;
    },
    async after(failed) {
      const begun = await decide(failed);
      const { error } = failed;
      if (begun === undefined && error instanceof CocoonError)
        config.emit({ type: 'retry', code: error.code, attempt: ++retries });
      return begun;
    },
  };

  async function decide(failed: Failed): Promise<Begun | undefined> {
    const { error, attempt } = failed;
    if (!(error instanceof CocoonError)) throw error;
    const { code } = error;
    if (CUT.includes(code) && error.source !== 'proxy') {
      const opener = attempt?.opener;
      if (attempt !== undefined && opener !== undefined && mayHaveArrived(error))
        return findOut({ ...attempt, opener }, error);
      await goOn(attempt?.connection, error);
      return undefined;
    }
    // From here on only what the proxy itself sealed: a status page must not make a client send twice.
    // Workers that failed to verify are no passing absence.
    const nobody = NOBODY.includes(code) && !(Number(error.details['refused'] ?? 0) > 0);
    if (error.source !== 'proxy' && !nobody) throw error;
    if (code === 'GRANT_EXPIRED') {
      countRefusal(error);
      if (!(await call.within(session.credentials.renew()))) throw error;
    } else if (code === 'DRAINING') {
      // Nothing was reserved or assigned. Behind the same address another replica may answer by now.
      await goOn(attempt?.connection, error);
    } else if (RESELECT.includes(code) || nobody) await reselect(failed, error);
    else if (FUNDS.includes(code) && attempt !== undefined) nextLedger(attempt.connection, error);
    // The answer was made and is lost: what broke it says more.
    else throw code === 'OP_ALREADY_CHARGED' ? (cut ?? error) : error;
    return undefined;
  }
}

function mayHaveArrived({ cause }: CocoonError): boolean {
  // Node's own requests say it themselves, fetch one level below.
  const { code, cause: below } = Object(cause);
  return !NEVER_MADE.test(String(code ?? Object(below).code));
}

function noFunds(proxy: string, cause: CocoonError): CocoonError {
  return new CocoonError({
    kind: 'payment',
    code: 'NO_FUNDS_AT_PROXY',
    message: `The account has nothing it could spend at ${proxy}, nor at the other proxies of the list.`,
    remedy: 'Fund the account there, or wait until the proxy that holds its funds is back.',
    source: 'proxy',
    details: { proxy, reason: cause.code },
    cause,
  });
}
