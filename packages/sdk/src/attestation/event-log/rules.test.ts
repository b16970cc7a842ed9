// Do rules hold for the boots they describe, and for nothing a host could say instead?
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromHex, fromUtf8, toHex, utf8 } from '../../internal/bytes.js';
import { type Measurements, readMeasurements } from '../claims.js';
import { parseQuote } from '../index.js';
import type { BootStep, EventLogRule } from './event-rule.js';
import { replayEventLog } from './replay-event-log.js';
import { verifyEventLog } from './verify-event-log.js';

const folder = new URL('../../../spec/vectors/', import.meta.url);
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, folder)));
const lite = read('eventlog/dstack-tdx-lite-getquote.json');
const full = read('eventlog/dstack-quote-report.json');
const gcp = read('eventlog/gcp-cos113-ccel_data.dat');
const quoteIn = (report: Uint8Array): Measurements =>
  readMeasurements(parseQuote(fromHex(JSON.parse(fromUtf8(report)).quote)).report);
const gcpRegisters = readMeasurements(parseQuote(read('quotes/quotes/gcp-cos113-quote.dat')).report);

// Published with the short log's image: digests of its kernel, command line and initrd.
const KERNEL =
  'ac7e632dcf5cd2a1fe5c1f41f4d9b8219570e64ed3c61038fdbf25404e6f542ffd57f276bc5076307efaf882e6d64177';
const INITRD =
  '4fe4f7710134a61d7def357add6ac50bdbfeee5032a4c100375e207216ffe42a3bd5822b24e679f91501fff795b81521';
const COMPOSE = '86b0e55f2fa8e4fb69d890f14f54d5612707646e2573d54e0d2ddaaade77caa9';

interface Event {
  imr: number;
  event_type: number;
  digest: string;
  event: string;
  event_payload: string;
}
const H = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha384').update(data).digest());
const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(`${text}\0`, 'utf16le'));
const event = (imr: number, event_type: number, digest: Uint8Array, payload = new Uint8Array(0)): Event => ({
  imr,
  event_type,
  digest: toHex(digest),
  event: '',
  event_payload: toHex(payload),
});
const logOf = (...events: Event[]): Uint8Array => utf8(JSON.stringify(events));
/** What a quote would say after these events: a machine that really booted so. */
async function judge(log: Uint8Array, ...rules: EventLogRule[]): Promise<unknown> {
  const { rtmr0, rtmr1, rtmr2, rtmr3 } = await replayEventLog(log);
  const verified = await verifyEventLog(
    log,
    { measurements: { ...gcpRegisters, rtmr0, rtmr1, rtmr2, rtmr3 } },
    rules,
  );
  return verified.rule;
}
const refused = (part: string) => ({
  code: 'ATTESTATION_EVENT_RULE',
  message: expect.stringContaining(part),
});

describe('a kernel started by the firmware', () => {
  it('accepts: kernel and initrd published for the image', async () => {
    const rule = { name: 'dstack 0.6', kernel: KERNEL, initrd: ['00'.repeat(48), INITRD.toUpperCase()] };
    const verified = await verifyEventLog(lite, { measurements: quoteIn(lite) }, [rule]);
    expect(verified.rule).toEqual({ index: 0, name: 'dstack 0.6' });
  });

  it('rejects: another kernel, another initrd', async () => {
    const registers = { measurements: quoteIn(lite) };
    await expect(verifyEventLog(lite, registers, [{ kernel: INITRD }])).rejects.toMatchObject(
      refused('kernel'),
    );
    await expect(verifyEventLog(lite, registers, [{ initrd: KERNEL }])).rejects.toMatchObject(
      refused('initrd'),
    );
    await expect(verifyEventLog(lite, registers, [])).rejects.toMatchObject(refused('none of 0'));
  });

  const kernel = event(1, 0x80000003, fromHex(KERNEL));
  const commandLine = (text: string) => event(2, 6, H(utf16(text)));
  const initrd = event(2, 6, fromHex(INITRD));

  it('accepts: the command line as the kernel measures it', async () => {
    const log = logOf(kernel, commandLine('ro quiet initrd=initrd'), initrd);
    const rule = { kernel: KERNEL, commandLine: ['ro', 'ro quiet initrd=initrd'], initrd: INITRD };
    await expect(judge(log, rule)).resolves.toMatchObject({ index: 0 });
  });

  it('rejects: another command line', async () => {
    const log = logOf(kernel, commandLine('ro init=/evil'), initrd);
    await expect(judge(log, { commandLine: 'ro' })).rejects.toMatchObject(refused('commandLine'));
  });

  it('rejects: an initrd that is the expected command line, under its label', async () => {
    const disguised = event(2, 6, H(utf16('ro')));
    for (const log of [
      logOf(kernel, commandLine('ro init=/evil'), disguised),
      logOf(kernel, commandLine('ro init=/evil'), initrd, disguised),
    ]) {
      await expect(judge(log, { commandLine: 'ro' })).rejects.toMatchObject({
        code: 'ATTESTATION_EVENT_RULE',
      });
    }
  });

  it('rejects: a second program, before or after, under any label', async () => {
    const evil = H(utf8('MZ evil'));
    for (const type of [0x80000003, 0x80000006, 0x80000007, 4, 3]) {
      for (const log of [
        logOf(kernel, event(1, type, evil, utf8('MZ evil'))),
        logOf(event(1, type, evil, utf8('MZ evil')), kernel),
      ])
        await expect(judge(log, { kernel: KERNEL })).rejects.toMatchObject(refused('kernel'));
    }
  });
});

describe('a boot loader', () => {
  const texts = async (): Promise<BootStep[]> =>
    (await replayEventLog(gcp)).events
      .filter(({ rtmr }) => rtmr === 2)
      .map(({ proven, digest }) => (proven?.kind === 'text' ? proven.text : { digest }));

  it('accepts: every step, by text or digest, and the programs of RTMR1', async () => {
    const { events } = await replayEventLog(gcp);
    const images = events
      .filter(({ rtmr, proven }) => rtmr === 1 && proven === undefined)
      .map(({ digest }) => digest);
    expect(images).toHaveLength(2);
    const rule = { images, bootSteps: await texts() };
    const verified = await verifyEventLog(gcp, { measurements: gcpRegisters }, [rule]);
    expect(verified.rule?.index).toBe(0);
    const reversed = [{ ...rule, images: images.toReversed() }];
    await expect(verifyEventLog(gcp, { measurements: gcpRegisters }, reversed)).rejects.toMatchObject(
      refused('images'),
    );
  });

  it('rejects: a step more, a step less, steps in another order', async () => {
    const steps = await texts();
    const registers = { measurements: gcpRegisters };
    for (const bootSteps of [steps.slice(1), [...steps, 'boot'], steps.toReversed(), []])
      await expect(verifyEventLog(gcp, registers, [{ bootSteps }])).rejects.toMatchObject(
        refused('bootSteps'),
      );
  });

  const text = (line: string) => event(2, 0xd, H(utf8(line)), utf8(`kernel_cmdline: ${line}\0`));
  const PATTERNS: [string, string, boolean][] = [
    ['/vmlinuz root=UUID=* ro', '/vmlinuz root=UUID=1234-ab ro', true],
    ['/vmlinuz-* ro', '/vmlinuz-6.8.0 ro', true],
    ['a*c*e', 'abcde', true],
    ['*', 'anything', true],
    ['/vmlinuz root=UUID=* ro', '/vmlinuz root=UUID=1 init=/evil ro', false],
    ['/vmlinuz root=UUID=* ro', '/vmlinuz root=UUID=1\tinit=/evil ro', false],
    ['/vmlinuz root=UUID=* ro', '/vmlinuz root=UUID=1\ninit=/evil ro', false],
    ['/vmlinuz ro', '/vmlinuz ro single', false],
    ['ab*bc', 'abc', false],
    ['.*', 'x', false],
  ];
  for (const [pattern, line, holds] of PATTERNS) {
    it(`${holds ? 'accepts' : 'rejects'}: ${JSON.stringify(line)} for ${pattern}`, async () => {
      const judged = judge(logOf(text(line)), { bootSteps: [{ pattern }] });
      if (holds) await expect(judged).resolves.toBeDefined();
      else await expect(judged).rejects.toMatchObject(refused('bootSteps'));
    });
  }

  it('rejects: text that is only claimed', async () => {
    const claimed = event(2, 0xd, H(utf8('evil')), utf8('kernel_cmdline: good\0'));
    for (const step of ['good', { pattern: '*' }])
      await expect(judge(logOf(claimed), { bootSteps: [step] })).rejects.toMatchObject(refused('bootSteps'));
  });
});

describe('what runs in the guest', () => {
  const dstack = { 'compose-hash': COMPOSE };

  it('accepts: the configuration in register 3 of a dstack guest', async () => {
    const verified = await verifyEventLog(lite, { measurements: quoteIn(lite) }, [
      { name: 'other', dstack: { 'compose-hash': '00' } },
      { name: 'mine', dstack: { ...dstack, 'app-id': COMPOSE.slice(0, 40) } },
    ]);
    expect(verified.rule).toEqual({ index: 1, name: 'mine' });
  });

  it('rejects: another configuration, and a demanded event that is missing', async () => {
    const registers = { measurements: quoteIn(lite) };
    for (const demand of [{ 'compose-hash': '00' }, { ...dstack, 'no-such-event': '00' }])
      await expect(verifyEventLog(lite, registers, [{ dstack: demand }])).rejects.toMatchObject(
        refused('dstack'),
      );
  });

  it('rejects: run-time events that were not named', async () => {
    const registers = { measurements: quoteIn(full) };
    const demand = { dstack: { 'system-ready': '' } };
    await expect(verifyEventLog(full, registers, [demand])).rejects.toMatchObject(refused('runtimeEvents'));
    const named = { ...demand, runtimeEvents: ['LIUM_MINER_HOTKEY'] };
    expect((await verifyEventLog(full, registers, [named])).rule?.index).toBe(0);
  });

  it('rejects: a foreign event in register 3', async () => {
    const stranger = event(3, 0xd, H(utf8('x')), utf8('grub_cmd: x\0'));
    const events: Event[] = JSON.parse(JSON.parse(fromUtf8(lite)).event_log);
    await expect(judge(logOf(...events, stranger), { dstack })).rejects.toMatchObject(refused('dstack'));
  });

  const TREE = 'ab'.repeat(32);
  const lines = (...all: string[]): string =>
    toHex(all.reduce<Uint8Array>((old, line) => H(Buffer.concat([old, H(utf8(line))])), new Uint8Array(48)));
  const quoted = (rtmr3: string) => ({ measurements: { ...gcpRegisters, rtmr3 } });

  it('accepts: the static configuration of a Cocoon image, which no log mentions', async () => {
    const rtmr3 = lines(`cocoon:spec.tree=${TREE}`, 'cocoon:tdx_inited');
    const rules = [{ cocoon: { specTree: ['00'.repeat(32), TREE] } }];
    expect(await verifyEventLog(gcp, quoted(rtmr3), rules)).toMatchObject({ rtmr3, rule: { index: 0 } });
  });

  it('rejects: a debug image, another configuration, and events of software that ran later', async () => {
    const rules = [{ cocoon: { specTree: TREE } }];
    for (const rtmr3 of [
      lines(`cocoon:spec.tree=${TREE}`, 'cocoon:cocoon_debug', 'cocoon:tdx_inited'),
      lines(`cocoon:spec.tree=${'cd'.repeat(32)}`, 'cocoon:tdx_inited'),
      lines(`cocoon:spec.tree=${TREE}`, 'cocoon:tdx_inited', 'more'),
      gcpRegisters.rtmr3,
    ])
      await expect(verifyEventLog(gcp, quoted(rtmr3), rules)).rejects.toMatchObject(refused('cocoon'));
  });

  it('rejects: a rule without this part, where only this part explains register 3', async () => {
    const rtmr3 = lines(`cocoon:spec.tree=${TREE}`, 'cocoon:tdx_inited');
    const rules = [{ cocoon: { specTree: 'cd'.repeat(32) } }, { bootSteps: [] }];
    await expect(verifyEventLog(gcp, quoted(rtmr3), rules)).rejects.toMatchObject({
      code: 'ATTESTATION_EVENT_RULE',
    });
  });
});

describe('the shape of rules', () => {
  const BAD: Record<string, object> = {
    'an unknown field': { kernel: KERNEL, kernels: KERNEL },
    'nothing demanded': { name: 'x' },
    'a digest of another length': { kernel: 'ab' },
    'an empty list': { kernel: [] },
    'kernel besides images': { kernel: KERNEL, images: [KERNEL] },
    'command line besides boot steps': { commandLine: 'x', bootSteps: ['x'] },
    'dstack besides cocoon': { dstack: { a: '' }, cocoon: { specTree: 'ab'.repeat(32) } },
    'dstack without events': { dstack: {} },
    'run-time events alone': { kernel: KERNEL, runtimeEvents: [] },
    'a step that is none': { bootSteps: [{}] },
  };
  for (const [name, rule] of Object.entries(BAD)) {
    it(`rejects: ${name}`, async () => {
      await expect(verifyEventLog(lite, { measurements: quoteIn(lite) }, [rule])).rejects.toMatchObject({
        code: 'ATTESTATION_EVENT_OPTIONS',
      });
    });
  }
});
