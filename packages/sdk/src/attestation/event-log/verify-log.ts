// Is this the boot log of the quoted machine, and did it boot what the rules allow?
import type { Measurements } from '../claims.js';
import { checkEvent } from './event-fail.js';
import { checkRuleShape, type EventLogRule } from './event-rule.js';
import { cocoonRtmr3, failedPart, list } from './match-rule.js';
import type { Sha384 } from './prove-event.js';
import { type EventLogSource, type LogEvent, type ReplayedLog, replayLog } from './replay-log.js';

/** A log that replays to all four registers of a verified quote. */
export interface VerifiedEventLog extends ReplayedLog {
  /** Position and name of the rule that held; absent when none were given. */
  readonly rule?: { readonly index: number; readonly name: string | undefined } | undefined;
  /** Events of RTMR3 that the guest’s boot does not account for: added by software that ran later, or of unknown content. */
  readonly foreign: readonly LogEvent[];
}

/** Verifies with a hash that is passed in. */
export async function verifyLog(
  log: EventLogSource,
  quote: { readonly measurements: Measurements },
  options: { readonly sha384: Sha384; readonly rules?: readonly EventLogRule[] | undefined },
): Promise<VerifiedEventLog> {
  const { sha384, rules } = options;
  for (const rule of rules ?? []) checkRuleShape(rule);
  const replayed = await replayLog(log, sha384);
  const { measurements } = quote;
  for (const register of ['rtmr0', 'rtmr1', 'rtmr2'] as const)
    checkEvent(replayed[register] === measurements[register], 'EVENT_LOG_MISMATCH', register);
  const explained = replayed.rtmr3 === measurements.rtmr3;
  const unlogged = !explained && !replayed.events.some(({ rtmr }) => rtmr === 3);
  checkEvent(
    explained || (unlogged && rules?.some(({ cocoon }) => cocoon) === true),
    'EVENT_LOG_MISMATCH',
    'rtmr3',
  );
  const foreign = replayed.events.filter(({ rtmr, phase }) => rtmr === 3 && phase !== 'boot');
  if (rules === undefined) return { ...replayed, foreign };
  const failures: string[] = [];
  for (const [index, rule] of rules.entries()) {
    const failed =
      (await cocoonFailure(rule, { measurements, explained, sha384 })) ??
      (await failedPart(rule, replayed, sha384));
    if (failed === undefined)
      return { ...replayed, rtmr3: measurements.rtmr3, foreign, rule: { index, name: rule.name } };
    failures.push(failed);
  }
  checkEvent(false, 'EVENT_RULE', failures.length === 1 ? failures[0] : `none of ${failures.length} rules`);
}

/** A rule without `cocoon` cannot hold for a register that no event explains. */
async function cocoonFailure(
  { cocoon }: EventLogRule,
  quoted: { measurements: Measurements; explained: boolean; sha384: Sha384 },
): Promise<string | undefined> {
  if (cocoon === undefined) return quoted.explained ? undefined : 'cocoon';
  const allowed = await Promise.all(list(cocoon.specTree).map((tree) => cocoonRtmr3(tree, quoted.sha384)));
  return allowed.includes(quoted.measurements.rtmr3) ? undefined : 'cocoon';
}
