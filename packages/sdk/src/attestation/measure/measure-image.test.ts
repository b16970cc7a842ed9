// Are registers computed from files those that the TDX module and the firmware would make? Expectations are written out by hand.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  TINY_SECTIONS,
  type TinyFirmware,
  type TinyKernel,
  type TinySection,
  tinyFirmware,
  tinyKernel,
} from '../../../test/support/tiny-image.js';
import { CocoonError } from '../../errors.js';
import { replayEventLog } from '../event-log/replay-event-log.js';
import type { BootProfileName } from './boot-profiles.js';
import type { ImageDescription } from './compute-registers.js';
import { measureImage } from './measure-image.js';

const sha384 = (...parts: (Uint8Array | string)[]): Buffer => {
  const hash = createHash('sha384');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const extend = (register: Buffer, digest: Buffer): Buffer => sha384(Buffer.concat([register, digest]));
const record = (name: string, address: number): Buffer => {
  const bytes = Buffer.alloc(128);
  bytes.write(name);
  bytes.writeBigUInt64LE(BigInt(address), 16);
  return bytes;
};
const add = (address: number): Buffer => record('MEM.PAGE.ADD', address);
const FIRMWARE = tinyFirmware();
const chunks = (address: number, from: number, to: number): Buffer[] => {
  const parts: Buffer[] = [];
  for (let at = from; at < to; at += 256)
    parts.push(record('MR.EXTEND', address + at - from), Buffer.from(FIRMWARE.subarray(at, at + 256)));
  return parts;
};
const CALL = sha384('Calling EFI Application from Boot Option');
const SEPARATOR = sha384(Buffer.alloc(4));
const EXIT = sha384('Exit Boot Services Invocation');
const DONE = sha384('Exit Boot Services Returned with Success');
const INITRD = Buffer.from('initial files');

describe('MRTD', () => {
  const unmeasured = [add(0xffffd000), add(0x809000), add(0x80a000), add(0x80b000)];

  it('accepts: a firmware, page by page', async () => {
    const expected = sha384(
      add(0xffffe000),
      ...chunks(0xffffe000, 4096, 8192),
      add(0xfffff000),
      ...chunks(0xfffff000, 8192, 12288),
      ...unmeasured,
    );
    expect(await measureImage({ firmware: FIRMWARE })).toEqual({ mrtd: expected.toString('hex') });
  });

  it('accepts: the same, section by section', async () => {
    const expected = sha384(
      add(0xffffe000),
      add(0xfffff000),
      ...chunks(0xffffe000, 4096, 12288),
      ...unmeasured,
    );
    const { mrtd } = await measureImage({ firmware: FIRMWARE, pageOrder: 'section' });
    expect(mrtd).toBe(expected.toString('hex'));
  });

  it('accepts: any change of measured code changes it, a change of the variables does not', async () => {
    const { mrtd } = await measureImage({ firmware: FIRMWARE });
    for (const [at, same] of [
      [4096, false],
      [12287, false],
      [0, true],
    ] as const) {
      const changed = FIRMWARE.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect((await measureImage({ firmware: changed })).mrtd === mrtd).toBe(same);
    }
  });

  const section = (index: number, change: Partial<TinySection>): TinyFirmware => ({
    sections: TINY_SECTIONS.map((known, i) => (i === index ? { ...known, ...change } : known)),
  });
  const many = Array.from({ length: 65 }, (_, i) => ({
    ...section(3, {}),
    offset: 0,
    stored: 0,
    address: 4096 * i,
    size: 4096,
    type: 3,
    attributes: 0,
  }));
  it.each<[string, TinyFirmware]>([
    ['another footer', { footer: '00'.repeat(16) }],
    ['a table longer than the file', { tableLength: 0xffff }],
    ['a table shorter than its footer', { tableLength: 17 }],
    ['a table that cuts an entry', { tableLength: 18 + 22 + 10 }],
    ['no entry that names the metadata', { entries: 0 }],
    ['two of them', { entries: 2 }],
    ['an entry without a length', { entryLength: 0 }],
    ['an entry that runs into the one before', { entryLength: 30 }],
    ['an entry of another kind without a length', { otherLength: 0 }],
    ['metadata before the file', { fromEnd: 3 * 4096 + 1 }],
    ['metadata after the file', { fromEnd: 0 }],
    ['metadata of another name', { signature: 'TDVX' }],
    ['metadata of version 2', { version: 2 }],
    ['no sections', { count: 0 }],
    ['65 sections', { sections: many }],
    ['a section of an unknown type', section(3, { type: 5 })],
    ['an unknown attribute', section(3, { attributes: 4 })],
    ['content measured of pages that come later', section(0, { attributes: 3 })],
    ['an address inside a page', section(3, { address: 0x80b001 })],
    ['half a page', section(3, { size: 2048 })],
    ['an empty section', section(3, { size: 0 })],
    ['a section above 4 GiB', section(3, { address: 2 ** 32 })],
    ['a section that crosses 4 GiB', section(0, { address: 0xfffff000 })],
    ['a section of 2^32 bytes more', section(3, { size: 2 ** 32 + 4096 })],
    ['data outside the file', section(0, { offset: 2 * 4096 })],
    ['data that wraps around', section(0, { offset: 0xffffffff })],
    ['measured content that the file lacks', section(0, { stored: 4096 })],
    ['more data than memory', section(1, { stored: 2 * 4096 })],
    ['data for memory that starts empty', section(3, { stored: 256 })],
    ['code without data', section(0, { stored: 0 })],
    ['sections that overlap', section(3, { address: 0x80a000 })],
    ['more memory than any firmware places', section(3, { address: 0x10000000, size: 2 ** 28 })],
  ])('rejects: %s', async (_, parts) => {
    await expect(measureImage({ firmware: tinyFirmware(parts) })).rejects.toMatchObject({
      code: 'ATTESTATION_MEASURE_FIRMWARE',
    });
  });

  it('rejects: the file cut at any length, from either side', async () => {
    const refused = { code: 'ATTESTATION_MEASURE_FIRMWARE' };
    for (let length = 0; length < FIRMWARE.length; length += length < 8000 ? 397 : 1) {
      await expect(measureImage({ firmware: FIRMWARE.subarray(0, length) })).rejects.toMatchObject(refused);
      const tail = FIRMWARE.subarray(FIRMWARE.length - length);
      await expect(measureImage({ firmware: tail })).rejects.toMatchObject(refused);
    }
  });

  it('rejects: damaged metadata with the typed error or not at all', async () => {
    const at = fc.integer({ min: 2 * 4096 + 100, max: FIRMWARE.length - 33 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(at, fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (changes) => {
          const file = FIRMWARE.slice();
          for (const [offset, value] of changes) file[offset] = value;
          await onlyCode('ATTESTATION_MEASURE_FIRMWARE', { firmware: file });
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('RTMR1', () => {
  const digest = (kernel: Uint8Array, end = kernel.length): Buffer =>
    sha384(kernel.subarray(0, 152), kernel.subarray(156, 232), kernel.subarray(240, end));

  it('accepts: a kernel, without checksum and certificates, its sections in the order of the file', async () => {
    for (const kernel of [tinyKernel(), tinyKernel({ certificates: 24 })]) {
      const expected = digest(kernel, 1600);
      const rtmr1 = [expected, CALL, SEPARATOR, EXIT, DONE].reduce(extend, Buffer.alloc(48));
      expect(await measureImage({ kernel })).toEqual({
        kernel: expected.toString('hex'),
        rtmr1: rtmr1.toString('hex'),
      });
    }
  });

  it('accepts: a kernel without a place for certificates', async () => {
    const kernel = tinyKernel({ directories: 4 });
    const expected = sha384(kernel.subarray(0, 152), kernel.subarray(156));
    expect((await measureImage({ kernel })).kernel).toBe(expected.toString('hex'));
  });

  it.each<[string, BootProfileName]>([
    ['dstack-quote-report.json', 'ovmf'],
    ['dstack-tdx-lite-getquote.json', 'ovmf'],
    ['trustee-ovmf.dat', 'ovmf-separator-rtmr0'],
  ])('accepts: the boot that %s recorded is the profile %s', async (file, bootProfile) => {
    const path = new URL(`../../../spec/vectors/eventlog/${file}`, import.meta.url);
    const log = await replayEventLog(new Uint8Array(readFileSync(path)));
    const authenticode = log.events.find(({ rtmr }) => rtmr === 1)?.digest ?? '';
    expect((await measureImage({ kernel: { authenticode }, bootProfile })).rtmr1).toBe(log.rtmr1);
    const other = bootProfile === 'ovmf' ? 'ovmf-separator-rtmr0' : 'ovmf';
    expect((await measureImage({ kernel: { authenticode }, bootProfile: other })).rtmr1).not.toBe(log.rtmr1);
  });

  it.each<[string, TinyKernel]>([
    ['no MZ', { magic: 'ZM' }],
    ['a kernel without EFI stub', { signature: 'HdrS' }],
    ['another processor', { machine: 0xaa64 }],
    ['PE32', { optionalMagic: 0x10b }],
    ['no sections', { sections: [] }],
    ['97 sections', { sections: Array(97).fill({ offset: 512, size: 0 }), headers: 4096, length: 8192 }],
    ['headers longer than the file', { headers: 4096 }],
    ['headers that end before the table of sections', { headers: 200 }],
    [
      'sections that overlap',
      {
        sections: [
          { offset: 512, size: 513 },
          { offset: 1024, size: 64 },
        ],
      },
    ],
    ['a section in the headers', { sections: [{ offset: 511, size: 64 }] }],
    ['a section outside the file', { sections: [{ offset: 512, size: 4096 }] }],
    ['certificates larger than what follows', { certificates: 1500, length: 1600 }],
    ['a directory that ends before the certificates', { optional: 144 }],
  ])('rejects: %s', async (_, parts) => {
    await expect(measureImage({ kernel: tinyKernel(parts) })).rejects.toMatchObject({
      code: 'ATTESTATION_MEASURE_KERNEL',
    });
  });

  it('rejects: the headers cut at any length', async () => {
    for (let length = 0; length < 1536; length++)
      await expect(measureImage({ kernel: tinyKernel().subarray(0, length) })).rejects.toMatchObject({
        code: 'ATTESTATION_MEASURE_KERNEL',
      });
  });

  it('rejects: damaged headers with the typed error or not at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(511), fc.nat(255)), { minLength: 1 }), async (changes) => {
        const kernel = tinyKernel();
        for (const [offset, value] of changes) kernel[offset] = value;
        await onlyCode('ATTESTATION_MEASURE_KERNEL', { kernel });
      }),
      { numRuns: 300 },
    );
  });
});

describe('RTMR2', () => {
  const text = (line: string): Buffer => sha384(Buffer.from(`${line}\0`, 'utf16le'));

  it.each<[string, ImageDescription, string]>([
    ['append', {}, 'console=hvc0 ro initrd=initrd'],
    ['prepend', { initrdArgument: 'prepend' }, 'initrd=initrd console=hvc0 ro'],
    ['none', { initrdArgument: 'none' }, 'console=hvc0 ro'],
  ])('accepts: command line and initrd, %s', async (_, options, line) => {
    const found = await measureImage({ commandLine: 'console=hvc0 ro', initrd: INITRD, ...options });
    const rtmr2 = [text(line), sha384(INITRD)].reduce(extend, Buffer.alloc(48));
    expect(found).toEqual({
      commandLine: line,
      initrd: sha384(INITRD).toString('hex'),
      rtmr2: rtmr2.toString('hex'),
    });
    const byDigest = { sha384: sha384(INITRD).toString('hex').toUpperCase() };
    expect(await measureImage({ commandLine: 'console=hvc0 ro', ...options, initrd: byDigest })).toEqual(
      found,
    );
  });

  it('accepts: a command line alone, also an empty one', async () => {
    for (const commandLine of ['quiet', '']) {
      const { rtmr2 } = await measureImage({ commandLine });
      expect(rtmr2).toBe(extend(Buffer.alloc(48), text(commandLine)).toString('hex'));
    }
  });
});

it.each<[string, ImageDescription]>([
  ['nothing', {}],
  ['an initrd without its command line', { kernel: tinyKernel(), initrd: INITRD }],
  ['a command line with a control character', { commandLine: 'a\nb' }],
  ['a command line that is not ASCII', { commandLine: 'ä' }],
  ['a command line that is too long', { commandLine: 'x'.repeat(4097) }],
  ['a digest of another length', { commandLine: '', initrd: { sha384: 'ab' } }],
  ['a kernel digest of another length', { kernel: { authenticode: 'ab' } }],
  ['an unknown page order', { firmware: FIRMWARE, ...JSON.parse('{"pageOrder":"byte"}') }],
  ['an unknown profile', { kernel: tinyKernel(), ...JSON.parse('{"bootProfile":"toString"}') }],
  ['an unknown place of the initrd', { commandLine: '', ...JSON.parse('{"initrdArgument":"x"}') }],
])('rejects: %s', async (_, image) => {
  await expect(measureImage(image)).rejects.toMatchObject({ code: 'ATTESTATION_MEASURE_IMAGE' });
});

async function onlyCode(code: string, image: ImageDescription): Promise<void> {
  try {
    await measureImage(image);
  } catch (error) {
    if (!(error instanceof CocoonError)) throw error;
    expect(error.code).toBe(code);
  }
}
