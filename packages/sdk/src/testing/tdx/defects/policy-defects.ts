// Which genuine, current machines does a relying party refuse (steps 19 to 23)?
import type { QuotePolicy } from '../../../attestation/index.js';
import { simulatedMeasurements } from '../measurements.js';
import type { SimulatedScenario } from '../prepare-simulated.js';
import type { DefectCase } from './quote-defect.js';

const attributes = (hex: string, policy?: Partial<QuotePolicy>): SimulatedScenario => ({
  request: { attributes: hex },
  policy,
});
const policy = (value: Partial<QuotePolicy>): SimulatedScenario => ({ policy: value });
const servant = { version: 5, bodyType: 3, serviceTd: '11'.repeat(48) } as const;
const outdated = { request: { qe: { isvSvn: 7 } } };
const worker = simulatedMeasurements('worker');
const changed = '11'.repeat(48);

/** Attributes, status, collateral age, measurements, report data, machine. */
export function policyDefects(): readonly DefectCase[] {
  return [
    ['a debug TD', 'TD_DEBUG', attributes('0100001000000000')],
    ['a TD with a reserved debug bit', 'TD_ATTRIBUTES', attributes('0200001000000000')],
    [
      'a TD with a reserved debug bit where debug is allowed',
      'TD_ATTRIBUTES',
      attributes('0300001000000000', { allowDebug: true }),
    ],
    ['a profiled TD', 'TD_ATTRIBUTES', attributes('2000001000000000')],
    ['a TD with a reserved bit', 'TD_ATTRIBUTES', attributes('0001001000000000')],
    ['a migratable TD', 'TD_ATTRIBUTES', attributes('0000003000000000')],
    ['a TD without SEPT_VE_DISABLE', 'SEPT_VE_DISABLE', attributes('0000000000000000')],
    ['XFAM without SSE', 'XFAM', { request: { xfam: 'e502060000000000' } }],
    ['XFAM without x87', 'XFAM', { request: { xfam: 'e602060000000000' } }],
    ['XFAM with a feature nobody knows', 'XFAM', { request: { xfam: 'e702060000000080' } }],
    ['XFAM with a feature that was not allowed', 'XFAM', policy({ xfamAllowed: '0300000000000000' })],
    [
      'an outdated machine after its days of grace',
      'TCB_STATUS',
      { ...outdated, policy: { tcbStatuses: ['OutOfDate'], graceDays: 900 } },
    ],
    ['a bound service TD', 'SERVICE_TD', { request: servant }],
    ['a bound service TD of the extended body', 'SERVICE_TD', { request: { ...servant, bodyType: 4 } }],
    ['an outdated machine', 'TCB_STATUS', outdated],
    ['every machine when no status is allowed', 'TCB_STATUS', policy({ tcbStatuses: [] })],
    ['collateral before a TCB recovery', 'TCB_EVAL_NUMBER', policy({ minTcbEvaluationDataNumber: 19 })],
    [
      'one document before a TCB recovery',
      'TCB_EVAL_NUMBER',
      {
        ...policy({ minTcbEvaluationDataNumber: 18 }),
        faults: {
          qeIdentity: {
            edit: (identity) => {
              identity.tcbEvaluationDataNumber = 17;
            },
          },
        },
      },
    ],
    ['old collateral', 'COLLATERAL_AGE', policy({ maxCollateralAgeMs: 3_599_999 })],
    [
      'an old PCK CRL',
      'COLLATERAL_AGE',
      {
        ...policy({ maxCollateralAgeMs: 3_600_000 }),
        faults: { pckCrl: { thisUpdate: new Date('2026-02-20T00:00:00Z') } },
      },
    ],
    [
      'a denied advisory',
      'TCB_ADVISORY',
      { ...outdated, policy: { tcbStatuses: ['OutOfDate'], advisories: { deny: ['INTEL-SA-99001'] } } },
    ],
    [
      'an advisory that is not accepted',
      'TCB_ADVISORY',
      { ...outdated, policy: { tcbStatuses: ['OutOfDate'], advisories: { accept: [] } } },
    ],
    ['another role', 'MEASUREMENT', { request: { measurements: simulatedMeasurements('proxy') } }],
    ['another build', 'MEASUREMENT', { request: { measurements: simulatedMeasurements('worker', 'v2') } }],
    ['every workload when no rule exists', 'MEASUREMENT', policy({ measurements: [] })],
    [
      'every workload when a register allows nothing',
      'MEASUREMENT',
      policy({ measurements: [{ mrtd: [] }] }),
    ],
    [
      'registers that match only across two rules',
      'MEASUREMENT',
      policy({
        measurements: [
          { mrtd: worker.mrtd, rtmr0: changed },
          { mrtd: changed, rtmr0: worker.rtmr0 },
        ],
      }),
    ],
    ['an unknown TDX module', 'MEASUREMENT', policy({ mrSeam: [changed] })],
    ['every TDX module when the list is empty', 'MEASUREMENT', policy({ mrSeam: [] })],
    ['other report data', 'REPORT_DATA', { request: { reportData: new Uint8Array(64) } }],
    ['a machine that is not known', 'MACHINE', policy({ machines: ['11'.repeat(16)] })],
    ['every machine when the list is empty', 'MACHINE', policy({ machines: [] })],
    ...Object.keys(worker).map(
      (register): DefectCase => [
        `another ${register}`,
        'MEASUREMENT',
        {
          request: { measurements: { ...worker, [register]: changed } },
          policy: { measurements: [{ ...worker, name: 'all nine registers' }] },
        },
      ],
    ),
  ];
}
