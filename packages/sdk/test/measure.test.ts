// Does `cocoonkit measure` print registers with their basis, and a policy that accepts exactly them?
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createProgram } from '../src/cli/program.js';

const vector = (path: string) => fileURLToPath(new URL(`../spec/vectors/${path}`, import.meta.url));
const QUOTE = vector('quotes/quotes/gcp-cos113-quote.dat');
const LOG = vector('eventlog/gcp-cos113-ccel_data.dat');
const OTHER = vector('eventlog/trustee-ovmf.dat');

async function run(...args: string[]): Promise<{ code: number; out: string; notes: string }> {
  let [out, notes, code] = ['', '', -1];
  const program = createProgram({
    output: {
      out: (text) => {
        out += text;
      },
      note: (text) => {
        notes += text;
      },
    },
    now: () => new Date(0),
    signal: new AbortController().signal,
    exit: (value) => {
      code = value;
    },
  });
  await program.parseAsync(['measure', ...args], { from: 'user' });
  return { code, out, notes };
}

it('accepts: a quote with its log, as a policy', async () => {
  const { code, out, notes } = await run('--quote', QUOTE, '--event-log', LOG, '--name', 'cos');
  expect(code).toBe(0);
  const { measurements, reportData } = JSON.parse(out);
  expect(reportData).toBe('any');
  expect(measurements).toEqual([expect.objectContaining({ name: 'cos', rtmr3: '00'.repeat(48) })]);
  expect(notes).toContain('Not verified here');
});

it('accepts: a log alone gives the same registers, without MRTD, and says so', async () => {
  const ofQuote = JSON.parse((await run('--quote', QUOTE, '--json')).out).registers;
  const { registers } = JSON.parse((await run('--event-log', LOG, '--json')).out);
  expect(Object.keys(registers)).toEqual(['rtmr0', 'rtmr1', 'rtmr2', 'rtmr3']);
  for (const name of Object.keys(registers))
    expect(registers[name]).toEqual({ value: ofQuote[name].value, basis: 'log' });
});

it('rejects: a log of another boot, and no input', async () => {
  const mismatch = await run('--quote', QUOTE, '--event-log', OTHER);
  expect(mismatch).toMatchObject({ code: 1, out: '' });
  expect(mismatch.notes).toMatch(/^ATTESTATION_EVENT_LOG_MISMATCH/);
  expect((await run()).notes).toMatch(/^INPUT_MISSING/);
});
