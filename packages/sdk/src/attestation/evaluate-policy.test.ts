// Does a policy allow what it says, and is a policy that says nothing clear refused (steps 19 to 23)?
import { describe, expect, it } from 'vitest';
import {
  createSimulatedTdx,
  SCENARIO_NOW,
  SCENARIO_REPORT_DATA,
  type SimulatedScenario,
  simulatedMeasurementRule,
  simulatedMeasurements,
  simulatedRootDer,
  verifySimulated,
} from '../testing/tdx/index.js';
import { simulatedAnchor } from '../unsafe.js';
import {
  ATTESTATION_CODES,
  cocoonImageHash,
  evaluatePolicy,
  type QuotePolicy,
  verifyQuote,
} from './index.js';
import { mergeTcbStatus, type TcbStatus } from './tcb-status.js';

type Case = readonly [name: string, code: string, scenario: SimulatedScenario];
const attributes = (hex: string, policy?: Partial<QuotePolicy>): SimulatedScenario => ({
  request: { attributes: hex },
  policy,
});
const policy = (value: Partial<QuotePolicy>): SimulatedScenario => ({ policy: value });
/** A policy as a program without types may write it. */
const wrong = (value: object): SimulatedScenario => ({ policy: value });
const servant = { version: 5, bodyType: 3, serviceTd: '11'.repeat(48) } as const;
const outdated = { request: { qe: { isvSvn: 7 } } };
const worker = simulatedMeasurements('worker');
const changed = '11'.repeat(48);

const UNUSABLE: readonly Case[] = [
  ['a status that can not be', 'OPTIONS', wrong({ tcbStatuses: ['UpToDate', 'Revoked'] })],
  ['a misspelt status', 'OPTIONS', wrong({ tcbStatuses: ['Uptodate'] })],
  ['a short XFAM', 'OPTIONS', wrong({ xfamAllowed: 'e7' })],
  ['an XFAM that is no text', 'OPTIONS', wrong({ xfamAllowed: 7 })],
  ['negative grace', 'OPTIONS', wrong({ graceDays: -1 })],
  ['an image hash of another length', 'OPTIONS', wrong({ measurements: [{ imageHash: changed }] })],
  ['no report data', 'OPTIONS', wrong({ reportData: undefined })],
  ['report data of 32 bytes', 'OPTIONS', wrong({ reportData: new Uint8Array(32) })],
  ['report data that is a list', 'OPTIONS', wrong({ reportData: Array.from({ length: 64 }, () => 0) })],
  ['report data that is text of 64 characters', 'OPTIONS', wrong({ reportData: '0'.repeat(64) })],
  ['no measurements', 'OPTIONS', wrong({ measurements: undefined })],
  ['one rule instead of a list', 'OPTIONS', wrong({ measurements: simulatedMeasurementRule('worker') })],
  ['a set of rules', 'OPTIONS', wrong({ measurements: new Set([simulatedMeasurementRule('worker')]) })],
  ['a misspelt field', 'OPTIONS', wrong({ minTcbEvaluationNumber: 19 })],
  ['a misspelt register', 'OPTIONS', wrong({ measurements: [{ mrtd: worker.mrtd, rtmr4: changed }] })],
  ['a rule without registers', 'OPTIONS', wrong({ measurements: [{ name: 'all' }] })],
  ['a rule whose registers are undefined', 'OPTIONS', wrong({ measurements: [{ mrtd: undefined }] })],
  ['a register that is too short', 'OPTIONS', wrong({ measurements: [{ mrtd: '11' }] })],
  ['a register that is no text', 'OPTIONS', wrong({ measurements: [{ mrtd: [7] }] })],
  ['a rule that is null', 'OPTIONS', wrong({ measurements: [null] })],
  ['a limit that is NaN', 'OPTIONS', wrong({ maxCollateralAgeMs: Number.NaN })],
  ['a negative limit', 'OPTIONS', wrong({ maxCollateralAgeMs: -1 })],
  ['an evaluation number as text', 'OPTIONS', wrong({ minTcbEvaluationDataNumber: '18' })],
  ['an mrSeam that is no hex', 'OPTIONS', wrong({ mrSeam: ['zz'] })],
  ['a machine of another length', 'OPTIONS', wrong({ machines: ['11'] })],
  ['a time that is NaN', 'OPTIONS', { at: new Date(Number.NaN) }],
];

const REFUSED: readonly Case[] = [
  ['XFAM with a feature unknown to TDX 1.5', 'XFAM', { request: { xfam: 'e702060001000000' } }],
  ['XFAM with AMX where it is not allowed', 'XFAM', policy({ xfamAllowed: 'e700000000000000' })],
  ['another image', 'MEASUREMENT', policy({ measurements: [{ imageHash: '11'.repeat(32) }] })],
  [
    'an outdated machine after the grace period',
    'TCB_STATUS',
    { ...outdated, policy: { tcbStatuses: ['OutOfDate'], graceDays: 935 } },
  ],
];

const ACCEPTED: readonly (readonly [name: string, scenario: SimulatedScenario])[] = [
  ['a debug TD on request', attributes('0100001000000000', { allowDebug: true })],
  ['protection keys, key locker, performance counters', attributes('000000d000000080')],
  [
    'a TD without SEPT_VE_DISABLE on request',
    attributes('0000000000000000', { requireSeptVeDisable: false }),
  ],
  [
    'a migratable TD with a service TD on request',
    { request: { ...servant, attributes: '0000003000000000' }, policy: { allowServiceTd: true } },
  ],
  ['an outdated machine on request', { ...outdated, policy: { tcbStatuses: ['OutOfDate'] } }],
  [
    'an accepted advisory',
    { ...outdated, policy: { tcbStatuses: ['OutOfDate'], advisories: { accept: ['INTEL-SA-99001'] } } },
  ],
  ['limits met exactly', policy({ minTcbEvaluationDataNumber: 18, maxCollateralAgeMs: 3_600_000 })],
  [
    'any workload on request',
    { request: { measurements: { mrtd: changed } }, policy: { measurements: 'any' } },
  ],
  [
    'any report data on request',
    { request: { reportData: new Uint8Array(64) }, policy: { reportData: 'any' } },
  ],
  [
    'upper case and alternatives',
    policy({ measurements: [{ rtmr1: [changed, worker.rtmr1.toUpperCase()] }] }),
  ],
  [
    'an outdated machine within the grace period',
    { ...outdated, policy: { tcbStatuses: ['OutOfDate'], graceDays: 936 } },
  ],
  ['a current machine without grace', policy({ graceDays: 0 })],
  ['fewer features on request', policy({ xfamAllowed: 'E402060000000000' })],
  ['an image by its hash', policy({ measurements: [{ imageHash: cocoonImageHash(worker).toUpperCase() }] })],
  ['a known TDX module', policy({ mrSeam: [worker.mrSeam] })],
];

describe('policy, unusable', () => {
  it('rejects: whatever the quote is, which is not even read', async () => {
    const verifying = verifyQuote(new Uint8Array(3), {
      collateral: new Uint8Array(),
      now: SCENARIO_NOW,
      policy: { measurements: [], reportData: new Uint8Array(32) },
    });
    await expect(verifying).rejects.toMatchObject({ code: 'ATTESTATION_OPTIONS' });
  });

  for (const [name, code, scenario] of UNUSABLE) {
    it(`rejects: ${name}`, async () => {
      await expect(verifySimulated(scenario)).rejects.toMatchObject({
        kind: 'attestation',
        code: `ATTESTATION_${code}`,
      });
    });
  }
});

describe('policy, refusals beside the table of defects', () => {
  for (const [name, code, scenario] of REFUSED) {
    it(`rejects: ${name}`, async () => {
      await expect(verifySimulated(scenario)).rejects.toMatchObject({ code: `ATTESTATION_${code}` });
    });
  }
});

describe('policy, opt-ins', () => {
  for (const [name, scenario] of ACCEPTED) {
    it(`accepts: ${name}`, async () => {
      await expect(verifySimulated(scenario)).resolves.toMatchObject({ simulated: true });
    });
  }

  it('accepts: a known machine by PPID or platform instance', async () => {
    const { ppid, platformInstanceId = '' } = await verifySimulated();
    for (const id of [ppid, platformInstanceId.toUpperCase()]) {
      const verified = await verifySimulated(policy({ machines: [id] }));
      expect(verified.checks.at(-1)).toMatchObject({ step: 23 });
    }
  });

  it('judges verified claims again without the quote', async () => {
    const verified = await verifySimulated();
    const strict: QuotePolicy = {
      measurements: [simulatedMeasurementRule('worker')],
      reportData: SCENARIO_REPORT_DATA,
    };
    expect(evaluatePolicy(verified, strict).rule?.name).toBe('simulated worker v1');
    expect(() => evaluatePolicy(verified, { ...strict, reportData: new Uint8Array(63) })).toThrow(
      expect.objectContaining({ code: 'ATTESTATION_OPTIONS' }),
    );
    expect(() =>
      evaluatePolicy(verified, { ...strict, measurements: [simulatedMeasurementRule('proxy')] }),
    ).toThrow(expect.objectContaining({ code: 'ATTESTATION_MEASUREMENT' }));
  });
});

describe('anchor', () => {
  const tdx = createSimulatedTdx({ now: SCENARIO_NOW });
  const options = {
    collateral: tdx.collateral(),
    now: SCENARIO_NOW,
    policy: { measurements: 'any', reportData: 'any' },
  } as const;

  it('rejects: simulated evidence without an anchor, whose root only looks like the one of Intel', async () => {
    await expect(verifyQuote(tdx.quote(), options)).rejects.toMatchObject({
      code: 'ATTESTATION_UNTRUSTED_ROOT',
    });
  });

  it('rejects: look-alikes of the value that simulatedAnchor makes', async () => {
    const real = simulatedAnchor(simulatedRootDer());
    await expect(verifyQuote(tdx.quote(), { ...options, anchor: real })).resolves.toMatchObject({
      simulated: true,
    });
    for (const fake of [
      { ...real },
      { kind: 'simulated', rootDer: tdx.rootDer },
      Object.create(real),
      structuredClone(real),
      null,
      'simulated',
      true,
      tdx.rootDer,
    ]) {
      const forged = verifyQuote(tdx.quote(), { ...options, anchor: fake });
      await expect(forged).rejects.toMatchObject({ code: 'ATTESTATION_UNTRUSTED_ROOT' });
    }
  });

  it('rejects: a root that is changed in the caller’s hands after the anchor was made', async () => {
    const root = simulatedRootDer();
    const anchor = simulatedAnchor(root);
    root.fill(0);
    await expect(verifyQuote(tdx.quote(), { ...options, anchor })).resolves.toBeDefined();
  });

  it('is not found in the attestation entry', async () => {
    const names = Object.keys(await import('./index.js'));
    expect(names.filter((name) => /simulated|anchor|unsafe/i.test(name))).toEqual([]);
  });
});

describe('tables', () => {
  it('merges statuses as Intel does', () => {
    const fresh: TcbStatus[] = ['UpToDate', 'ConfigurationNeeded'];
    const table: [TcbStatus, TcbStatus][] = [
      ['UpToDate', 'OutOfDate'],
      ['SWHardeningNeeded', 'OutOfDate'],
      ['ConfigurationNeeded', 'OutOfDateConfigurationNeeded'],
      ['ConfigurationAndSWHardeningNeeded', 'OutOfDateConfigurationNeeded'],
      ['OutOfDate', 'OutOfDate'],
      ['OutOfDateConfigurationNeeded', 'OutOfDateConfigurationNeeded'],
    ];
    for (const [platform, merged] of table) {
      expect(mergeTcbStatus(platform, fresh)).toBe(platform);
      expect(mergeTcbStatus(platform, ['UpToDate', 'OutOfDate'])).toBe(merged);
      expect(mergeTcbStatus(platform, ['OutOfDateConfigurationNeeded'])).toBe(merged);
    }
  });

  it('has a sentence for every code', () => {
    expect(new Set(ATTESTATION_CODES.map((entry) => entry.code)).size).toBe(ATTESTATION_CODES.length);
    for (const { code, stage, message, remedy } of ATTESTATION_CODES) {
      expect(code).toMatch(/^ATTESTATION_[A-Z_]+$/);
      expect(remedy).toMatch(/\.$/);
      expect(stage.length).toBeGreaterThan(1);
      expect(message).toMatch(/^[A-Z].*[^.]$/);
    }
  });
});
