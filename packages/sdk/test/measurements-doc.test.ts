// Does docs/measurements.md print what the command really prints, and does its rule hold?
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Measurements } from '../src/attestation/claims.js';
import { readMeasurements } from '../src/attestation/claims.js';
import type { BootStep } from '../src/attestation/event-log/event-rule.js';
import { parseQuote, verifyEventLog } from '../src/attestation/index.js';
import { createProgram } from '../src/cli/program.js';

const text = readFileSync(new URL('../../../docs/measurements.md', import.meta.url), 'utf8');
const vectors = fileURLToPath(new URL('../spec/vectors/', import.meta.url));
const FILES: Readonly<Record<string, string>> = {
  'gcp-cos113-quote.dat': `${vectors}quotes/quotes/gcp-cos113-quote.dat`,
  'gcp-cos113-ccel_data.dat': `${vectors}eventlog/gcp-cos113-ccel_data.dat`,
};
const blocks = [...text.matchAll(/^```console\n\$ cocoonkit (.*)\n([\s\S]*?)^```$/gm)];
const runnable = blocks.filter(([, command = '']) => !command.includes('OVMF.fd'));

it('finds the commands', () => {
  expect(blocks).toHaveLength(3);
  expect(runnable).toHaveLength(2);
});

it.each(runnable.map(([, command = '', shown = '']) => [command, shown]))(
  'accepts: %s',
  async (command, shown) => {
    let printed = '';
    const append = (part: string): void => {
      printed += part;
    };
    const program = createProgram({
      output: { out: append, note: append },
      now: () => new Date(0),
      signal: new AbortController().signal,
      exit: (code) => expect(code).toBe(0),
    });
    await program.parseAsync(
      command.split(' ').map((word) => FILES[word] ?? word),
      { from: 'user' },
    );
    let at = 0;
    for (const line of shown.split('\n').filter((line) => line !== '…' && line !== '')) {
      const found = printed.indexOf(`${line}\n`, at);
      expect(found, line).toBeGreaterThanOrEqual(at);
      at = found + line.length;
    }
  },
);

it('accepts: the rule of the example, with the steps of the boot; rejects: another step', async () => {
  const rule = JSON.parse(/^```json\n([\s\S]*?)^```$/m.exec(text)?.[1] ?? '');
  const log = new Uint8Array(readFileSync(FILES['gcp-cos113-ccel_data.dat'] ?? ''));
  const quote = parseQuote(new Uint8Array(readFileSync(FILES['gcp-cos113-quote.dat'] ?? '')));
  const measurements: Measurements = readMeasurements(quote.report);
  const { events } = await verifyEventLog(log, { measurements });
  const bootSteps: BootStep[] = events
    .filter(({ rtmr }) => rtmr === 2)
    .map(({ digest, proven }) => (proven?.kind === 'text' ? proven.text : { digest }));
  const judge = (steps: BootStep[]) => verifyEventLog(log, { measurements }, [{ ...rule, bootSteps: steps }]);
  bootSteps[bootSteps.indexOf('set default=2')] = { pattern: 'set default=*' };
  expect((await judge(bootSteps)).rule?.name).toBe('Container-Optimized OS 113');
  await expect(judge(bootSteps.slice(1))).rejects.toMatchObject({ code: 'ATTESTATION_EVENT_RULE' });
});
