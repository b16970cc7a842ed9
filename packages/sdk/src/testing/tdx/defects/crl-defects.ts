// In which ways can a revocation list be unusable, or revoke something (steps 6 and 7)?

import type { DcapQvlCollateral } from '../../../attestation/index.js';
import { fromHex } from '../../../internal/bytes.js';
import { createSimulatedTdx, type SimulatedFaults } from '../create-simulated-tdx.js';
import { octets } from '../der-writer.js';
import { extension } from '../make-certificate.js';
import { SCENARIO_NOW, type SimulatedScenario } from '../prepare-simulated.js';
import type { DefectCase } from './quote-defect.js';

const fault = (faults: SimulatedFaults): SimulatedScenario => ({ faults });
const collateral = (edit: (value: DcapQvlCollateral) => unknown): SimulatedScenario => ({
  editCollateral: edit,
});
const past = new Date('2019-01-01T00:00:00Z');
const future = new Date('2040-01-01T00:00:00Z');
const unknownCritical = extension('2a0304', true, octets());
const critical = (oid: string, value: string): Uint8Array => extension(oid, true, fromHex(value));

/** Missing, malformed, foreign, stale lists, and revoked certificates. */
export function crlDefects(): readonly DefectCase[] {
  const other = createSimulatedTdx({ now: SCENARIO_NOW, seed: 'other' });

  return [
    ['no root CRL', 'CRL_MISSING', collateral(({ root_ca_crl: _, ...rest }) => rest)],
    ['no PCK CRL', 'CRL_MISSING', collateral(({ pck_crl: _, ...rest }) => rest)],
    ['an empty root CRL', 'CRL_MISSING', collateral((value) => ({ ...value, root_ca_crl: '' }))],
    ['a null PCK CRL', 'CRL_MISSING', collateral((value) => ({ ...value, pck_crl: null }))],
    ['a PCK CRL that is not hex', 'COLLATERAL_FORMAT', collateral((value) => ({ ...value, pck_crl: 'zz' }))],
    [
      'a root CRL that does not parse',
      'CRL_FORMAT',
      collateral((value) => ({ ...value, root_ca_crl: '3000' })),
    ],
    ['a PCK CRL that does not parse', 'CRL_FORMAT', collateral((value) => ({ ...value, pck_crl: 'ff' }))],
    ['bytes after a CRL', 'CRL_FORMAT', collateral((value) => ({ ...value, pck_crl: `${value.pck_crl}00` }))],
    [
      'the two CRLs swapped',
      'CRL_ISSUER',
      collateral((value) => ({ ...value, pck_crl: value.root_ca_crl, root_ca_crl: value.pck_crl })),
    ],
    [
      'the PCK CRL in place of the root CRL',
      'CRL_ISSUER',
      collateral((value) => ({ ...value, root_ca_crl: value.pck_crl })),
    ],
    [
      'the CRL of the other PCK CA',
      'CRL_ISSUER',
      collateral((value) => ({
        ...value,
        pck_crl: createSimulatedTdx({ now: SCENARIO_NOW, pckCa: 'processor' }).collateral().pck_crl,
      })),
    ],
    ['a CRL that names another issuer key', 'CRL_ISSUER', fault({ pckCrl: { authority: 'stranger' } })],
    ['a root CRL that names another issuer key', 'CRL_ISSUER', fault({ rootCrl: { authority: 'stranger' } })],
    [
      'a CRL that names another issuer',
      'CRL_ISSUER',
      fault({ pckCrl: { issuer: 'Intel SGX PCK Processor CA' } }),
    ],
    ['a root CRL that names another issuer', 'CRL_ISSUER', fault({ rootCrl: { issuer: 'Some Root CA' } })],
    ['a CRL without number', 'CRL_FORMAT', fault({ pckCrl: { omitNumber: true } })],
    ['a PCK CRL signed by the root', 'CRL_SIG', fault({ pckCrl: { signedBy: 'root' } })],
    ['a PCK CRL signed by the leaf', 'CRL_SIG', fault({ pckCrl: { signedBy: 'pck default' } })],
    ['a root CRL signed by the CA', 'CRL_SIG', fault({ rootCrl: { signedBy: 'platform ca' } })],
    ['a PCK CRL with a broken signature', 'CRL_SIG', fault({ pckCrl: { breakSignature: true } })],
    ['a root CRL with a broken signature', 'CRL_SIG', fault({ rootCrl: { breakSignature: true } })],
    ['an expired PCK CRL', 'CRL_EXPIRED', fault({ pckCrl: { nextUpdate: past } })],
    ['an expired root CRL', 'CRL_EXPIRED', fault({ rootCrl: { nextUpdate: past } })],
    [
      'a PCK CRL of the future',
      'CRL_NOT_YET_VALID',
      fault({ pckCrl: { thisUpdate: future, nextUpdate: future } }),
    ],
    [
      'a root CRL of the future',
      'CRL_NOT_YET_VALID',
      fault({ rootCrl: { thisUpdate: future, nextUpdate: future } }),
    ],
    ['a CRL that never expires', 'CRL_FORMAT', fault({ pckCrl: { omitNextUpdate: true } })],
    ['a CRL without extensions', 'CRL_FORMAT', fault({ pckCrl: { omitExtensions: true } })],
    ['a CRL of version 1', 'CRL_FORMAT', fault({ pckCrl: { version: 0 } })],
    ['an unknown critical extension in a CRL', 'CRL_FORMAT', fault({ pckCrl: { extra: [unknownCritical] } })],
    ['a delta CRL', 'CRL_FORMAT', fault({ pckCrl: { extra: [critical('551d1b', '020101')] } })],
    [
      'a critical extension in an entry',
      'CRL_FORMAT',
      fault({ pckCrl: { revoked: [Uint8Array.of(9)], entryExtensions: [unknownCritical] } }),
    ],
    [
      'a revoked PCK certificate',
      'REVOKED',
      fault({
        pckCrl: { revoked: [Uint8Array.of(9), createSimulatedTdx({ now: SCENARIO_NOW }).serials.pck] },
      }),
    ],
    ['a revoked CA', 'REVOKED', fault({ rootCrl: { revoked: [other.serials.ca] } })],
    ['a revoked TCB signer', 'REVOKED', fault({ rootCrl: { revoked: [other.serials.tcbSigner] } })],
  ];
}
