// What did `cocoonkit verify` find out, for a person? One sentence, then what is proven, what is not, and what to do.
import type { VerifiedQuote } from '../attestation/verified-quote.js';
import { toHex } from '../internal/bytes.js';
import { SIMULATED_TDX } from '../report/simulated-label.js';
import { adviceFor } from './advice.js';
import type { QuoteVerdict } from './verdict.js';
import { COLUMNS, wrapText } from './wrap-text.js';

const MAX_ADVISORIES = 6;

/** At most 30 lines of 80 columns. */
export function verdictText(verdict: QuoteVerdict): string {
  const parts = verdict.outcome === 'accept' ? accepted(verdict.verified, verdict) : rejected(verdict);
  return `${[...wrapText(parts.sentence), ...section('Proven', parts.proven), ...section('Not proven', parts.notProven), ...section('What to do', parts.advice)].join('\n')}\n`;
}

interface Parts {
  sentence: string;
  proven: readonly string[];
  notProven: readonly string[];
  advice: readonly string[];
}

function accepted(verified: VerifiedQuote, verdict: QuoteVerdict & { outcome: 'accept' }): Parts {
  const { policy, simulated, eventLog } = verdict;
  const { tcb, measurements, reportData, attributes, rule, fmspc } = verified;
  const data = toHex(reportData);
  const anyCode = policy.measurements === 'any';
  const anyData = policy.reportData === 'any';
  return {
    sentence: simulated
      ? `${SIMULATED_TDX}: accepted under a simulated root, proves nothing about hardware.`
      : `Accepted: a genuine Intel TDX quote, TCB status ${tcb.status}.`,
    proven: [
      `${simulated ? 'The simulated root' : 'Intel’s root'} vouches for platform ${fmspc}; nothing in the chain is revoked.`,
      `TCB status ${tcb.status} by the documents of ${day(verified.collateralIssuedAt)}${advisories(tcb.advisories)}.`,
      `Debugging is ${attributes.debug ? 'ON: the host can read the memory' : 'off'}.`,
      `It holds from ${minute(verified.validFrom)} to ${minute(verified.validUntil)}; judged at ${minute(verified.verifiedAt)}.`,
      ...(anyCode ? [] : [`The code is the policy’s ${rule?.name ?? `rule ${(rule?.index ?? 0) + 1}`}.`]),
      ...(anyData ? [] : ['The report data is what the policy expects.']),
      ...(eventLog === undefined
        ? []
        : [`The boot log’s ${eventLog.events.length} events give the quoted registers.`]),
    ],
    notProven: [
      ...(simulated ? ['That a TDX machine exists: anybody with the root’s key can make this.'] : []),
      ...(anyCode
        ? [
            'Which code runs: measurements were not checked. MRTD is',
            ` ${measurements.mrtd.slice(0, 48)}`,
            ` ${measurements.mrtd.slice(48)}`,
          ]
        : []),
      ...(anyData
        ? [
            'What the quote is bound to: report data was not checked. It is',
            ` ${data.slice(0, 64)}`,
            ` ${data.slice(64)}`,
          ]
        : []),
      'When the quote was made, physical attacks, and revocations since.',
    ],
    advice: [
      ...(anyCode || anyData
        ? ['Pass --policy with the measurements and report data you expect.']
        : [simulated ? 'Use it for development only.' : 'You may rely on what is proven above.']),
      'Pass --json for all registers and checks.',
    ],
  };
}

function rejected({ error, simulated, verified }: QuoteVerdict & { outcome: 'reject' }): Parts {
  const mark = simulated ? `${SIMULATED_TDX}, rejected` : 'Rejected';
  const atPolicy = error.stage === 'policy';
  const whole = `${mark}: ${error.message}`;
  return {
    // The verdict is one line; a long detail is left to --json.
    sentence: whole.length <= COLUMNS ? whole : `${mark}: ${error.message.replace(/: .*$/, '.')}`,
    // The policy is judged last, over claims that are verified by then.
    proven: [
      atPolicy && !simulated ? 'The quote is genuine; this machine is not one you asked for.' : 'Nothing.',
      ...(verified === undefined || simulated ? [] : [`TCB status ${verified.tcb.status}.`]),
    ],
    notProven: [
      `${atPolicy ? 'That it meets the policy' : 'Everything'}: checking stopped at the stage "${error.stage ?? 'unknown'}" with`,
      ` ${error.code}`,
      'Rely on no value of this quote.',
    ],
    advice: adviceFor(error),
  };
}

function section(title: string, lines: readonly string[]): string[] {
  return ['', title, ...lines.flatMap((line) => wrapText(line.trimStart(), line.startsWith(' ') ? 4 : 2))];
}

function advisories(ids: readonly string[]): string {
  if (ids.length === 0) return '';
  const more = ids.length > MAX_ADVISORIES ? ` and ${ids.length - MAX_ADVISORIES} more` : '';
  return `; open advisories ${ids.slice(0, MAX_ADVISORIES).join(', ')}${more}`;
}

const day = (time: Date): string => time.toISOString().slice(0, 10);
const minute = (time: Date): string => `${time.toISOString().slice(0, 16)}Z`;
