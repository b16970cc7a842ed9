// Does a cache spare only what was verified, judge everything else every time, and refuse older collateral?
import { beforeAll, describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { concat } from '../internal/bytes.js';
import type { SyncQuotePrimitives } from '../internal/primitives.js';
import {
  createSimulatedTdx,
  SCENARIO_NOW,
  type SimulatedFaults,
  type SimulatedTdx,
  type SimulatedTdxOptions,
  simulatedRootDer,
} from '../testing/tdx/index.js';
import { simulatedAnchor } from '../unsafe.js';
import {
  type CollateralCache,
  createCollateralCache,
  type QuotePolicy,
  type RollbackMarks,
  type VerifiedQuote,
  type VerifyQuoteSyncOptions,
  verifyQuote,
  verifyQuoteSync,
} from './index.js';

const DAY_MS = 86_400_000;
const policy: QuotePolicy = { measurements: 'any', reportData: 'any' };
const anchor = simulatedAnchor(simulatedRootDer());
let verified = 0;
const counting: SyncQuotePrimitives = {
  sha256: platform.sha256,
  p256Verify: (...job) => {
    verified++;
    return platform.p256Verify(...job) === true;
  },
};

const world = (options: Partial<SimulatedTdxOptions> = {}): SimulatedTdx =>
  createSimulatedTdx({ now: SCENARIO_NOW, ...options });

function verify(
  tdx: SimulatedTdx,
  cache: CollateralCache,
  options: Partial<VerifyQuoteSyncOptions> & { quote?: Uint8Array } = {},
): VerifiedQuote {
  const { quote = tdx.quote(), ...rest } = options;
  const collateral = tdx.collateralBytes();
  return verifyQuoteSync(quote, {
    collateral,
    now: SCENARIO_NOW,
    policy,
    anchor,
    cache,
    primitives: counting,
    ...rest,
  });
}

function count(run: () => unknown): number {
  verified = 0;
  run();
  return verified;
}

const code = (name: string) => expect.objectContaining({ code: `ATTESTATION_${name}` });

describe('createCollateralCache', () => {
  let healthy: SimulatedTdx;
  beforeAll(() => {
    healthy = world();
  });

  it('accepts: nine signatures, one for the same machine, two after its quoting enclave changed its key, three for another', () => {
    const cache = createCollateralCache();
    expect(count(() => verify(healthy, cache))).toBe(9);
    expect(count(() => verify(healthy, cache))).toBe(1);
    const rotated = healthy.quote({ qeAuthData: new Uint8Array(4) });
    expect(count(() => verify(healthy, cache, { quote: rotated }))).toBe(2);
    expect(count(() => verify(world({ seed: 'another' }), cache))).toBe(3);
    expect(cache.size()).toEqual({ collaterals: 1, machines: 2, marks: 4 });
  });

  it('accepts: the same verdict with a cache as without', () => {
    const cache = createCollateralCache();
    const cold = verify(healthy, cache);
    const warm = verify(healthy, cache);
    const strip = ({ checks, ...claims }: VerifiedQuote) => ({
      claims,
      steps: checks.map(({ step }) => step),
    });
    expect(strip(warm)).toEqual(strip(cold));
  });

  it('accepts: collateral read before as well as its bytes, and verifyQuote as well as verifyQuoteSync', async () => {
    const cache = createCollateralCache();
    const options = { now: SCENARIO_NOW, policy, anchor, cache, primitives: counting };
    await verifyQuote(healthy.quote(), { ...options, collateral: healthy.collateral() });
    verified = 0;
    await verifyQuote(healthy.quote(), { ...options, collateral: healthy.collateral() });
    expect(verified).toBe(1);
  });

  it('rejects: forged signatures of the quote and of its enclave, however much is known', () => {
    const cache = createCollateralCache();
    verify(healthy, cache);
    const forged = (faults: object): (() => unknown) => {
      return () => verify(healthy, cache, { quote: healthy.quote({ faults }) });
    };
    expect(forged({ breakQuoteSignature: true })).toThrow(code('QUOTE_SIG'));
    expect(forged({ breakQeReportSignature: true })).toThrow(code('QE_REPORT_SIG'));
    expect(forged({ boundKey: 'stranger' })).toThrow(code('QE_BINDING'));
  });

  it('rejects: a changed bit of the certificate or of the collateral, which is another one', () => {
    const cache = createCollateralCache();
    verify(healthy, cache);
    const broken = (faults: SimulatedFaults) => world({ faults });
    expect(() => verify(broken({ pck: { breakSignature: true } }), cache)).toThrow(code('PCK_SIG'));
    expect(() => verify(broken({ ca: { breakSignature: true } }), cache)).toThrow(code('PCK_CA_SIG'));
    expect(() => verify(broken({ pckCrl: { breakSignature: true } }), cache)).toThrow(code('CRL_SIG'));
    expect(() => verify(broken({ tcbInfo: { breakSignature: true } }), cache)).toThrow(code('TCB_INFO_SIG'));
    expect(cache.size()).toMatchObject({ collaterals: 1, machines: 1 });
  });

  it('rejects: known collateral for a machine below another CA, or below a forged one', () => {
    const cache = createCollateralCache();
    verify(healthy, cache);
    const processor = world({ pckCa: 'processor' }).quote();
    expect(() => verify(healthy, cache, { quote: processor })).toThrow(code('CRL_ISSUER'));
    const forged = world({ faults: { ca: { breakSignature: true } } }).quote();
    expect(() => verify(healthy, cache, { quote: forged })).toThrow(code('PCK_CA_SIG'));
  });

  it('rejects: the known machine and collateral under another root', () => {
    const cache = createCollateralCache();
    verify(healthy, cache);
    expect(() => verify(healthy, cache, { anchor: undefined })).toThrow(code('UNTRUSTED_ROOT'));
    const [leaf = new Uint8Array()] = healthy.pckChain;
    const other = simulatedAnchor(leaf);
    expect(() => verify(healthy, cache, { anchor: other })).toThrow(code('UNTRUSTED_ROOT'));
  });

  it('rejects: what has expired, is revoked or is against the policy, although it is known', () => {
    const cache = createCollateralCache();
    verify(healthy, cache);
    const at = (days: number) => () =>
      verify(healthy, cache, { now: new Date(SCENARIO_NOW.getTime() + days * DAY_MS) });
    expect(at(31)).toThrow(code('CRL_EXPIRED'));
    expect(at(-1)).toThrow(code('CRL_NOT_YET_VALID'));
    const revoked = world({ faults: { pckCrl: { revoked: [healthy.serials.pck] } } });
    expect(() => verify(revoked, cache)).toThrow(code('REVOKED'));
    expect(() => verify(revoked, cache)).toThrow(code('REVOKED'));
    const strict: QuotePolicy = { ...policy, measurements: [] };
    expect(() => verify(healthy, cache, { policy: strict })).toThrow(code('MEASUREMENT'));
  });

  it('rejects: an object that only looks like a cache', () => {
    const { marks, size } = createCollateralCache();
    expect(() => verify(healthy, { marks, size })).toThrow(code('OPTIONS'));
  });

  it('keeps its size over thousands of machines and collaterals', () => {
    const cache = createCollateralCache({ maxCollaterals: 2, maxMachines: 3 });
    const primitives: SyncQuotePrimitives = { ...counting, p256Verify: () => true };
    const quote = healthy.quote();
    const collateral = healthy.collateralBytes();
    for (let i = 0; i < 10_000; i++) {
      // Every quote is another one, and every 500th another machine with another text of the same collateral.
      const reportData = new Uint8Array(64);
      new DataView(reportData.buffer).setUint32(0, i);
      const other = quote.slice();
      other.set(reportData, 48 + 520);
      const tdx = i % 500 === 0 ? world({ seed: `machine ${i}` }) : undefined;
      const text = concat(collateral, new Uint8Array(Math.floor(i / 500)).fill(32));
      verify(healthy, cache, { quote: tdx?.quote({ reportData }) ?? other, collateral: text, primitives });
    }
    expect(cache.size()).toEqual({ collaterals: 2, machines: 3, marks: 4 });
  });
});

describe('rollback', () => {
  const issued = (days: number, number = 18): SimulatedTdx => {
    const now = new Date(SCENARIO_NOW.getTime() + days * DAY_MS);
    const edit = (document: { tcbEvaluationDataNumber: number }): void => {
      document.tcbEvaluationDataNumber = number;
    };
    return world({ now, faults: { tcbInfo: { edit }, qeIdentity: { edit } } });
  };
  const only = (document: 'tcbInfo' | 'qeIdentity', number: number): SimulatedTdx => {
    const edit = (value: { tcbEvaluationDataNumber: number }): void => {
      value.tcbEvaluationDataNumber = number;
    };
    return world({ faults: { [document]: { edit } } });
  };
  const later = { now: new Date(SCENARIO_NOW.getTime() + 10 * DAY_MS) };

  it('rejects: collateral older than seen by date, within its window', () => {
    const cache = createCollateralCache();
    verify(issued(5), cache, later);
    expect(() => verify(issued(0), cache, later)).toThrow(code('COLLATERAL_ROLLBACK'));
    verify(issued(5), cache, later);
    verify(issued(6), cache, later);
  });

  it('accepts: older by no more than the tolerance; rejects: older than that', () => {
    const cache = createCollateralCache({ rollbackToleranceMs: 3 * DAY_MS });
    verify(issued(5), cache, later);
    verify(issued(2), cache, later);
    expect(() => verify(issued(1), cache, later)).toThrow(code('COLLATERAL_ROLLBACK'));
  });

  it.each(['tcbInfo', 'qeIdentity'] as const)(
    'rejects: an older evaluation number of %s, whatever its date',
    (document) => {
      const cache = createCollateralCache({ rollbackToleranceMs: 30 * DAY_MS });
      verify(only(document, 19), cache);
      expect(() => verify(only(document, 18), cache)).toThrow(code('COLLATERAL_ROLLBACK'));
    },
  );

  it.each(['rootCrl', 'pckCrl'] as const)('rejects: an older %s', (list) => {
    const cache = createCollateralCache();
    verify(world(), cache);
    const old = world({ faults: { [list]: { thisUpdate: new Date(SCENARIO_NOW.getTime() - DAY_MS) } } });
    expect(() => verify(old, cache)).toThrow(code('COLLATERAL_ROLLBACK'));
  });

  it('is not moved by a quote that was refused', () => {
    const cache = createCollateralCache();
    const refused: QuotePolicy = { ...policy, measurements: [] };
    expect(() => verify(issued(5), cache, { ...later, policy: refused })).toThrow(code('MEASUREMENT'));
    expect(cache.marks()).toEqual({});
    verify(issued(0), cache, later);
  });

  it('survives as JSON; simulated marks do not touch real ones', () => {
    const first = createCollateralCache();
    verify(issued(5), first, later);
    const marks: RollbackMarks = JSON.parse(JSON.stringify(first.marks()));
    expect(Object.keys(marks).every((name) => name.startsWith('simulated '))).toBe(true);
    const second = createCollateralCache({ marks });
    expect(() => verify(issued(0), second, later)).toThrow(code('COLLATERAL_ROLLBACK'));
    expect(second.marks()).toEqual(marks);
  });

  const UNUSABLE: readonly [name: string, options: object][] = [
    ['marks that are a list', { marks: [] }],
    ['a mark without number', { marks: { qe: { issuedAt: 1 } } }],
    ['a mark whose number is text', { marks: { qe: { number: '1', issuedAt: 1 } } }],
    ['a mark without a date', { marks: { qe: { number: 1, issuedAt: Number.NaN } } }],
    ['a mark whose number is negative', { marks: { qe: { number: -1, issuedAt: 1 } } }],
    ['no mark', { marks: { qe: null } }],
    ['a mark that is a number', { marks: { qe: 7 } }],
    ['marks that are a number', { marks: 7 }],
    ['marks that are text', { marks: '' }],
    ['marks that are null, as a broken file may hold', { marks: null }],
    [
      'too many marks',
      { marks: Object.fromEntries(Array.from({ length: 1025 }, (_, i) => [i, { number: 1, issuedAt: 1 }])) },
    ],
    ['a negative tolerance', { rollbackToleranceMs: -1 }],
    ['an endless tolerance', { rollbackToleranceMs: Number.POSITIVE_INFINITY }],
    ['no place', { maxMachines: 0 }],
    ['half a place', { maxCollaterals: 1.5 }],
    ['more places than memory should hold', { maxMachines: 65_537 }],
  ];
  for (const [name, options] of UNUSABLE) {
    it(`rejects: ${name}`, () => {
      expect(() => createCollateralCache(options)).toThrow(code('OPTIONS'));
    });
  }
});
