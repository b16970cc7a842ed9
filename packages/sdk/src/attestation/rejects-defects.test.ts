// Is every defect of the table found, with its own code?
import { describe, expect, it } from 'vitest';
import { quoteDefects, verifySimulated } from '../testing/tdx/index.js';
import { ATTESTATION_CODES } from './index.js';

const defects = quoteDefects();

describe('defects', () => {
  for (const { name, code, scenario } of defects) {
    it(`rejects: ${name}`, async () => {
      await expect(verifySimulated(scenario)).rejects.toMatchObject({ kind: 'attestation', code });
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
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 19, 20, 21, 22, 23]);
  });
});
