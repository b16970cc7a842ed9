// In which ways can a well-formed quote come from a machine nobody should trust (steps 12 to 17)?
import type { SimulatedScenario } from '../prepare-simulated.js';
import type { DefectCase } from './quote-defect.js';

const quote = (request: SimulatedScenario['request']): SimulatedScenario => ({ request });
const faults = (value: NonNullable<SimulatedScenario['request']>['faults']): SimulatedScenario =>
  quote({ faults: value });
const qe = (value: NonNullable<SimulatedScenario['request']>['qe']): SimulatedScenario =>
  quote({ qe: value });
const edit = (editQuote: SimulatedScenario['editQuote']): SimulatedScenario => ({ editQuote });
const fault = (value: SimulatedScenario['faults']): SimulatedScenario => ({ faults: value });

/** Signatures of the quote, quoting enclave, TDX module, TCB levels. */
export function platformDefects(): readonly DefectCase[] {
  return [
    ['a broken quote signature', 'QUOTE_SIG', faults({ breakQuoteSignature: true })],
    ['a quote signed by another key', 'QUOTE_SIG', faults({ quoteSignedBy: 'stranger' })],
    ['a quote signed by the PCK key', 'QUOTE_SIG', faults({ quoteSignedBy: 'pck default' })],
    ['an attestation key off the curve', 'QUOTE_SIG', edit((bytes) => bytes.fill(0x11, 700, 764))],
    ['a zero quote signature', 'QUOTE_SIG', edit((bytes) => bytes.fill(0, 636, 700))],
    ['a broken QE report signature', 'QE_REPORT_SIG', faults({ breakQeReportSignature: true })],
    ['a QE report signed by another key', 'QE_REPORT_SIG', faults({ qeReportSignedBy: 'stranger' })],
    [
      'a QE report of another PCK certificate',
      'QE_REPORT_SIG',
      faults({ qeReportSignedBy: 'pck other machine' }),
    ],
    ['a QE that vouches for another key', 'QE_BINDING', faults({ boundKey: 'stranger' })],
    ['other authentication data', 'QE_BINDING', edit((bytes) => bytes.fill(9, 1221, 1222))],
    ['a QE report with data behind the hash', 'QE_BINDING', faults({ bindingTail: true })],

    ['another MISCSELECT', 'QE_MISCSELECT', qe({ miscSelect: 1 })],
    ['another MISCSELECT in the last byte', 'QE_MISCSELECT', qe({ miscSelect: 0x0100_0000 })],
    ['other attributes', 'QE_ATTRIBUTES', qe({ attributes: '31000000000000000000000000000000' })],
    [
      'an enclave that is not initialized',
      'QE_ATTRIBUTES',
      qe({ attributes: '10000000000000000000000000000000' }),
    ],
    ['a debug enclave', 'QE_DEBUG', qe({ attributes: '13000000000000000000000000000000' })],
    ['another signer', 'QE_MRSIGNER', qe({ mrSigner: '11'.repeat(32) })],
    ['another product', 'QE_ISVPRODID', qe({ isvProdId: 1 })],
    ['a version below all levels of the quoting enclave', 'QE_ISVSVN', qe({ isvSvn: 3 })],
    ['a revoked version of the quoting enclave', 'TCB_REVOKED', qe({ isvSvn: 4 })],

    ['a module signed by others', 'TDX_MODULE', quote({ mrSignerSeam: '11'.repeat(48) })],
    ['a debug module', 'TDX_MODULE', quote({ seamAttributes: '0100000000000000' })],
    [
      'an unknown major version',
      'TDX_MODULE',
      quote({ teeTcbSvn: [7, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] }),
    ],
    [
      'a version below all levels of the TDX module',
      'TCB_NOT_SUPPORTED',
      quote({ teeTcbSvn: [2, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] }),
    ],
    [
      'a revoked version of the TDX module',
      'TCB_REVOKED',
      quote({ teeTcbSvn: [3, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] }),
    ],
    [
      'a module signed by others although the document allows it',
      'TDX_MODULE',
      {
        request: { mrSignerSeam: '11'.repeat(48) },
        faults: {
          tcbInfo: {
            edit: (info) => {
              for (const module of info.tdxModuleIdentities) module.mrsigner = '11'.repeat(48);
            },
          },
        },
      },
    ],
    [
      'a module without the attributes the document demands',
      'TDX_MODULE',
      {
        faults: {
          tcbInfo: {
            edit: (info) => {
              for (const module of info.tdxModuleIdentities) module.attributes = '0200000000000000';
            },
          },
        },
      },
    ],
    [
      'a debug module although the mask of the document hides it',
      'TDX_MODULE',
      {
        request: { seamAttributes: '0100000000000000' },
        faults: {
          tcbInfo: {
            edit: (info) => {
              for (const module of info.tdxModuleIdentities) module.attributesMask = '00'.repeat(8);
            },
          },
        },
      },
    ],
    [
      'a module of major version 0 that the document signs otherwise',
      'TDX_MODULE',
      {
        request: { teeTcbSvn: [5, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
        faults: { tcbInfo: { edit: (info) => (info.tdxModule.mrsigner = '11'.repeat(48)) } },
      },
    ],
    [
      'a debug quoting enclave although the mask of the document hides it',
      'QE_DEBUG',
      {
        request: { qe: { attributes: '13000000000000000000000000000000' } },
        faults: {
          qeIdentity: { edit: (identity) => (identity.attributesMask = 'F9FFFFFFFFFFFFFF0000000000000000') },
        },
      },
    ],

    [
      'a platform below all SGX components',
      'TCB_NOT_SUPPORTED',
      fault({ sgx: { componentSvns: [3, 3, 2, 2, 4, 1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0] } }),
    ],
    ['a platform below the PCE version', 'TCB_NOT_SUPPORTED', fault({ sgx: { pceSvn: 12 } })],
    [
      'a TD below all TDX components',
      'TCB_NOT_SUPPORTED',
      { request: { teeTcbSvn: [7, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] } },
    ],
    [
      'a TD of module major version 0 below component 0',
      'TCB_NOT_SUPPORTED',
      { request: { teeTcbSvn: [4, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] } },
    ],
    [
      'a revoked platform',
      'TCB_REVOKED',
      fault({ sgx: { componentSvns: [1, 1, 2, 2, 4, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0] } }),
    ],
    [
      'a revoked platform although every status is allowed',
      'TCB_REVOKED',
      {
        ...fault({ sgx: { componentSvns: [1, 1, 2, 2, 4, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0] } }),
        policy: { tcbStatuses: ['UpToDate', 'OutOfDate'] },
      },
    ],
    [
      'an outdated platform',
      'TCB_STATUS',
      fault({ sgx: { componentSvns: [2, 2, 2, 2, 4, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0] } }),
    ],
    [
      'an outdated module',
      'TCB_STATUS',
      { request: { teeTcbSvn: [6, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] } },
    ],
    ['an outdated quoting enclave', 'TCB_STATUS', { request: { qe: { isvSvn: 7 } } }],
  ];
}
