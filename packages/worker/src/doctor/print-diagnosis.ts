// How does a person read it? The verdict first, then a block for each check, no line over 80 columns.
import type { Diagnosis } from './diagnose.js';
import type { Finding, Level } from './finding.js';

const WIDTH = 80;
const INDENT = 10;
const MARKS: Readonly<Record<Level, string>> = {
  ok: 'ok',
  warn: 'warning',
  fail: 'MISSING',
  unknown: 'unknown',
};

export function printDiagnosis({ place, ready, findings }: Diagnosis): string {
  const failed = findings.filter(({ level }) => level === 'fail').length;
  const where = place === 'host' ? 'host of trust domains' : 'TD guest';
  const verdict = ready
    ? `Ready: nothing that a ${where} needs is missing.`
    : `Not ready: ${failed} of ${findings.length} things that a ${where} needs ${failed === 1 ? 'is' : 'are'} missing.`;
  return `${[...wrap(verdict, 0), '', ...findings.flatMap(printFinding)].join('\n')}\n`;
}

function printFinding({ what, level, found, needed, fix }: Finding): string[] {
  const [first = '', ...more] = wrap(`${what}: ${found}`, INDENT);
  const lines = [`${MARKS[level].padEnd(INDENT)}${first.trimStart()}`, ...more];
  if (level !== 'ok') lines.push(...wrap(`needed: ${needed}`, INDENT));
  if (fix !== '') lines.push(...wrap(`to do:  ${fix}`, INDENT));
  return lines;
}

/** Words longer than a line are cut: what was found comes from the machine and has no known length. */
function wrap(text: string, indent: number): string[] {
  const room = WIDTH - indent;
  const lines: string[] = [];
  let line = '';
  for (const word of text
    .split(' ')
    .flatMap((long) => long.match(new RegExp(`.{1,${room}}`, 'gu')) ?? [''])) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((part) => `${' '.repeat(indent)}${part}`);
}
