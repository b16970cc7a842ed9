// The connection broke in mid-answer: who brings the rest? Its worker keeps it; a proxy may be away for a while. Loaded with the first break.
import type { Config } from '../config.js';
import { CocoonError } from '../errors.js';
import type { Session } from '../session.js';
import type { AnswerEvent, AnswerReader } from './answer-reader.js';
import type { Call } from './call.js';
import { CUT, OUTAGE_MS, pause } from './outage-waits.js';
import type { ProxyConnection } from './proxy-connection.js';
import type { resumeAnswer } from './resume-answer.js';
import type { RunningAnswer } from './running-answer.js';
import type { audienceOf } from './seal-attempt.js';

/** One answer is asked for again twice at once, then after the pauses of any outage. */
const WAITS_MS = [0, 0, ...OUTAGE_MS];
/** What a proxy says while its worker has not come back to it, or while it has other keys by now. */
const PASSING = ['WORKER_LOST', 'DRAINING', 'KEY_EXPIRED', 'TOO_MANY_REQUESTS'];

/** What the main path has loaded anyway. */
export interface CutTools {
  readonly resumeAnswer: typeof resumeAnswer;
  readonly audienceOf: typeof audienceOf;
}

/** The answer goes on. */
export interface Resumed {
  readonly reader: AnswerReader;
  /** Through which proxy. */
  readonly connection: ProxyConnection;
  /** Of the first record that was missing. */
  readonly events: readonly AnswerEvent[];
}

/**
 * For one answer, however often it is cut. The proxy that carried it is asked first, then others of the list with the same ledger.
 * @throws CocoonError the cut itself, when nobody has the rest or all pauses are over; what came and is not authentic; what ended the call
 */
export function createResumer(
  { opener, sealed, connection: first }: Pick<RunningAnswer, 'opener' | 'sealed' | 'connection'>,
  parts: { session: Session; config: Config; call: Call; tools: CutTools },
): (cut: unknown) => Promise<Resumed> {
  const { session, config, call, tools } = parts;
  const { audience } = sealed.core;
  let current = first;
  let waits = 0;

  return async (cut) => {
    for (let hope = true; hope; ) {
      const ms = WAITS_MS[waits++];
      if (ms === undefined) break;
      if (ms > 0) await pause(ms, parts);
      hope = false;
      for (const connection of [current, ...session.connections().filter((each) => each !== current)]) {
        const outcome = await ask(connection);
        if (typeof outcome === 'object') {
          current = connection;
          config.emit({ type: 'resumed', records: opener.records });
          return outcome;
        }
        hope ||= outcome === 'later';
      }
    }
    throw cut;
  };

  async function ask(connection: ProxyConnection): Promise<Resumed | 'later' | 'never'> {
    let reader: AnswerReader | undefined;
    let same = connection === current;
    try {
      const proxy = await call.within(connection.machine());
      // Another ledger knows nothing of this request, and must not hear of it.
      if (tools.audienceOf(proxy) !== audience) return 'never';
      same = true;
      reader = await call.within(tools.resumeAnswer({ connection, opener, sealed }, call.signal));
      const record = await call.within(reader.next());
      if (record === undefined) opener.end();
      return { reader, connection, events: record?.events ?? [] };
    } catch (error) {
      reader?.close();
      if (!(error instanceof CocoonError) || error.kind === 'aborted') throw error;
      // Whether it is the same ledger's is not known, and what is wrong with it is no matter of this answer.
      if (!same) return 'never';
      if (error.source === 'proxy') return PASSING.includes(error.code) ? 'later' : 'never';
      if (error.kind !== 'network' && !CUT.includes(error.code)) throw error;
      // Whoever is there next time may have other keys.
      connection.forget(connection.known);
      return 'later';
    }
  }
}
