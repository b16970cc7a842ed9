// Does `cocoonkit measure` print registers with their basis, and a policy that accepts exactly them?
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { measureImage } from '../src/attestation/measure/measure-image.js';
import { createProgram } from '../src/cli/program.js';
import { tinyFirmware, tinyKernel } from './support/tiny-image.js';

const vector = (path: string) => fileURLToPath(new URL(`../spec/vectors/${path}`, import.meta.url));
const QUOTE = vector('quotes/quotes/gcp-cos113-quote.dat');
const LOG = vector('eventlog/gcp-cos113-ccel_data.dat');
const OTHER = vector('eventlog/trustee-ovmf.dat');

const folder = mkdtempSync(join(tmpdir(), 'measure-'));
afterAll(() => rmSync(folder, { recursive: true }));
const put = (name: string, content: Uint8Array | string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const FIRMWARE = put('OVMF.fd', tinyFirmware());
const KERNEL = put('vmlinuz', tinyKernel());
const INITRD = put('initrd', 'x'.repeat(200_000));
const IMAGE = ['--firmware', FIRMWARE, '--kernel', KERNEL, '--initrd', INITRD];

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

it('accepts: an image, computed, with what is left out and why', async () => {
  const expected = await measureImage({
    firmware: tinyFirmware(),
    kernel: tinyKernel(),
    commandLine: 'ro',
    initrd: new TextEncoder().encode('x'.repeat(200_000)),
  });
  const { code, out } = await run(...IMAGE, '--append', 'ro', '--json');
  expect(code).toBe(0);
  const { registers, leftOut, policy, image } = JSON.parse(out);
  const { mrtd, rtmr1, rtmr2 } = expected;
  expect(policy.measurements).toEqual([{ mrtd, rtmr1, rtmr2 }]);
  for (const register of ['mrtd', 'rtmr1', 'rtmr2']) expect(registers[register].basis).toBe('computed');
  expect(Object.keys(leftOut)).toEqual(['rtmr0', 'rtmr3', 'mrConfigId', 'mrOwner', 'mrOwnerConfig']);
  expect(image).toEqual(expected);
  const { notes } = await run(...IMAGE, '--append', 'ro');
  expect(notes).toContain('rtmr0 left out of the policy: it depends on memory size');
  expect(notes).toContain('Command line as measured: "ro initrd=initrd"');
  expect(notes).not.toContain('Not verified here');
});

it('accepts: options change what is computed', async () => {
  const of = async (...more: string[]) =>
    JSON.parse((await run(...IMAGE, '--append', 'ro', '--json', ...more)).out);
  const { image } = await of();
  expect((await of('--page-order', 'section')).image.mrtd).not.toBe(image.mrtd);
  expect((await of('--boot-profile', 'ovmf-separator-rtmr0')).image.rtmr1).not.toBe(image.rtmr1);
  expect((await of('--initrd-argument', 'prepend')).image.commandLine).toBe('initrd=initrd ro');
});

it('accepts: what cannot be computed is taken from a log, each register with its basis', async () => {
  const { registers } = JSON.parse((await run('--firmware', FIRMWARE, '--event-log', LOG, '--json')).out);
  expect(registers.mrtd.basis).toBe('computed');
  for (const register of ['rtmr0', 'rtmr1', 'rtmr2', 'rtmr3']) expect(registers[register].basis).toBe('log');
});

it('rejects: an image and a machine that was not started from it', async () => {
  const refused = { code: 1, out: '', notes: expect.stringMatching(/^ATTESTATION_MEASURE_MISMATCH.*mrtd/) };
  expect(await run('--firmware', FIRMWARE, '--quote', QUOTE)).toEqual(refused);
  const { notes } = await run('--kernel', KERNEL, '--event-log', LOG);
  expect(notes).toMatch(/^ATTESTATION_MEASURE_MISMATCH.*rtmr1/);
});

it('rejects: files that are something else, an initrd without a command line, unknown choices', async () => {
  expect((await run('--firmware', KERNEL)).notes).toMatch(/^ATTESTATION_MEASURE_FIRMWARE/);
  expect((await run('--kernel', FIRMWARE)).notes).toMatch(/^ATTESTATION_MEASURE_KERNEL/);
  expect((await run('--append', 'ä')).notes).toMatch(/^ATTESTATION_MEASURE_IMAGE/);
  expect(await run('--kernel', KERNEL, '--initrd', INITRD)).toMatchObject({
    code: 2,
    notes: expect.stringMatching(/^APPEND_MISSING/),
  });
  expect((await run('--append', '', '--initrd', put('empty', ''))).notes).toMatch(/^FILE_EMPTY/);
  await expect(run('--firmware', FIRMWARE, '--page-order', 'byte')).rejects.toMatchObject({
    code: 'commander.invalidArgument',
  });
});

it('accepts: a log’s events in lines, with what is proven and the digest of the rest', async () => {
  const { notes } = await run('--event-log', LOG);
  expect(notes).toContain('Events: 43, content proven of 31');
  expect(notes).toContain('rtmr1 firmware: Calling EFI Application from Boot Option');
  expect(notes).toMatch(
    /rtmr1 digest alone [0-9a-f]{96} \(the host calls it EV_EFI_BOOT_SERVICES_APPLICATION\)/,
  );
});

it('rejects: control characters of a log on the terminal', async () => {
  const event = {
    imr: 3,
    event_type: 1,
    digest: 'ab'.repeat(48),
    event: '\u001b[31mred\n',
    event_payload: '',
  };
  const { notes } = await run('--event-log', put('log.json', JSON.stringify([event])));
  expect(notes).toContain('the host calls it  [31mred )');
  expect(notes).not.toContain('\u001b');
});
