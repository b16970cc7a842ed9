// What may the line under an answer claim? What the report of that answer shows, and not a word more.
import type { VerificationReport } from '@cocoonkit/sdk';
import type { Say } from '../texts/say.js';

/** Simulated machines come first: whatever else holds, nothing was protected. */
export function badgeOf(report: VerificationReport, say: Say): string {
  if (report.simulated) return say('badge.simulated');
  if (!report.passed) return say('badge.warned');
  return say('badge.checked', { time: timeOf(report) });
}

/** At most 200 characters, the limit of a callback answer. */
export function howOf(report: VerificationReport, say: Say): string {
  return say(report.simulated ? 'how.simulated' : 'how.checked', { time: timeOf(report) }).slice(0, 200);
}

/** Hour and minute of the check, UTC. */
function timeOf({ at }: VerificationReport): string {
  return `${at.slice(11, 16)} UTC`;
}
