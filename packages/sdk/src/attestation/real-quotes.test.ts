// Do genuine quotes get the verdicts that Intel's own library gives them?
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REAL_CASES, type RealCase } from '../../test/support/real-cases.js';
import { simulatedAnchor } from '../unsafe.js';
import { parsePemChain } from './format/pem.js';
import { parseCollateral, parseQuote, type QuotePolicy, TCB_STATUSES, verifyQuote } from './index.js';

const folder = new URL('../../spec/vectors/quotes/', import.meta.url);
const read = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(path, folder)));

const reporting: QuotePolicy = {
  measurements: 'any',
  reportData: 'any',
  tcbStatuses: TCB_STATUSES,
};

const EARLY = expect.stringMatching(/^ATTESTATION_(CRL|COLLATERAL)_NOT_YET_VALID$/);
const LATE = expect.stringMatching(/^ATTESTATION_(CRL|COLLATERAL)_EXPIRED$/);
const at = (seconds: number): Date => new Date(seconds * 1000);
const verify = async (entry: RealCase, now: Date, policy = reporting) =>
  verifyQuote(read(entry.quote), { collateral: parseCollateral(read(entry.collateral)), now, policy });

describe('genuine quotes with genuine collateral', () => {
  it('covers both outcomes', () => {
    expect(REAL_CASES.length).toBeGreaterThanOrEqual(40);
    expect(new Set(REAL_CASES.map((entry) => entry.outcome))).toEqual(new Set(['accept', 'reject']));
  });

  for (const entry of REAL_CASES.filter((candidate) => candidate.outcome === 'accept')) {
    it(`accepts: ${entry.quote} with ${entry.collateral} as ${entry.status}`, async () => {
      const verified = await verify(entry, at(entry.now));
      expect(verified.simulated).toBe(false);
      expect(verified.tcb).toMatchObject({
        status: entry.status,
        platform: { status: entry.platform },
        module: { status: entry.module },
        qe: { status: entry.qe },
        advisories: entry.advisories,
      });
      expect(verified.validFrom).toEqual(at(entry.from));
      expect(verified.validUntil).toEqual(at(entry.to));
      if (entry.status === 'UpToDate') return;
      const strict = verify(entry, at(entry.now), { measurements: 'any', reportData: 'any' });
      await expect(strict).rejects.toMatchObject({ code: 'ATTESTATION_TCB_STATUS' });
    });

    it(`rejects: ${entry.quote} with ${entry.collateral} a second outside its window`, async () => {
      await expect(verify(entry, at(entry.from))).resolves.toBeDefined();
      await expect(verify(entry, at(entry.to))).resolves.toBeDefined();
      await expect(verify(entry, at(entry.from - 1))).rejects.toMatchObject({ code: EARLY });
      await expect(verify(entry, at(entry.to + 1))).rejects.toMatchObject({ code: LATE });
    });
  }

  for (const entry of REAL_CASES.filter((candidate) => candidate.outcome === 'reject')) {
    it(`rejects: ${entry.quote} with ${entry.collateral}: ${entry.code}`, async () => {
      for (const second of [entry.from, entry.now, entry.to]) {
        await expect(verify(entry, at(second))).rejects.toMatchObject({ code: `ATTESTATION_${entry.code}` });
      }
      // Time is judged first, whatever else is wrong.
      await expect(verify(entry, at(entry.from - 1))).rejects.toMatchObject({ code: EARLY });
      await expect(verify(entry, at(entry.to + 1))).rejects.toMatchObject({ code: LATE });
    });
  }

  it('accepts: a v4 quote with another TDX module version as far as its shape goes', () => {
    expect(parseQuote(read('quotes/trustee-tdx_quote_6.dat'))).toMatchObject({ version: 4, bodyType: 2 });
  });

  it('rejects: an SGX quote and a bare TD report', async () => {
    const sgx = { ...REAL_CASES[0], quote: 'quotes/sgx-v3-00a0.dat' } as RealCase;
    await expect(verify(sgx, at(sgx.now))).rejects.toMatchObject({ code: 'ATTESTATION_QUOTE_VERSION' });
    const report = { ...sgx, quote: 'quotes/gotdx-report.dat' };
    await expect(verify(report, at(report.now))).rejects.toMatchObject({ code: 'ATTESTATION_QUOTE_VERSION' });
  });

  it('rejects: a simulated anchor for genuine evidence, and the Intel root for the sample of Intel', async () => {
    const [entry] = REAL_CASES;
    if (entry === undefined) throw new Error('no cases');
    const [root] = parsePemChain(readFileSync(new URL('intel-sample/root.pem', folder), 'utf8'));
    if (root === undefined) throw new Error('no root');
    const anchor = simulatedAnchor(root);
    const options = {
      collateral: parseCollateral(read(entry.collateral)),
      now: at(entry.now),
      policy: reporting,
      anchor,
    };
    await expect(verifyQuote(read(entry.quote), options)).rejects.toMatchObject({
      code: 'ATTESTATION_UNTRUSTED_ROOT',
    });
    const sample = {
      ...entry,
      quote: 'intel-sample/quote.dat',
      collateral: 'intel-sample/collateral.json',
      now: 1_690_000_000,
    };
    await expect(verify(sample, at(sample.now))).rejects.toMatchObject({ kind: 'attestation' });
    const sampleOptions = {
      ...options,
      collateral: parseCollateral(read(sample.collateral)),
      now: at(sample.now),
    };
    await expect(verifyQuote(read(sample.quote), sampleOptions)).rejects.toMatchObject({
      code: 'ATTESTATION_PCK_CHAIN',
    });
  });
});
