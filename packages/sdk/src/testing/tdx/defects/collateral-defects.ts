// In which ways can collateral be signed by the wrong key, broken or malformed (steps 2, 5, 8)?
import type { DcapQvlCollateral } from '../../../attestation/index.js';
import { createSimulatedTdx, type DocumentFault, type SimulatedFaults } from '../create-simulated-tdx.js';
import type { SimulatedQeIdentity, SimulatedTcbInfo } from '../documents.js';
import { makeCertificate } from '../make-certificate.js';
import { SCENARIO_NOW, type SimulatedScenario } from '../prepare-simulated.js';
import type { DefectCase } from './quote-defect.js';
import { SECOND_SIGNER, secondSigner } from './second-signer.js';

const fault = (faults: SimulatedFaults): SimulatedScenario => ({ faults });
const tcb = (tcbInfo: DocumentFault<SimulatedTcbInfo>): SimulatedScenario => fault({ tcbInfo });
const qe = (qeIdentity: DocumentFault<SimulatedQeIdentity>): SimulatedScenario => fault({ qeIdentity });
const collateral = (editCollateral: SimulatedScenario['editCollateral']): SimulatedScenario => ({
  editCollateral,
});
const changed = (edit: (value: DcapQvlCollateral) => object): SimulatedScenario =>
  collateral((value) => ({ ...value, ...edit(value) }));

const past = new Date('2019-01-01T00:00:00Z');
const future = new Date('2040-01-01T00:00:00Z');
/** TCB signer, signatures of the documents, and the JSON around them. */
export function collateralDefects(): readonly DefectCase[] {
  const machine = createSimulatedTdx({ now: SCENARIO_NOW });

  return [
    [
      'a PCK certificate that signs TCB info',
      'COLLATERAL_SIGNER',
      tcb({
        signedBy: 'pck default',
        chain: (chain) => [machine.pckChain[0] ?? chain[0], ...chain.slice(1)].flatMap((der) => der ?? []),
      }),
    ],
    [
      'a PCK certificate with its whole chain',
      'COLLATERAL_SIGNER',
      tcb({ signedBy: 'pck default', chain: () => machine.pckChain }),
    ],
    [
      'the PCK CA as signer',
      'COLLATERAL_SIGNER',
      tcb({ signedBy: 'platform ca', chain: () => machine.pckChain.slice(1) }),
    ],
    [
      'the root as signer',
      'COLLATERAL_SIGNER',
      tcb({ signedBy: 'root', chain: (chain) => [...chain.slice(1), ...chain.slice(1)] }),
    ],
    [
      'a PCK certificate that signs the QE identity',
      'COLLATERAL_SIGNER',
      qe({ signedBy: 'pck default', chain: () => machine.pckChain }),
    ],
    ['a signer without root', 'COLLATERAL_SIGNER', tcb({ chain: (chain) => chain.slice(0, 1) })],
    ['no signer', 'COLLATERAL_FORMAT', changed(() => ({ tcb_info_issuer_chain: 'none' }))],
    ['a signer below another root', 'UNTRUSTED_ROOT', tcb({ chain: (chain) => [...chain].reverse() })],
    [
      'a signer of another name',
      'COLLATERAL_SIGNER',
      fault({ tcbSigner: { commonName: 'Intel SGX PCK Certificate' } }),
    ],
    ['a signer that is a CA', 'COLLATERAL_SIGNER', fault({ tcbSigner: { ca: true } })],
    ['a signer that may sign CRLs', 'COLLATERAL_SIGNER', fault({ tcbSigner: { keyUsage: 0xc2 } })],
    [
      'a signer of another issuer',
      'COLLATERAL_SIGNER',
      fault({ tcbSigner: { issuer: 'Intel SGX PCK Platform CA' } }),
    ],
    [
      'a signer of another issuer key',
      'COLLATERAL_SIGNER',
      fault({ tcbSigner: { authority: 'platform ca' } }),
    ],
    [
      'a signer that is not DER',
      'COLLATERAL_SIGNER',
      fault({ tcbSigner: { editDer: (der) => der.slice(0, -1) } }),
    ],
    ['a signer not in force yet', 'COLLATERAL_NOT_YET_VALID', fault({ tcbSigner: { notBefore: future } })],
    ['an expired signer', 'COLLATERAL_EXPIRED', fault({ tcbSigner: { notAfter: past } })],
    [
      'a signer with a broken signature',
      'COLLATERAL_SIGNER_SIG',
      fault({ tcbSigner: { breakSignature: true } }),
    ],
    [
      'a signer signed by the PCK CA',
      'COLLATERAL_SIGNER_SIG',
      fault({ tcbSigner: { signedBy: 'platform ca' } }),
    ],
    [
      'a second signer signed by a stranger',
      'COLLATERAL_SIGNER_SIG',
      qe(secondSigner({ signedBy: 'stranger' })),
    ],
    ['a second signer that expired', 'COLLATERAL_EXPIRED', qe(secondSigner({ notAfter: past }))],
    [
      'a second signer of the TCB info that was revoked',
      'REVOKED',
      fault({
        tcbInfo: {
          signedBy: 'second signer',
          chain: (chain) => [makeCertificate(SECOND_SIGNER), ...chain.slice(1)],
        },
        rootCrl: { revoked: [SECOND_SIGNER.serial] },
      }),
    ],
    [
      'a second signer that was revoked',
      'REVOKED',
      fault({ qeIdentity: secondSigner({}), rootCrl: { revoked: [SECOND_SIGNER.serial] } }),
    ],

    ['TCB info with a broken signature', 'TCB_INFO_SIG', tcb({ breakSignature: true })],
    ['TCB info signed by a stranger', 'TCB_INFO_SIG', tcb({ signedBy: 'stranger' })],
    [
      'TCB info changed after signing',
      'TCB_INFO_SIG',
      changed(({ tcb_info }) => ({ tcb_info: tcb_info.replace('OutOfDate', 'UpToDate') })),
    ],
    ['TCB info with a blank more', 'TCB_INFO_SIG', changed(({ tcb_info }) => ({ tcb_info: `${tcb_info} ` }))],
    ['a QE identity with a broken signature', 'QE_IDENTITY_SIG', qe({ breakSignature: true })],
    ['a QE identity signed by a stranger', 'QE_IDENTITY_SIG', qe({ signedBy: 'stranger' })],
    [
      'a QE identity changed after signing',
      'QE_IDENTITY_SIG',
      changed(({ qe_identity }) => ({ qe_identity: qe_identity.replace(':8}', ':7}') })),
    ],
    [
      'the two documents swapped',
      'TCB_INFO_SIG',
      changed((value) => ({ tcb_info: value.qe_identity, qe_identity: value.tcb_info })),
    ],
    [
      'the two documents swapped with their signatures',
      'TCB_INFO',
      changed((value) => ({
        tcb_info: value.qe_identity,
        qe_identity: value.tcb_info,
        tcb_info_signature: value.qe_identity_signature,
        qe_identity_signature: value.tcb_info_signature,
      })),
    ],

    ['a number instead of collateral', 'COLLATERAL_FORMAT', collateral(() => 7)],
    ['a list', 'COLLATERAL_FORMAT', collateral(() => [])],
    ['text that is not JSON', 'COLLATERAL_FORMAT', collateral(() => '{')],
    ['bytes that are not UTF-8', 'COLLATERAL_FORMAT', collateral(() => Uint8Array.of(0xff, 0xfe))],
    [
      'a duplicate key',
      'COLLATERAL_FORMAT',
      collateral((value) => JSON.stringify(value).replace('{', '{"pck_crl":"00",')),
    ],
    [
      'a duplicate key in other spelling',
      'COLLATERAL_FORMAT',
      collateral((value) => JSON.stringify(value).replace('{', '{"pck\\u005fcrl":"00",')),
    ],
    [
      'deep nesting',
      'COLLATERAL_FORMAT',
      collateral((value) => JSON.stringify(value).replace('{', `{"x":${'['.repeat(17)}${']'.repeat(17)},`)),
    ],
    [
      'text over 4 MiB',
      'COLLATERAL_FORMAT',
      collateral((value) => `${JSON.stringify(value)}${' '.repeat(4 << 20)}`),
    ],
    ['a CRL over 1 MiB', 'COLLATERAL_FORMAT', changed(() => ({ pck_crl: '00'.repeat(1_048_577) }))],
    ['a document over 256 KiB', 'COLLATERAL_FORMAT', changed(() => ({ tcb_info: ' '.repeat(262_145) }))],
    ['no TCB info', 'COLLATERAL_FORMAT', changed(() => ({ tcb_info: undefined }))],
    [
      'a document as object',
      'COLLATERAL_FORMAT',
      changed(({ qe_identity }) => ({ qe_identity: JSON.parse(qe_identity) })),
    ],
    [
      'a signature of 63 bytes',
      'COLLATERAL_FORMAT',
      changed(({ tcb_info_signature }) => ({ tcb_info_signature: tcb_info_signature.slice(2) })),
    ],
    [
      'a signature that is not hex',
      'COLLATERAL_FORMAT',
      changed(() => ({ qe_identity_signature: 'g'.repeat(128) })),
    ],
    ['fields on the prototype', 'COLLATERAL_FORMAT', collateral((value) => Object.create(value))],
  ];
}
