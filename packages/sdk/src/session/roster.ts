// Which workers does the proxy offer for a model? Pages drawn by this client's own random numbers (PROTOCOL.md §5.6).
import type { Config } from '../config.js';
import { readU32, toHex } from '../internal/bytes.js';
import { rosterAnswerLayout, rosterQuestionLayout } from '../protocol/control.js';
import type { RosterEntry } from '../protocol/roster.js';
import { verifyRoster, verifyRosterPage } from '../seal/envelope/roster.js';
import type { ProxyConnection } from './proxy-connection.js';

const PAGES_AT_ONCE = 4;

export interface Offer {
  entries: readonly RosterEntry[];
  /** Whether `entries` are all workers there are. */
  complete: boolean;
}

/** @throws CocoonError `MODEL_UNKNOWN` (proxy), `ROSTER_…`, `MALFORMED` and those of `ask` */
export async function fetchRoster(
  connection: ProxyConnection,
  model: string,
  { random, now }: Pick<Config, 'random' | 'now'>,
): Promise<Offer> {
  const draws = Array.from({ length: PAGES_AT_ONCE }, () => readU32(random(4), 0));
  const payload = rosterQuestionLayout.encode({ model, draws });
  const answer = rosterAnswerLayout.decode(await connection.ask({ operation: 'roster', payload }));
  const proxy = await connection.machine();
  const roster = await verifyRoster(proxy, answer.roster, answer.signature, { now: now(), model });
  const entries = new Map<string, RosterEntry>();
  for (const page of answer.pages) {
    for (const entry of verifyRosterPage(roster, page)) entries.set(toHex(entry.digest), entry);
  }
  return { entries: [...entries.values()], complete: entries.size >= roster.total };
}
