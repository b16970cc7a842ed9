// Do genuine H100 reports verify, and does every change to one fail under its own code?
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../internal/bytes.js';
import { parsePemChain } from '../format/pem.js';
import { verifyGpuReport } from './verify-gpu-report.js';

const vector = (name: string) =>
  readFileSync(new URL(`../../../spec/vectors/nvidia/${name}`, import.meta.url), 'utf8');
const now = new Date('2026-03-01T12:00:00Z');

interface ListEntry {
  readonly evidence: string;
  readonly certificate: string;
  readonly nonce: string;
}
const [listed]: ListEntry[] = JSON.parse(vector('h100-evidence-list.json'));
const base64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

const SAMPLES = [
  {
    name: 'of nvtrust',
    report: fromHex(vector('h100-report-1.txt').trim()),
    chain: parsePemChain(vector('h100-chain-1.pem')),
    nonce: fromHex('931d8dd0add203ac3d8b4fbde75e115278eefcdceac5b87671a748f32364dfcb'),
    expected: {
      driver: '550.90.07',
      vbios: '96.00.9f.00.01',
      boardId: 'b1030000',
      chipSku: '882',
      project: '1010',
      projectSku: '0200',
    },
  },
  {
    name: 'of trustee',
    report: fromHex(vector('h100-report-2.txt').trim()),
    chain: parsePemChain(vector('h100-chain-2.pem')),
    nonce: fromHex('87d8e24ab336adafe228d49e83d745f6dba4ae505372b6a5704820856b343fec'),
    expected: { driver: '580.95.05', vbios: '96.00.74.00.1a', boardId: 'b1030000', chipSku: '882' },
  },
  {
    name: 'of an evidence list',
    report: base64(listed?.evidence ?? ''),
    chain: parsePemChain(atob(listed?.certificate ?? '')),
    nonce: fromHex(listed?.nonce ?? ''),
    expected: { driver: '590.12', boardId: '37040000', project: 'G520' },
  },
] as const;
const [sample] = SAMPLES;

describe('genuine H100 reports', () => {
  for (const { name, report, chain, nonce, expected } of SAMPLES) {
    it(`accepts: the one ${name}`, async () => {
      const verified = await verifyGpuReport(report, chain, { nonce, now });
      expect(verified).toMatchObject({
        ...expected,
        model: 'GH100 A01 GSP BROM',
        architecture: 'HOPPER',
        measurements: 'reported, not compared with NVIDIA reference values',
        simulated: false,
      });
      expect(verified.blocks).toHaveLength(64);
      expect(verified.validUntil.toISOString()).toBe('9999-12-31T23:59:59.000Z');
    });
  }

  it('reads the measurements as trustee does', async () => {
    const { report, chain, nonce } = sample;
    const claims: { measurements: Record<string, string>; config: { fwid: string } } = JSON.parse(
      vector('h100-report-1-claims.json'),
    );
    const { blocks, fwid } = await verifyGpuReport(report, chain, { nonce, now });
    expect(Object.fromEntries(blocks.map(({ index, digest }) => [String(index), digest]))).toEqual(
      claims.measurements,
    );
    expect(fwid).toBe(claims.config.fwid);
  });
});

describe('a changed report', () => {
  const { report, chain, nonce } = sample;
  const flipped = (bytes: Uint8Array, at: number) => {
    const out = bytes.slice();
    out[at] = (out[at] ?? 0) ^ 1;
    return out;
  };
  const replaced = (index: number, der: Uint8Array | undefined) =>
    chain.map((each, i) => (i === index && der !== undefined ? der : each));
  const other = SAMPLES[1].chain;

  const REJECTED: Record<string, [code: string, run: () => Promise<unknown>]> = {
    'another nonce': ['GPU_NONCE', () => verifyGpuReport(report, chain, { nonce: new Uint8Array(32), now })],
    'a nonce of 31 bytes': [
      'GPU_OPTIONS',
      () => verifyGpuReport(report, chain, { nonce: nonce.subarray(1), now }),
    ],
    'a time that is none': [
      'GPU_OPTIONS',
      () => verifyGpuReport(report, chain, { nonce, now: new Date(Number.NaN) }),
    ],
    'a time before the certificates': [
      'GPU_CHAIN_NOT_YET_VALID',
      () => verifyGpuReport(report, chain, { nonce, now: new Date('2022-02-28T23:59:59Z') }),
    ],
    'a measurement': ['GPU_REPORT_SIG', () => verifyGpuReport(flipped(report, 110), chain, { nonce, now })],
    'the nonce of the response': [
      'GPU_REPORT_SIG',
      () => verifyGpuReport(flipped(report, 37 + 8 + 3520), chain, { nonce, now }),
    ],
    'the signature': [
      'GPU_REPORT_SIG',
      () => verifyGpuReport(flipped(report, report.length - 1), chain, { nonce, now }),
    ],
    'another byte than zero behind the signature': [
      'GPU_REPORT',
      () => verifyGpuReport(Uint8Array.of(...report, 1), chain, { nonce, now }),
    ],
    'two zero bytes behind the signature': [
      'GPU_REPORT',
      () => verifyGpuReport(Uint8Array.of(...report, 0, 0), chain, { nonce, now }),
    ],
    'another request code': ['GPU_REPORT', () => verifyGpuReport(flipped(report, 1), chain, { nonce, now })],
    'another response code': [
      'GPU_REPORT',
      () => verifyGpuReport(flipped(report, 38), chain, { nonce, now }),
    ],
    'the certificate of another GPU': [
      'GPU_CHAIN',
      () => verifyGpuReport(report, replaced(0, other[0]), { nonce, now }),
    ],
    'leaf and boot ROM of another GPU': ['GPU_FWID', () => verifyGpuReport(report, other, { nonce, now })],
    'four certificates': ['GPU_CHAIN', () => verifyGpuReport(report, chain.slice(1), { nonce, now })],
    'six certificates': [
      'GPU_CHAIN',
      () => verifyGpuReport(report, [...chain, ...chain.slice(4)], { nonce, now }),
    ],
    'the chain upside down': [
      'GPU_UNTRUSTED_ROOT',
      () => verifyGpuReport(report, chain.toReversed(), { nonce, now }),
    ],
    'one bit of the root': [
      'GPU_UNTRUSTED_ROOT',
      () => verifyGpuReport(report, replaced(4, flipped(chain[4] ?? new Uint8Array(), 500)), { nonce, now }),
    ],
    'the last bit of each other certificate': [
      'GPU_CHAIN_SIG',
      async () => {
        for (const index of [1, 2, 3]) {
          const der = chain[index] ?? new Uint8Array();
          const run = verifyGpuReport(report, replaced(index, flipped(der, der.length - 1)), { nonce, now });
          await expect(run).rejects.toMatchObject({ code: 'ATTESTATION_GPU_CHAIN_SIG' });
        }
        const der = chain[0] ?? new Uint8Array();
        return verifyGpuReport(report, replaced(0, flipped(der, der.length - 1)), { nonce, now });
      },
    ],
  };
  for (const [name, [code, run]] of Object.entries(REJECTED)) {
    it(`rejects: ${name}`, async () => {
      await expect(run()).rejects.toMatchObject({
        kind: 'attestation',
        code: `ATTESTATION_${code}`,
        stage: expect.stringMatching(/^gpu-/),
      });
    });
  }

  it('rejects: an anchor that nobody registered', async () => {
    const anchor = { kind: 'simulated' } as const;
    await expect(verifyGpuReport(report, chain, { nonce, now, anchor })).rejects.toMatchObject({
      code: 'ATTESTATION_GPU_UNTRUSTED_ROOT',
    });
  });

  it('rejects: every truncation and every flipped bit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(report.length - 1), fc.nat(7), fc.boolean(), async (at, bit, cut) => {
        const bytes = cut ? report.slice(0, at) : report.slice();
        if (!cut) bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        await expect(verifyGpuReport(bytes, chain, { nonce, now })).rejects.toMatchObject({
          code: expect.stringMatching(/^ATTESTATION_GPU_(REPORT|REPORT_SIG|NONCE|FWID)$/),
        });
      }),
      { numRuns: 120, seed: 7 },
    );
  });

  it('names the GPU by its certificate', async () => {
    const { serial } = await verifyGpuReport(report, chain, { nonce, now });
    expect(serial).toBe('53c22ba15e5d68088282da074ed9fb37aa585771');
  });
});
