// Does the verifier depend on no single signature, no argument, no implementation of cryptography, and keep secrets out of errors?
import { describe, expect, it } from 'vitest';
import { CocoonError } from '../errors.js';
import { noblePrimitives } from '../internal/noble.js';
import {
  createSimulatedTdx,
  SCENARIO_NOW,
  simulatedMeasurementRule,
  simulatedMeasurements,
  simulatedRootDer,
} from '../testing/tdx/index.js';
import { simulatedAnchor } from '../unsafe.js';
import { parseCollateral, parseQuote, type VerifiedQuote, verifyQuote } from './index.js';
import { verifyQuoteSync } from './verify-quote-sync.js';

const tdx = createSimulatedTdx({ now: SCENARIO_NOW });
const quote = tdx.quote({ measurements: simulatedMeasurements('worker'), version: 5, bodyType: 3 });
const collateral = tdx.collateral();
const policy = { measurements: [simulatedMeasurementRule('worker')], reportData: new Uint8Array(64) };
const anchor = simulatedAnchor(simulatedRootDer());

async function verify(bytes: Uint8Array, documents: unknown = collateral): Promise<VerifiedQuote> {
  return verifyQuote(bytes, { collateral: parseCollateral(documents), now: SCENARIO_NOW, policy, anchor });
}

/** The error of a verification that must fail, and must fail with our error. */
async function failure(verifying: Promise<unknown>): Promise<CocoonError | undefined> {
  try {
    await verifying;
    return undefined;
  } catch (error) {
    if (!(error instanceof CocoonError)) throw error;
    expect(error.kind).toBe('attestation');
    expect(error.code).toMatch(/^ATTESTATION_/);
    expect(error.remedy.length).toBeGreaterThan(10);
    return error;
  }
}

function flip(bytes: Uint8Array, index: number, bit: number): Uint8Array {
  const out = bytes.slice();
  out[index] = (out[index] ?? 0) ^ (1 << bit);
  return out;
}

describe('arguments', () => {
  it('throw only typed errors for missing arguments, at once too', () => {
    const call = verifyQuoteSync as (...values: unknown[]) => unknown;
    for (const values of [[quote], [quote, null], [quote, 'options']])
      expect(() => call(...values)).toThrow(expect.objectContaining({ code: 'ATTESTATION_OPTIONS' }));
  });

  it('throw only typed errors for missing arguments', async () => {
    const call = verifyQuote as (...values: unknown[]) => Promise<unknown>;
    for (const values of [
      [],
      [quote],
      [quote, null],
      [quote, {}],
      [quote, { collateral, policy }],
      [undefined, { collateral, policy, now: SCENARIO_NOW, anchor }],
      ['text', { collateral, policy, now: SCENARIO_NOW, anchor }],
      [quote, { policy, now: SCENARIO_NOW, anchor }],
    ]) {
      expect(await failure((async () => call(...values))())).toBeDefined();
    }
    expect(await failure((async () => (parseQuote as (value: unknown) => unknown)('text'))())).toBeDefined();
  });
});

describe('cryptography', () => {
  it('accepts and rejects the same with pure JavaScript', async () => {
    const options = { collateral, now: SCENARIO_NOW, policy, anchor, primitives: noblePrimitives };
    const native = await verify(quote);
    expect(await verifyQuote(quote, options)).toEqual(native);
    expect((await failure(verifyQuote(flip(quote, 60, 0), options)))?.code).toBe('ATTESTATION_QUOTE_SIG');
  });

  it('rejects: every one of the nine signatures on its own', async () => {
    const codes: string[] = [];
    for (let broken = 0; broken < 9; broken++) {
      let count = 0;
      const primitives = { ...noblePrimitives, p256Verify: () => count++ !== broken };
      codes.push(
        (await failure(verifyQuote(quote, { collateral, now: SCENARIO_NOW, policy, anchor, primitives })))
          ?.code ?? 'none',
      );
      expect(count).toBe(9);
    }
    expect(codes.map((code) => code.replace('ATTESTATION_', ''))).toEqual([
      'PCK_CA_SIG',
      'PCK_SIG',
      'CRL_SIG',
      'CRL_SIG',
      'COLLATERAL_SIGNER_SIG',
      'TCB_INFO_SIG',
      'QE_IDENTITY_SIG',
      'QE_REPORT_SIG',
      'QUOTE_SIG',
    ]);
  });

  it('hands on an error that says what to do, as when the cryptography did not load', async () => {
    const error = new CocoonError({
      kind: 'network',
      code: 'NOT_LOADED',
      message: 'x',
      remedy: 'Load it again.',
    });
    const primitives = { ...noblePrimitives, p256Verify: () => Promise.reject(error) };
    const verifying = verifyQuote(quote, { collateral, now: SCENARIO_NOW, policy, anchor, primitives });
    await expect(verifying).rejects.toBe(error);
  });

  it('rejects: primitives that fail or answer with something else than true', async () => {
    for (const answer of [undefined, 1, 'yes', Promise.resolve({}), Promise.reject(new Error('no crypto'))]) {
      const primitives = { ...noblePrimitives, p256Verify: () => answer as unknown as boolean };
      const error = await failure(
        verifyQuote(quote, { collateral, now: SCENARIO_NOW, policy, anchor, primitives }),
      );
      expect(error?.code).toBe('ATTESTATION_PCK_CA_SIG');
    }
  });
});

describe('privacy', () => {
  it('privacy: no error shows report data, measurements or machine ids', async () => {
    const verified = await verify(quote);
    const other = await failure(
      verifyQuote(quote, {
        collateral,
        now: SCENARIO_NOW,
        policy: { ...policy, machines: ['11'.repeat(16)] },
        anchor,
      }),
    );
    const mismatch = await failure(
      verifyQuote(quote, { collateral, now: SCENARIO_NOW, policy: { ...policy, measurements: [] }, anchor }),
    );
    const text = JSON.stringify([other, mismatch]);
    for (const secret of [
      verified.ppid,
      verified.platformInstanceId ?? verified.ppid,
      verified.measurements.mrtd,
    ])
      expect(text).not.toContain(secret);
  });
});
