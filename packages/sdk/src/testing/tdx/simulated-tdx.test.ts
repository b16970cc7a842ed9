// Does the simulated world verify with the production verifier, and only with the simulated anchor?
import { describe, expect, it } from 'vitest';
import { parseCollateral, verifyQuote } from '../../attestation/index.js';
import { toHex, utf8 } from '../../internal/bytes.js';
import { simulatedAnchor } from '../../unsafe.js';
import {
  createSimulatedTdx,
  simulatedMeasurementRule,
  simulatedMeasurements,
  simulatedRootDer,
} from './index.js';

const now = new Date('2026-03-01T12:00:00Z');
const anchor = simulatedAnchor(simulatedRootDer());
const reportData = Uint8Array.from({ length: 64 }, (_, i) => i);
const worker = simulatedMeasurements('worker');
const policy = {
  measurements: [simulatedMeasurementRule('proxy'), simulatedMeasurementRule('worker')],
  reportData,
};

describe('simulated TDX', () => {
  it('accepts: quotes of every version and body type under the simulated root', async () => {
    const tdx = createSimulatedTdx({ now });
    const collateral = parseCollateral(tdx.collateral());
    const kinds = [
      { version: 4 },
      { version: 5, bodyType: 2 },
      { version: 5, bodyType: 3 },
      { version: 5, bodyType: 4 },
    ] as const;
    for (const kind of kinds) {
      const quote = tdx.quote({ reportData, measurements: worker, ...kind });
      const verified = await verifyQuote(quote, { collateral, now, policy, anchor });
      expect(verified).toMatchObject({
        simulated: true,
        fmspc: '5a5a5a000000',
        measurements: worker,
        reportData,
        rule: { index: 1, name: 'simulated worker v1' },
        tcbEvaluationDataNumber: 18,
      });
      expect(verified.tcb).toMatchObject({
        status: 'UpToDate',
        platform: { status: 'UpToDate' },
        module: { status: 'UpToDate' },
        qe: { status: 'UpToDate' },
      });
      expect(verified.checks.map((check) => check.step)).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
      ]);
    }
  });

  it('accepts: the Processor CA, collateral as bytes, padding after the quote', async () => {
    const tdx = createSimulatedTdx({ now, pckCa: 'processor' });
    const quote = tdx.quote({ reportData, measurements: worker, padding: utf8('not part of the quote') });
    const verified = await verifyQuote(quote, {
      collateral: parseCollateral(tdx.collateralBytes()),
      now,
      policy,
      anchor,
    });
    expect(verified.platformInstanceId).toBeUndefined();
  });

  it('rejects: simulated evidence where no anchor is given', async () => {
    const tdx = createSimulatedTdx({ now });
    const verifying = verifyQuote(tdx.quote({ reportData }), {
      collateral: parseCollateral(tdx.collateral()),
      now,
      policy,
    });
    await expect(verifying).rejects.toMatchObject({
      code: 'ATTESTATION_UNTRUSTED_ROOT',
      kind: 'attestation',
    });
  });

  it('is the same in every process: the root has a fixed digest', async () => {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', simulatedRootDer().slice()));
    expect(toHex(digest)).toBe('f7887a5c4a8e1192f2563b2813647171740e8e3063d1dfbce5f8d6526e3d44b6');
    expect(new TextDecoder().decode(simulatedRootDer())).toContain('SIMULATED - not Intel');
  });

  it('derives machines from their seed: other ids, same root', () => {
    const [first, same, second] = ['one', 'one', 'two'].map((seed) => createSimulatedTdx({ now, seed }));
    expect(first?.quote()).toEqual(same?.quote());
    expect(first?.pckChain[0]).not.toEqual(second?.pckChain[0]);
    expect(first?.rootDer).toEqual(second?.rootDer);
  });

  it('gives each role and variant its own measurements', () => {
    const all = [
      simulatedMeasurements('worker'),
      simulatedMeasurements('proxy'),
      simulatedMeasurements('worker', 'v2'),
    ];
    expect(new Set(all.map((registers) => registers.mrtd)).size).toBe(3);
    expect(simulatedMeasurements('worker')).toEqual(worker);
  });
});
