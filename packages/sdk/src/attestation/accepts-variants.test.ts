// Is every difference that Intel allows accepted, with the verdict it deserves?
import { describe, expect, it } from 'vitest';
import { verifyAtOnce } from '../../test/support/verify-at-once.js';
import { concat } from '../internal/bytes.js';
import { secondSigner } from '../testing/tdx/defects/second-signer.js';
import {
  createSimulatedTdx,
  quoteVariants,
  SCENARIO_NOW,
  type SimulatedFaults,
  type SimulatedQeIdentity,
  type SimulatedScenario,
  verifySimulated,
} from '../testing/tdx/index.js';
import { parseCollateral, parseQuote } from './index.js';

const fault = (faults: SimulatedFaults): SimulatedScenario => ({ faults });
const qeEdit = (edit: (identity: SimulatedQeIdentity) => void): SimulatedScenario =>
  fault({ qeIdentity: { edit } });

describe('healthy variants', () => {
  for (const { name, status, scenario } of quoteVariants()) {
    it(`accepts: ${name}`, async () => {
      const verified = await verifySimulated(scenario);
      expect(verified.tcb.status).toBe(status);
      expect(verifyAtOnce(scenario)).toEqual(verified);
    });
  }

  it('have names of their own', () => {
    const names = quoteVariants().map((variant) => variant.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('counts what is on the PCK CRL', async () => {
    const revoked = [Uint8Array.of(9), Uint8Array.of(0x80, 1)];
    const verified = await verifySimulated(fault({ pckCrl: { revoked } }));
    expect(verified.checks.find((check) => check.step === 7)?.detail).toMatch(/^2 /);
  });
});

describe('bytes around the quote', () => {
  it('keeps padding out of what it hands on', async () => {
    let bytes = new Uint8Array();
    await verifySimulated({
      editQuote: (quoteBytes) => (bytes = concat(quoteBytes, Uint8Array.of(1, 2, 3))),
    });
    expect(parseQuote(bytes)).toMatchObject({ length: bytes.length - 3, trailingBytes: 3 });
  });

  it('is not confused by a buffer that changes while it is verified', async () => {
    let bytes = new Uint8Array();
    const verifying = verifySimulated({ editQuote: (quoteBytes) => (bytes = concat(quoteBytes)) });
    bytes.fill(0);
    await expect(verifying).resolves.toMatchObject({ simulated: true });
  });
});

describe('collateral, verdicts', () => {
  const outdated = { policy: { tcbStatuses: ['UpToDate', 'OutOfDate'] as const } };

  it('accepts: a second signer certificate for the QE identity', async () => {
    const verified = await verifySimulated(fault({ qeIdentity: secondSigner() }));
    expect(verified.checks.find((check) => check.step === 5)?.detail).toBe('10');
  });

  it('compares the component identifiers, not the CPUSVN text', async () => {
    const high = fault({ sgx: { componentSvns: [255, 255, 2, 2, 4, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0] } });
    expect((await verifySimulated(high)).tcb.platform.status).toBe('UpToDate');
  });

  it('reports an outdated module with its date and advisories where the policy allows it', async () => {
    const request = { teeTcbSvn: [5, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], qe: { isvSvn: 6 } };
    const { tcb: verdict } = await verifySimulated({ request, ...outdated });
    expect(verdict).toMatchObject({
      status: 'OutOfDate',
      date: new Date('2023-08-09T00:00:00Z'),
      advisories: ['INTEL-SA-99001'],
      platform: { status: 'UpToDate', advisories: [] },
      module: { status: 'OutOfDate' },
      qe: { status: 'OutOfDate' },
    });
  });

  it('reports the lower evaluation number and the intersection of all windows', async () => {
    const verified = await verifySimulated(
      qeEdit((identity) => {
        identity.tcbEvaluationDataNumber = 17;
        identity.nextUpdate = '2026-03-09T00:00:00Z';
      }),
    );
    expect(verified).toMatchObject({
      tcbEvaluationDataNumber: 17,
      validFrom: new Date('2026-03-01T11:00:00Z'),
      validUntil: new Date('2026-03-09T00:00:00Z'),
    });
  });

  it('returns the same parsed collateral when it is parsed again', () => {
    const parsed = parseCollateral(createSimulatedTdx({ now: SCENARIO_NOW }).collateral());
    expect(parseCollateral(parsed)).toBe(parsed);
  });
});
