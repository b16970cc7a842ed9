// What did `cocoonkit verify` find out, for programs?
import { claimsToJson } from '../attestation/claims-json.js';
import type { VerifiedEventLog } from '../attestation/event-log/verify-log.js';
import type { QuotePolicy } from '../attestation/policy.js';
import type { VerifiedQuote } from '../attestation/verified-quote.js';
import type { CocoonError } from '../errors.js';
import { SIMULATED_TDX } from '../report/simulated-label.js';

/** A verdict, the time it holds for and the policy it was made under. */
export type QuoteVerdict = { simulated: boolean; at: Date; policy: QuotePolicy } & (
  | { outcome: 'accept'; verified: VerifiedQuote; eventLog?: VerifiedEventLog | undefined }
  /** `verified`: what Intel vouches for, where only the policy was not met. */
  | { outcome: 'reject'; error: CocoonError; verified?: VerifiedQuote | undefined }
);

/** What the policy left open: shown in every output. */
export function notJudged({ measurements, reportData }: QuotePolicy): string[] {
  return [
    ...(measurements === 'any' ? ['measurements'] : []),
    ...(reportData === 'any' ? ['reportData'] : []),
  ];
}

/** One JSON object; bytes as hex, times as ISO 8601. */
export function verdictJson(verdict: QuoteVerdict): string {
  const { outcome, simulated, at, policy } = verdict;
  const head = simulated ? { label: SIMULATED_TDX } : {};
  const { verified } = verdict;
  const facts = verified && {
    status: verified.tcb.status,
    claims: JSON.parse(claimsToJson(verified)),
    checks: verified.checks,
  };
  if (verdict.outcome === 'reject') {
    const { code, stage, message, remedy } = verdict.error;
    return JSON.stringify({
      ...head,
      outcome,
      code,
      stage,
      simulated,
      at,
      message,
      remedy,
      checks: [],
      ...facts,
    });
  }
  const { eventLog } = verdict;
  return JSON.stringify({
    ...head,
    outcome,
    simulated,
    at,
    notJudged: notJudged(policy),
    ...facts,
    ...(eventLog === undefined
      ? {}
      : { eventLog: { events: eventLog.events.length, foreign: eventLog.foreign.length } }),
  });
}
