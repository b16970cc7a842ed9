// Do published logs replay to the registers of their quotes, and does a changed log ever pass?
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CocoonError } from '../../errors.js';
import { fromHex, fromUtf8, utf8 } from '../../internal/bytes.js';
import { type Measurements, readMeasurements } from '../claims.js';
import { parseQuote } from '../index.js';
import { packEventLog } from './pack-event-log.js';
import { replayEventLog } from './replay-event-log.js';
import { verifyEventLog } from './verify-event-log.js';

const folder = new URL('../../../spec/vectors/', import.meta.url);
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, folder)));
const registersOf = (quote: Uint8Array): Measurements => readMeasurements(parseQuote(quote).report);
const quoteIn = (report: Uint8Array): Uint8Array => fromHex(JSON.parse(fromUtf8(report)).quote);

const gcp = read('eventlog/gcp-cos113-ccel_data.dat');
const gcpTable = read('eventlog/gcp-cos113-ccel_table.dat');
const gcpQuote = read('quotes/quotes/gcp-cos113-quote.dat');
const full = read('eventlog/dstack-quote-report.json');
const lite = read('eventlog/dstack-tdx-lite-getquote.json');
const ovmf = read('eventlog/trustee-ovmf.dat');

/** The log in a dstack report, changed and serialized again. */
type DstackEvent = { imr: number; event_type: number; digest: string; event: string; event_payload: string };
function edited(report: Uint8Array, edit: (events: DstackEvent[]) => void): Uint8Array {
  const events: DstackEvent[] = JSON.parse(JSON.parse(fromUtf8(report)).event_log);
  edit(events);
  return utf8(JSON.stringify(events));
}
const own = (event: string, event_payload = ''): DstackEvent => ({
  imr: 3,
  event_type: 0x08000001,
  digest: '',
  event,
  event_payload,
});

describe('published logs', () => {
  const CASES: [string, Uint8Array | { table: Uint8Array; data: Uint8Array }, Uint8Array, number][] = [
    ['Google Cloud, CCEL', gcp, gcpQuote, 43],
    ['Google Cloud, CCEL with its ACPI table', { table: gcpTable, data: gcp }, gcpQuote, 43],
    ['dstack, full', full, quoteIn(full), 28],
    ['dstack, short', lite, quoteIn(lite), 29],
  ];
  for (const [name, log, quote, events] of CASES) {
    it(`accepts: ${name}`, async () => {
      const measurements = registersOf(quote);
      const verified = await verifyEventLog(log, { measurements });
      const { rtmr0, rtmr1, rtmr2, rtmr3 } = measurements;
      expect(verified).toMatchObject({ rtmr0, rtmr1, rtmr2, rtmr3 });
      expect(verified.events).toHaveLength(events);
    });
  }

  it('accepts: logs without a quote, to their end', async () => {
    for (const [name, events, rtmr3] of [
      ['trustee-grub.dat', 37, /^0{96}$/],
      ['trustee-ovmf.dat', 20, /^0{96}$/],
      ['trustee-aael-alibabacloud.dat', 87, /^5e4ecd49/],
    ] as const) {
      const log = await replayEventLog(read(`eventlog/${name}`));
      expect(log.events.length, name).toBe(events);
      expect(log.rtmr3).toMatch(rtmr3);
    }
  });

  it('accepts: JSON as text, and a bare list of events', async () => {
    const { rtmr3 } = registersOf(quoteIn(full));
    expect((await replayEventLog(fromUtf8(full))).rtmr3).toBe(rtmr3);
    expect((await replayEventLog(edited(full, () => {}))).rtmr3).toBe(rtmr3);
  });
});

describe('what is proven', () => {
  it('the text of GRUB’s commands, and not the label before it', async () => {
    const { events } = await replayEventLog(gcp);
    const texts = events.flatMap(({ proven }) => (proven?.kind === 'text' ? [proven.text] : []));
    expect(texts).toContain('set timeout=0');
    expect(texts.at(-1)).toMatch(/^\/syslinux\/vmlinuz\.A init=\/usr\/lib\/systemd\/systemd /);
    expect(texts).toHaveLength(15);
  });

  it('Secure Boot variables with name, boot variables without', async () => {
    const { events } = await replayEventLog(gcp);
    const secureBoot = events.find(
      ({ proven }) => proven?.kind === 'variable' && proven.name === 'SecureBoot',
    );
    expect(secureBoot?.proven).toEqual({
      kind: 'variable',
      vendor: '8be4df61-93ca-11d2-aa0d-00e098032b8c',
      name: 'SecureBoot',
      value: Uint8Array.of(0),
    });
    const order = events.filter(({ claimed }) => claimed.type === 'EV_EFI_VARIABLE_BOOT');
    expect(order[0]?.proven).toEqual({ kind: 'variable-value', value: Uint8Array.of(1, 0, 0, 0) });
  });

  it('fixed sentences, even where a short log leaves their data out', async () => {
    const { events } = await replayEventLog(lite);
    const kinds = events.filter(({ rtmr }) => rtmr === 1).map(({ proven }) => proven?.kind);
    expect(kinds).toEqual([undefined, 'action', 'separator', 'action', 'action']);
  });

  it('not the data of programs, handoff tables, ACPI tables and load options', async () => {
    for (const log of [gcp, full, ovmf]) {
      const { events } = await replayEventLog(log);
      const opaque = events.filter(({ claimed: { type } }) =>
        /APPLICATION|HANDOFF|BLOB|PLATFORM_CONFIG|EVENT_TAG/.test(type),
      );
      expect(opaque.length).toBeGreaterThan(5);
      expect(opaque.every(({ proven }) => proven === undefined)).toBe(true);
    }
  });

  it('a label that the host changes moves nothing from claimed to proven', async () => {
    // Same digests, other words: the replay still matches, because nobody measured the words.
    const lying = edited(full, (events) => {
      for (const event of events.filter(({ imr }) => imr !== 3)) {
        event.event_type = 0xd;
        event.event_payload = '677275625f636d643a20676f6f64'; // grub_cmd: good
      }
    });
    const verified = await verifyEventLog(lying, { measurements: registersOf(quoteIn(full)) });
    expect(verified.events.some(({ proven }) => proven?.kind === 'text')).toBe(false);
  });

  it('application events with their phase', async () => {
    const { events, foreign } = await verifyEventLog(full, { measurements: registersOf(quoteIn(full)) });
    const names = (phase: string) =>
      events.flatMap(({ proven, phase: actual }) =>
        proven?.kind === 'application' && actual === phase ? [proven.name] : [],
      );
    expect(names('boot')).toContain('compose-hash');
    expect(names('runtime')).toEqual(['LIUM_MINER_HOTKEY']);
    expect(foreign.map(({ claimed }) => claimed.name)).toEqual(['LIUM_MINER_HOTKEY']);
    const aael = await replayEventLog(read('eventlog/trustee-aael-alibabacloud.dat'));
    expect(aael.events.at(-2)).toMatchObject({
      rtmr: 3,
      phase: 'runtime',
      proven: { kind: 'application', name: 'coco.com some-operation' },
    });
  });
});

describe('hostile logs', () => {
  const measurements = registersOf(gcpQuote);
  const codeOf = async (run: Promise<unknown>): Promise<string> =>
    run.then(
      () => 'accepted',
      (error: unknown) => (error instanceof CocoonError ? error.code : String(error)),
    );

  it('rejects: a CCEL log cut at any length', async () => {
    const end = gcp.length - 64;
    const codes = new Set<string>();
    for (let length = 0; length < end; length += length < 2_000 ? 1 : 7)
      codes.add(await codeOf(verifyEventLog(gcp.subarray(0, length), { measurements })));
    expect([...codes].sort()).toEqual(['ATTESTATION_EVENT_LOG_FORMAT', 'ATTESTATION_EVENT_LOG_MISMATCH']);
    expect(await codeOf(verifyEventLog(gcp.subarray(0, end), { measurements }))).toBe('accepted');
  });

  it('rejects: a dstack log cut at any length', async () => {
    const registers = { measurements: registersOf(quoteIn(lite)) };
    const list = edited(lite, () => {});
    for (let length = 0; length < list.length; length += 11)
      expect(await codeOf(verifyEventLog(list.subarray(0, length), registers))).toBe(
        'ATTESTATION_EVENT_LOG_FORMAT',
      );
  });

  it('never crashes on changed bytes, and never takes a changed digest', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: ovmf.length - 65 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, mask) => {
          const changed = ovmf.slice();
          changed[at] = (changed[at] ?? 0) ^ mask;
          const original = await replayEventLog(ovmf);
          const outcome = await replayEventLog(changed).catch((error: unknown) => error);
          if (outcome instanceof CocoonError) return outcome.code === 'ATTESTATION_EVENT_LOG_FORMAT';
          if (outcome instanceof Error) return false;
          // Whatever is still proven was proven before.
          const before = new Set(original.events.filter(({ proven }) => proven).map(({ digest }) => digest));
          const { events } = outcome as typeof original;
          return events.every(({ proven, digest }) => proven === undefined || before.has(digest));
        },
      ),
      { numRuns: 400, seed: 7 },
    );
  });

  it('never crashes on any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const code = await codeOf(replayEventLog(bytes));
        return code === 'ATTESTATION_EVENT_LOG_FORMAT';
      }),
      { numRuns: 300, seed: 8 },
    );
  });

  const HEADER_BYTES = 32 + 33;
  const CCEL: Record<string, (log: Uint8Array) => Uint8Array> = {
    'an event that would extend MRTD': (log) => log.fill(0, HEADER_BYTES, HEADER_BYTES + 4),
    'an event of register 5': (log) => log.fill(5, HEADER_BYTES, HEADER_BYTES + 1),
    'an event without digests': (log) => log.fill(0, HEADER_BYTES + 8, HEADER_BYTES + 9),
    'an event with a digest of another algorithm': (log) =>
      log.fill(0x0b, HEADER_BYTES + 12, HEADER_BYTES + 13),
    'a header that says SHA-256': (log) => log.fill(0x0b, 60, 61),
    'a header record with a digest': (log) => log.fill(1, 8, 9),
    'another specification': (log) => log.fill(0x32, 46, 47),
    'no header record': (log) => log.subarray(HEADER_BYTES),
    'no bytes at all': () => new Uint8Array(0),
    'more than 1 MiB': () => new Uint8Array(1_048_577),
  };
  for (const [name, change] of Object.entries(CCEL)) {
    it(`rejects: ${name}`, async () => {
      await expect(replayEventLog(change(ovmf.slice()))).rejects.toMatchObject({
        code: 'ATTESTATION_EVENT_LOG_FORMAT',
        stage: 'event-log',
      });
    });
  }

  it('accepts: unused area of zeros; EV_NO_ACTION extends nothing', async () => {
    const used = ovmf.subarray(0, ovmf.length - 64);
    const expected = await replayEventLog(ovmf);
    const padded = new Uint8Array(used.length + 100);
    padded.set(used);
    expect(await replayEventLog(padded)).toEqual(expected);
    const inert = new Uint8Array(12 + 2 + 48 + 4);
    inert.set([1, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0x0c, 0]);
    expect(await replayEventLog(Uint8Array.from([...used, ...inert]))).toEqual(expected);
  });

  it('rejects: an ACPI table of another kind, length or checksum, and a log longer than it says', async () => {
    const change = (at: number, by: number) => {
      const table = gcpTable.slice();
      table[at] = (table[at] ?? 0) + by;
      table[9] = (table[9] ?? 0) - (at === 20 ? 0 : by);
      return table;
    };
    for (const table of [change(0, 1), change(36, 1), change(20, 1), gcpTable.subarray(1), change(42, -4)]) {
      await expect(replayEventLog({ table, data: gcp })).rejects.toMatchObject({
        code: 'ATTESTATION_EVENT_LOG_FORMAT',
      });
    }
  });

  const DSTACK: Record<string, [string, (events: DstackEvent[]) => void]> = {
    'a second compose-hash after the boot': ['EVENT_FOREIGN', (all) => all.push(own('compose-hash', '00'))],
    'a second compose-hash during the boot': [
      'EVENT_FOREIGN',
      (all) =>
        all.splice(
          all.findIndex(({ event }) => event === 'boot-mr-done'),
          0,
          own('compose-hash'),
        ),
    ],
    'a first os-image-hash after the boot': ['EVENT_FOREIGN', (all) => all.push(own('os-image-hash', '00'))],
    'a second end of the boot': ['EVENT_FOREIGN', (all) => all.push(own('system-ready'))],
    'an event with the digest of another': [
      'EVENT_LOG_FORMAT',
      (all) => all.push({ ...own('x'), digest: all.at(-1)?.digest ?? '' }),
    ],
    'a name with a colon': ['EVENT_LOG_FORMAT', (all) => all.push(own('compose-hash:', '00'))],
    'a boot event without a digest': ['EVENT_LOG_FORMAT', (all) => all.unshift({ ...own('x'), imr: 1 })],
    'an event of register 4': ['EVENT_LOG_FORMAT', (all) => all.push({ ...own('x'), imr: 4 })],
    'a payload that is no hex': ['EVENT_LOG_FORMAT', (all) => all.push(own('x', '0g'))],
    'more than 4096 events': ['EVENT_LOG_FORMAT', (all) => all.push(...Array(4_097).fill(own('x')))],
  };
  for (const [name, [code, edit]] of Object.entries(DSTACK)) {
    it(`rejects: ${name}`, async () => {
      await expect(replayEventLog(edited(full, edit))).rejects.toMatchObject({ code: `ATTESTATION_${code}` });
    });
  }

  it('rejects: the log of another machine, naming the register', async () => {
    const other = { measurements: { ...measurements, rtmr2: registersOf(quoteIn(full)).rtmr2 } };
    await expect(verifyEventLog(gcp, other)).rejects.toMatchObject({
      code: 'ATTESTATION_EVENT_LOG_MISMATCH',
      message: expect.stringContaining('rtmr2'),
    });
  });

  it('rejects: a register 3 that software extended without a log', async () => {
    const extended = { measurements: { ...measurements, rtmr3: 'ab'.repeat(48) } };
    await expect(verifyEventLog(gcp, extended)).rejects.toMatchObject({
      code: 'ATTESTATION_EVENT_LOG_MISMATCH',
      message: expect.stringContaining('rtmr3'),
    });
  });
});

describe('packEventLog', () => {
  it('accepts: the used area alone, checked against the machine’s quote', async () => {
    expect(await packEventLog(gcp, gcpQuote)).toEqual(gcp.subarray(0, gcp.length - 64));
    await expect(packEventLog(ovmf, gcpQuote)).rejects.toMatchObject({
      code: 'ATTESTATION_EVENT_LOG_MISMATCH',
    });
  });

  it('rejects: a log longer than evidence may carry', async () => {
    const filler = edited(full, (events) => events.push(own('x', '00'.repeat(25_000))));
    await expect(packEventLog(filler, quoteIn(full))).rejects.toMatchObject({
      code: 'ATTESTATION_EVENT_LOG_FORMAT',
    });
  });
});
