// What does /verify show? The machines, what is proven about them, who could have read, and what none of this covers.
import type { ReportLine, VerificationReport } from '@cocoonkit/sdk';
import type { FormattedText } from '../text/formatted-text.js';
import { bold, joinLines } from '../text/join-text.js';
import type { Say } from '../texts/say.js';

export interface CardParts {
  readonly report: VerificationReport;
  readonly say: Say;
  /** Who runs the bot. */
  readonly operator: string;
}

export function verificationCardText({ report, say, operator }: CardParts): FormattedText {
  const { lines, readers, notCovered } = report;
  const machines = [...new Set(lines.map(({ machine }) => machine))].filter((name) =>
    /^(proxy|worker) /.test(name),
  );
  const answered = lines.find(({ check }) => check === 'receipt')?.machine;
  const first = machines.find((name) => name.startsWith('worker '));
  return joinLines([
    report.simulated ? bold(say('card.simulated')) : '',
    bold(say('card.title')),
    // Only this route lets the bot check the worker itself.
    report.route === 'sealed' ? say('card.self') : '',
    // The first hop is the bot's own server: named below, with who runs it.
    ...readers.slice(1).map(({ hop, content }) => `• ${hop}: ${content}`),
    '',
    ...machines.map((machine) => machineText(machine, { lines, say })),
    answered === undefined ? '' : say('card.answered', { machine: shortName(answered) }),
    first === undefined ? '' : say('card.model', { model: lineOf(lines, first, 'model') }),
    say('card.rules', { rules: lineOf(lines, 'registry', 'rules') }),
    ...declared(lines).map((what) => say('card.declared', { what })),
    say('card.at', { at: report.at.slice(0, 19).replace('T', ' ') }),
    bold(say('card.notCovered')),
    ...[say('card.telegram'), say('card.server', { operator }), ...notCovered].map((text) => `• ${text}`),
  ]);
}

function machineText(machine: string, { lines, say }: { lines: readonly ReportLine[]; say: Say }): string {
  return say('card.machine', {
    role: machine.split(' ')[0] ?? '',
    machine: shortName(machine),
    code: lineOf(lines, machine, 'code'),
    platform: lineOf(lines, machine, 'platform'),
    until: lineOf(lines, machine, 'valid until').slice(0, 16).replace('T', ' '),
  });
}

/** What rests on somebody's word alone, once each. */
function declared(lines: readonly ReportLine[]): string[] {
  const words = lines
    .filter(({ basis }) => basis === 'declared')
    .map(({ check, actual }) => `${check}: ${actual}`);
  return [...new Set(words)];
}

function lineOf(lines: readonly ReportLine[], machine: string, check: string): string {
  return lines.find((line) => line.machine === machine && line.check === check)?.actual ?? '?';
}

const shortName = (machine: string): string => (machine.split(' ')[1] ?? '').slice(0, 8);
