// Does every fault around the signed documents, their signer and levels fail with its own code (steps 8, 9, 15 to 17)?
import { describe, expect, it } from 'vitest';
import type { DocumentFault, SimulatedQeIdentity, SimulatedTcbInfo } from '../testing/tdx/index.js';
import {
  createSimulatedTdx,
  SCENARIO_NOW,
  type SimulatedFaults,
  type SimulatedScenario,
  verifySimulated,
} from '../testing/tdx/index.js';
import { simulatedBytes } from '../testing/tdx/keys.js';
import { type CertificatePlan, makeCertificate } from '../testing/tdx/make-certificate.js';
import { type DcapQvlCollateral, parseCollateral } from './index.js';

type Case = readonly [name: string, code: string, scenario: SimulatedScenario];
const fault = (faults: SimulatedFaults): SimulatedScenario => ({ faults });
const tcb = (tcbInfo: DocumentFault<SimulatedTcbInfo>): SimulatedScenario => fault({ tcbInfo });
const tcbEdit = (edit: (info: SimulatedTcbInfo) => void): SimulatedScenario => tcb({ edit });
const qe = (qeIdentity: DocumentFault<SimulatedQeIdentity>): SimulatedScenario => fault({ qeIdentity });
const qeEdit = (edit: (identity: SimulatedQeIdentity) => void): SimulatedScenario => qe({ edit });
const collateral = (editCollateral: SimulatedScenario['editCollateral']): SimulatedScenario => ({
  editCollateral,
});
const changed = (edit: (value: DcapQvlCollateral) => object): SimulatedScenario =>
  collateral((value) => ({ ...value, ...edit(value) }));

const machine = createSimulatedTdx({ now: SCENARIO_NOW });
const past = new Date('2019-01-01T00:00:00Z');
const future = new Date('2040-01-01T00:00:00Z');
const signer: CertificatePlan = {
  commonName: 'Intel SGX TCB Signing',
  issuer: 'Intel SGX Root CA',
  key: 'second signer',
  signedBy: 'root',
  authority: 'root',
  serial: simulatedBytes('serial second signer', 20),
  notBefore: past,
  notAfter: future,
  ca: false,
  keyUsage: 0xc0,
  crlUrl: 'https://simulated.invalid/root.crl',
};
const second = (plan: Partial<CertificatePlan>): DocumentFault<SimulatedQeIdentity> => ({
  signedBy: 'second signer',
  chain: (chain) => [makeCertificate({ ...signer, ...plan }), ...chain.slice(1)],
});

const SIGNER: readonly Case[] = [
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
  ['a signer of another issuer key', 'COLLATERAL_SIGNER', fault({ tcbSigner: { authority: 'platform ca' } })],
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
  ['a second signer signed by a stranger', 'COLLATERAL_SIGNER_SIG', qe(second({ signedBy: 'stranger' }))],
  ['a second signer that expired', 'COLLATERAL_EXPIRED', qe(second({ notAfter: past }))],
  [
    'a second signer of the TCB info that was revoked',
    'REVOKED',
    fault({
      tcbInfo: { signedBy: 'second signer', chain: (chain) => [makeCertificate(signer), ...chain.slice(1)] },
      rootCrl: { revoked: [signer.serial] },
    }),
  ],
  [
    'a second signer that was revoked',
    'REVOKED',
    fault({ qeIdentity: second({}), rootCrl: { revoked: [signer.serial] } }),
  ],
];

const SIGNATURES: readonly Case[] = [
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
];

const WRAPPER: readonly Case[] = [
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

const LEVELS: readonly Case[] = [
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

const ALL = { signer: SIGNER, signatures: SIGNATURES, wrapper: WRAPPER, levels: LEVELS };

for (const [title, cases] of Object.entries(ALL)) {
  describe(`collateral, ${title}`, () => {
    for (const [name, code, scenario] of cases) {
      it(`rejects: ${name}`, async () => {
        await expect(verifySimulated(scenario)).rejects.toMatchObject({
          kind: 'attestation',
          code: `ATTESTATION_${code}`,
        });
      });
    }
  });
}

describe('collateral, verdicts', () => {
  const outdated = { policy: { tcbStatuses: ['UpToDate', 'OutOfDate'] as const } };

  it('accepts: a second signer certificate for the QE identity', async () => {
    const verified = await verifySimulated(qe(second({})));
    expect(verified.checks.find((check) => check.step === 5)?.detail).toBe('10');
  });

  it('does not depend on the order of levels', async () => {
    const reversed = tcbEdit((info) => {
      info.tcbLevels.reverse();
      for (const module of info.tdxModuleIdentities) module.tcbLevels.reverse();
    });
    expect((await verifySimulated(reversed)).tcb).toMatchObject({
      status: 'UpToDate',
      module: { status: 'UpToDate' },
    });
  });

  it('leaves components 0 and 1 to the module from major version 1 on', async () => {
    const module = tcbEdit((info) => {
      for (const level of info.tcbLevels) level.tcb.tdxtcbcomponents.fill({ svn: 9 }, 0, 2);
    });
    expect((await verifySimulated(module)).tcb.status).toBe('UpToDate');
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
    const parsed = parseCollateral(machine.collateral());
    expect(parseCollateral(parsed)).toBe(parsed);
  });
});
