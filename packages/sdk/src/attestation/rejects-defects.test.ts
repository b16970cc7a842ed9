// Is every defect of the table found, with its own code?
import { describe, expect, it } from 'vitest';
import { verifyAtOnce } from '../../test/support/verify-at-once.js';
import { noblePrimitives } from '../internal/noble.js';
import { syncQuotePrimitives } from '../internal/p256-verify.js';
import { quoteDefects, verifySimulated } from '../testing/tdx/index.js';
import { ATTESTATION_CODES } from './index.js';

const defects = quoteDefects();

describe('defects', () => {
  for (const { name, code, scenario } of defects) {
    it(`rejects: ${name}`, async () => {
      await expect(verifySimulated(scenario)).rejects.toMatchObject({ kind: 'attestation', code });
      expect(() => verifyAtOnce(scenario)).toThrow(expect.objectContaining({ kind: 'attestation', code }));
    });
  }
});

describe('pure JavaScript', () => {
  // Costs ten times as much: the first of each code.
  for (const code of new Set(defects.map((defect) => defect.code))) {
    it(`rejects: with ${code}`, async () => {
      const { scenario = {} } = defects.find((defect) => defect.code === code) ?? {};
      const refusal = expect.objectContaining({ code });
      expect(() => verifyAtOnce(scenario, syncQuotePrimitives)).toThrow(refusal);
      await expect(verifySimulated({ ...scenario, primitives: noblePrimitives })).rejects.toEqual(refusal);
    });
  }
});

describe('the table of defects', () => {
  it('has a name of its own for each', () => {
    expect(new Set(defects.map((defect) => defect.name)).size).toBe(defects.length);
  });

  it('has at least one for every code, and one for every step that can refuse', () => {
    // Not about one quote: arguments (evaluate-policy.test.ts), claims (claims-json.test.ts), older collateral (collateral-cache.test.ts).
    const others = ['OPTIONS', 'CLAIMS', 'COLLATERAL_ROLLBACK'].map((code) => `ATTESTATION_${code}`);
    const codes = ATTESTATION_CODES.map((entry) => entry.code).filter((code) => !others.includes(code));
    expect(codes.filter((code) => !defects.some((defect) => defect.code === code))).toEqual([]);
    const steps = [...new Set(defects.map((defect) => defect.step))].sort((a, b) => a - b);
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 18, 19, 20, 21, 22, 23]);
  });
});
