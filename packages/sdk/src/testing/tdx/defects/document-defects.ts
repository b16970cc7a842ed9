// In which ways can a correctly signed TCB info or QE identity be unacceptable (steps 9 to 11)?
import type { DocumentFault, SimulatedFaults } from '../create-simulated-tdx.js';
import type { SimulatedQeIdentity, SimulatedTcbInfo } from '../documents.js';
import type { SimulatedScenario } from '../prepare-simulated.js';
import type { DefectCase } from './quote-defect.js';

const fault = (faults: SimulatedFaults): SimulatedScenario => ({ faults });
const tcb = (tcbInfo: DocumentFault<SimulatedTcbInfo>): SimulatedScenario => fault({ tcbInfo });
const tcbEdit = (edit: (info: SimulatedTcbInfo) => void): SimulatedScenario => tcb({ edit });
const tcbText = (from: string | RegExp, to: string): SimulatedScenario =>
  tcb({ editText: (text) => replaceOnce(text, from, to) });
const qe = (qeIdentity: DocumentFault<SimulatedQeIdentity>): SimulatedScenario => fault({ qeIdentity });
const qeEdit = (edit: (identity: SimulatedQeIdentity) => void): SimulatedScenario => qe({ edit });
const qeText = (from: string | RegExp, to: string): SimulatedScenario =>
  qe({ editText: (text) => replaceOnce(text, from, to) });

function replaceOnce(text: string, from: string | RegExp, to: string): string {
  const out = text.replace(from, to);
  if (out === text) throw new Error('the fault did not change the document');
  return out;
}

const PAST = '2019-01-01T00:00:00Z';
const FUTURE = '2040-01-01T00:00:00Z';

/** Windows, fields and levels of the signed documents. */
export function documentDefects(): readonly DefectCase[] {
  return [
    [
      'expired TCB info',
      'COLLATERAL_EXPIRED',
      tcbEdit((info) => {
        info.nextUpdate = PAST;
      }),
    ],
    [
      'TCB info of the future',
      'COLLATERAL_NOT_YET_VALID',
      tcbEdit((info) => {
        info.issueDate = FUTURE;
      }),
    ],
    [
      'an issue date that is no date',
      'TCB_INFO',
      tcbEdit((info) => {
        info.issueDate = 'yesterday';
      }),
    ],
    [
      'a next update that is no date',
      'TCB_INFO',
      tcbEdit((info) => {
        info.nextUpdate = 'NaN';
      }),
    ],
    [
      'the 30th of February',
      'TCB_INFO',
      tcbEdit((info) => {
        info.nextUpdate = '2026-02-30T00:00:00Z';
      }),
    ],
    [
      'a date in local time',
      'TCB_INFO',
      tcbEdit((info) => {
        info.nextUpdate = '2040-01-01T00:00:00';
      }),
    ],
    ['a missing next update', 'TCB_INFO', tcbText(/"nextUpdate":"[^"]*",/, '')],
    [
      'a level date that is no date',
      'TCB_INFO',
      tcbEdit((info) => {
        for (const level of info.tcbLevels) level.tcbDate = '2024';
      }),
    ],
    [
      'SGX TCB info',
      'TCB_INFO',
      tcbEdit((info) => {
        info.id = 'SGX';
      }),
    ],
    [
      'version 2',
      'TCB_INFO',
      tcbEdit((info) => {
        info.version = 2;
      }),
    ],
    [
      'TCB type 1',
      'TCB_INFO',
      tcbEdit((info) => {
        info.tcbType = 1;
      }),
    ],
    [
      'another platform',
      'FMSPC_MISMATCH',
      tcbEdit((info) => {
        info.fmspc = '90C06F000000';
      }),
    ],
    [
      'another PCE',
      'PCEID_MISMATCH',
      tcbEdit((info) => {
        info.pceId = '0001';
      }),
    ],
    [
      'an FMSPC of 5 bytes',
      'TCB_INFO',
      tcbEdit((info) => {
        info.fmspc = '5A5A5A0000';
      }),
    ],
    ['no TDX module', 'TCB_INFO', tcbText(/"tdxModule":\{[^}]*\},/, '')],
    [
      'a duplicate module identity',
      'TCB_INFO',
      tcbEdit((info) => {
        info.tdxModuleIdentities.push(...info.tdxModuleIdentities.slice(0, 1));
      }),
    ],
    ['no module identities', 'TDX_MODULE', tcbText(/"tdxModuleIdentities":\[.*?\]\}\],/, '')],
    [
      '15 SGX components',
      'TCB_INFO',
      tcbEdit((info) => {
        info.tcbLevels[2]?.tcb.sgxtcbcomponents.pop();
      }),
    ],
    [
      '15 TDX components',
      'TCB_INFO',
      tcbEdit((info) => {
        info.tcbLevels[0]?.tcb.tdxtcbcomponents.pop();
      }),
    ],
    [
      '17 TDX components',
      'TCB_INFO',
      tcbEdit((info) => {
        info.tcbLevels[0]?.tcb.tdxtcbcomponents.push({ svn: 0 });
      }),
    ],
    ['a component without version', 'TCB_INFO', tcbText('{"svn":5}', '{}')],
    ['a negative version', 'TCB_INFO', tcbText('{"svn":5}', '{"svn":-5}')],
    ['a version as text', 'TCB_INFO', tcbText('{"svn":5}', '{"svn":"5"}')],
    ['a version that is a fraction', 'TCB_INFO', tcbText('{"svn":5}', '{"svn":4.5}')],
    [
      'an unknown status',
      'TCB_INFO',
      tcbEdit((info) => {
        for (const level of info.tcbLevels) level.tcbStatus = 'Fine';
      }),
    ],
    [
      'a module status of platforms',
      'TCB_INFO',
      tcbEdit((info) => {
        for (const module of info.tdxModuleIdentities)
          for (const level of module.tcbLevels) level.tcbStatus = 'SWHardeningNeeded';
      }),
    ],
    [
      'no levels',
      'TCB_INFO',
      tcbEdit((info) => {
        info.tcbLevels = [];
      }),
    ],
    [
      'equal levels',
      'TCB_INFO',
      tcbEdit((info) => {
        info.tcbLevels.push(...info.tcbLevels.slice(0, 1));
      }),
    ],
    [
      'equal module levels',
      'TCB_INFO',
      tcbEdit((info) => {
        for (const module of info.tdxModuleIdentities) module.tcbLevels.push(...module.tcbLevels.slice(0, 1));
      }),
    ],
    [
      'more than 64 levels',
      'TCB_INFO',
      tcbEdit((info) => {
        const [level] = info.tcbLevels;
        if (level === undefined) return;
        info.tcbLevels = Array.from({ length: 65 }, (_, pcesvn) => ({
          ...level,
          tcb: { ...level.tcb, pcesvn },
        }));
      }),
    ],
    ['a duplicate key inside', 'TCB_INFO', tcbText('"tcbType":0', '"tcbType":1,"tcbType":0')],
    ['advisories that are no texts', 'TCB_INFO', tcbText('"INTEL-SA-99003"', '7')],

    [
      'an expired QE identity',
      'COLLATERAL_EXPIRED',
      qeEdit((identity) => {
        identity.nextUpdate = PAST;
      }),
    ],
    [
      'a QE identity of the future',
      'COLLATERAL_NOT_YET_VALID',
      qeEdit((identity) => {
        identity.issueDate = FUTURE;
      }),
    ],
    [
      'an issue date that is no date of the QE identity',
      'QE_IDENTITY',
      qeEdit((identity) => {
        identity.issueDate = '';
      }),
    ],
    [
      'the SGX quoting enclave',
      'QE_IDENTITY',
      qeEdit((identity) => {
        identity.id = 'QE';
      }),
    ],
    [
      'version 3',
      'QE_IDENTITY',
      qeEdit((identity) => {
        identity.version = 3;
      }),
    ],
    [
      'a mask of 3 bytes',
      'QE_IDENTITY',
      qeEdit((identity) => {
        identity.miscselectMask = 'FFFFFF';
      }),
    ],
    ['no attributes mask', 'QE_IDENTITY', qeText(/"attributesMask":"[^"]*",/, '')],
    [
      'a signer of 31 bytes',
      'QE_IDENTITY',
      qeEdit((identity) => {
        identity.mrsigner = '11'.repeat(31);
      }),
    ],
    [
      'no levels of the QE identity',
      'QE_IDENTITY',
      qeEdit((identity) => {
        identity.tcbLevels = [];
      }),
    ],
    [
      'equal levels of the QE identity',
      'QE_IDENTITY',
      qeEdit((identity) => {
        identity.tcbLevels.push(...identity.tcbLevels.slice(0, 1));
      }),
    ],
    [
      'an unknown status of the QE identity',
      'QE_IDENTITY',
      qeEdit((identity) => {
        for (const level of identity.tcbLevels) level.tcbStatus = 'ConfigurationAndSWHardeningNeeded';
      }),
    ],
    [
      'a duplicate key inside of the QE identity',
      'QE_IDENTITY',
      qeText('"version":2', '"version":2,"version":2'),
    ],
  ];
}
