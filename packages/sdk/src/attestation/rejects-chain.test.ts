// Does every fault in the PCK chain and its revocation lists fail with its own code (steps 2 to 7)?
import { describe, expect, it } from 'vitest';
import { concat, fromHex, toHex } from '../internal/bytes.js';
import { der, integer, octets, sequence } from '../testing/tdx/der-writer.js';
import {
  createSimulatedTdx,
  SCENARIO_NOW,
  type SimulatedFaults,
  type SimulatedScenario,
  verifySimulated,
} from '../testing/tdx/index.js';
import { extension } from '../testing/tdx/make-certificate.js';
import type { DcapQvlCollateral } from './index.js';

type Case = readonly [name: string, code: string, scenario: SimulatedScenario];
const fault = (faults: SimulatedFaults): SimulatedScenario => ({ faults });
const chain = (edit: (chain: readonly Uint8Array[]) => readonly Uint8Array[]): SimulatedScenario => ({
  request: { faults: { chain: edit } },
});
const collateral = (edit: (value: DcapQvlCollateral) => unknown): SimulatedScenario => ({
  editCollateral: edit,
});
const past = new Date('2019-01-01T00:00:00Z');
const future = new Date('2040-01-01T00:00:00Z');
const other = createSimulatedTdx({ now: SCENARIO_NOW, seed: 'other' });
const stranger = createSimulatedTdx({
  now: SCENARIO_NOW,
  faults: { root: { key: 'stranger', signedBy: 'stranger' } },
});
const twinRoot = createSimulatedTdx({ now: SCENARIO_NOW, faults: { root: { notAfter: future } } });
const unknownCritical = extension('2a0304', true, octets());
const SGX = '2a864886f84d010d01';
const BASIC = '551d13';
const hex =
  (edit: (text: string) => string) =>
  (bytes: Uint8Array): Uint8Array =>
    fromHex(edit(toHex(bytes)));
/** Appends to the outermost element and repairs its length. */
const insideEnd =
  (extra: Uint8Array) =>
  (bytes: Uint8Array): Uint8Array =>
    der(0x30, bytes.subarray(4), extra);
const longLength = (bytes: Uint8Array): Uint8Array => concat(Uint8Array.of(0x30, 0x83, 0), bytes.subarray(2));
const critical = (oid: string, value: string): Uint8Array => extension(oid, true, fromHex(value));

const CHAIN: readonly Case[] = [
  ['a chain without root', 'PCK_CHAIN', chain((certificates) => certificates.slice(0, 2))],
  [
    'a chain with a fourth certificate',
    'PCK_CHAIN',
    chain((certificates) => [...certificates, ...certificates.slice(2)]),
  ],
  ['a chain listed root first', 'UNTRUSTED_ROOT', chain((certificates) => [...certificates].reverse())],
  ['a stranger under the name of the root', 'UNTRUSTED_ROOT', chain(() => stranger.pckChain)],
  ['a root with the right key and another date', 'UNTRUSTED_ROOT', chain(() => twinRoot.pckChain)],
  ['a TCB signer in place of the CA', 'PCK_CHAIN', fault({ ca: { commonName: 'Intel SGX TCB Signing' } })],
  ['a CA of another name', 'PCK_CHAIN', fault({ ca: { commonName: 'Intel SGX PCK Platform CA 2' } })],
  ['a CA that is none', 'PCK_CHAIN', fault({ ca: { ca: false } })],
  ['a CA without basic constraints', 'PCK_CHAIN', fault({ ca: { omit: [BASIC] } })],
  ['a CA that may have CAs below', 'PCK_CHAIN', fault({ ca: { pathLength: 1 } })],
  ['a CA without path length', 'PCK_CHAIN', fault({ ca: { pathLength: undefined } })],
  ['a CA that may not sign CRLs', 'PCK_CHAIN', fault({ ca: { keyUsage: 0x04 } })],
  ['a CA that may not sign certificates', 'PCK_CHAIN', fault({ ca: { keyUsage: 0x02 } })],
  ['a CA without key usage', 'PCK_CHAIN', fault({ ca: { omit: ['551d0f'] } })],
  ['a CA of another issuer', 'PCK_CHAIN', fault({ ca: { issuer: 'Some Root CA' } })],
  ['a CA of another issuer key', 'PCK_CHAIN', fault({ ca: { authority: 'stranger' } })],
  ['a leaf of another name', 'PCK_CHAIN', fault({ pck: { commonName: 'Intel SGX TCB Signing' } })],
  ['a leaf that is a CA', 'PCK_CHAIN', fault({ pck: { ca: true } })],
  ['a leaf that may sign certificates', 'PCK_CHAIN', fault({ pck: { keyUsage: 0xc4 } })],
  ['a leaf that may not sign', 'PCK_CHAIN', fault({ pck: { keyUsage: 0x40 } })],
  ['a leaf without basic constraints', 'PCK_CHAIN', fault({ pck: { omit: [BASIC] } })],
  ['a leaf of another issuer', 'PCK_CHAIN', fault({ pck: { issuer: 'Intel SGX PCK Processor CA' } })],
  ['a leaf of another issuer key', 'PCK_CHAIN', fault({ pck: { authority: 'stranger' } })],
  ['a leaf without authority key identifier', 'PCK_CHAIN', fault({ pck: { omit: ['551d23'] } })],
  ['a leaf without SGX extension', 'PCK_CHAIN', fault({ pck: { omit: [SGX] } })],
  ['a PPID of 15 bytes', 'PCK_CHAIN', fault({ sgx: { ppid: '11'.repeat(15) } })],
  ['an FMSPC of 5 bytes', 'PCK_CHAIN', fault({ sgx: { fmspc: '5a5a5a0000' } })],
  ['a PCEID of 3 bytes', 'PCK_CHAIN', fault({ sgx: { pceId: '000000' } })],
  [
    '15 component versions',
    'PCK_CHAIN',
    fault({ sgx: { componentSvns: Array.from({ length: 15 }, () => 3) } }),
  ],
  [
    'a component version of 256',
    'PCK_CHAIN',
    fault({ sgx: { componentSvns: Array.from({ length: 16 }, () => 256) } }),
  ],
  [
    'an SGX value that appears twice',
    'PCK_CHAIN',
    fault({ sgx: { componentSvns: Array.from({ length: 17 }, () => 3) } }),
  ],
  ['a leaf not in force yet', 'PCK_CHAIN', fault({ pck: { notBefore: future } })],
  ['an expired leaf', 'PCK_CHAIN', fault({ pck: { notAfter: past } })],
  ['a CA not in force yet', 'PCK_CHAIN', fault({ ca: { notBefore: future } })],
  ['an expired CA', 'PCK_CHAIN', fault({ ca: { notAfter: past } })],
  [
    'a root after its end',
    'PCK_CHAIN',
    {
      now: new Date('2055-01-01T00:00:00Z'),
      faults: {
        ca: { notAfter: new Date('2060-01-01T00:00:00Z') },
        pck: { notAfter: new Date('2060-01-01T00:00:00Z') },
      },
    },
  ],
  ['a CA signed by itself', 'PCK_CA_SIG', fault({ ca: { signedBy: 'platform ca' } })],
  ['a CA with a broken signature', 'PCK_CA_SIG', fault({ ca: { breakSignature: true } })],
  ['a leaf signed by the root', 'PCK_SIG', fault({ pck: { signedBy: 'root' } })],
  ['a leaf with a broken signature', 'PCK_SIG', fault({ pck: { breakSignature: true } })],
];

const DER: readonly Case[] = [
  ['an unknown critical extension in the leaf', 'PCK_CHAIN', fault({ pck: { extra: [unknownCritical] } })],
  ['an unknown critical extension in the CA', 'PCK_CHAIN', fault({ ca: { extra: [unknownCritical] } })],
  ['a duplicate extension', 'PCK_CHAIN', fault({ pck: { extra: [critical(BASIC, '3000')] } })],
  [
    'bytes after the certificate',
    'PCK_CHAIN',
    fault({ pck: { editDer: (bytes) => concat(bytes, Uint8Array.of(0)) } }),
  ],
  [
    'an extra element inside the certificate',
    'PCK_CHAIN',
    fault({ pck: { editDer: insideEnd(integer(1)) } }),
  ],
  ['a length that is not minimal', 'PCK_CHAIN', fault({ pck: { editDer: longLength } })],
  [
    'an indefinite length',
    'PCK_CHAIN',
    fault({
      pck: { editDer: (bytes) => concat(Uint8Array.of(0x30, 0x80), bytes.subarray(4), new Uint8Array(2)) },
    }),
  ],
  [
    'a multi-byte tag',
    'PCK_CHAIN',
    fault({ pck: { editDer: (bytes) => concat(Uint8Array.of(0x3f), bytes.subarray(1)) } }),
  ],
  [
    'an X.509 v1 certificate',
    'PCK_CHAIN',
    fault({ pck: { editDer: hex((text) => text.replace('a003020102', 'a003020101')) } }),
  ],
  [
    'a version of two bytes',
    'PCK_CHAIN',
    fault({ pck: { editSigned: hex((text) => text.replace('a003020102', 'a0030201ff')) } }),
  ],
  [
    'a negative serial number',
    'PCK_CHAIN',
    fault({
      pck: {
        serial: Uint8Array.of(1),
        editSigned: hex((text) => text.replace('a003020102020101', 'a003020102020181')),
      },
    }),
  ],
  [
    'ECDSA with SHA-384 outside',
    'PCK_CHAIN',
    fault({
      pck: {
        editDer: hex((text) => text.replace(/2a8648ce3d040302(?!.*2a8648ce3d040302)/, '2a8648ce3d040303')),
      },
    }),
  ],
  [
    'ECDSA with SHA-384 inside',
    'PCK_CHAIN',
    fault({ pck: { editSigned: hex((text) => text.replace('2a8648ce3d040302', '2a8648ce3d040303')) } }),
  ],
  [
    'a key on another curve',
    'PCK_CHAIN',
    fault({ pck: { editSigned: hex((text) => text.replace('2a8648ce3d030107', '2a8648ce3d030108')) } }),
  ],
  [
    'a compressed key',
    'PCK_CHAIN',
    fault({ pck: { editSigned: hex((text) => text.replace('03420004', '03420002')) } }),
  ],
  [
    'an explicit FALSE',
    'PCK_CHAIN',
    fault({ pck: { omit: [BASIC], extra: [critical(BASIC, '3003010100')] } }),
  ],
  [
    'a TRUE of 0x01',
    'PCK_CHAIN',
    fault({ ca: { omit: [BASIC], extra: [critical(BASIC, '3006010101020100')] } }),
  ],
  [
    'a month 13',
    'PCK_CHAIN',
    fault({ pck: { editSigned: hex((text) => text.replace('170d313830353232', '170d313831333232')) } }),
  ],
  [
    'a time without Z',
    'PCK_CHAIN',
    fault({ pck: { editSigned: hex((text) => text.replace('3030303030305a', '303030303030' + '2b')) } }),
  ],
  [
    'a signature number that is not minimal',
    'PCK_CHAIN',
    fault({
      pck: {
        editDer: hex((text) =>
          text.replace(
            /0348003045(?!.*0348003045)|0347003044(?!.*0347003044)|0349003046(?!.*0349003046)/,
            (start) => `${start.slice(0, -2)}ff`,
          ),
        ),
      },
    }),
  ],
];

const LISTS: readonly Case[] = [
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
    fault({ pckCrl: { revoked: [Uint8Array.of(9), createSimulatedTdx({ now: SCENARIO_NOW }).serials.pck] } }),
  ],
  ['a revoked CA', 'REVOKED', fault({ rootCrl: { revoked: [other.serials.ca] } })],
  ['a revoked TCB signer', 'REVOKED', fault({ rootCrl: { revoked: [other.serials.tcbSigner] } })],
];

for (const [title, cases] of Object.entries({ 'roles and windows': CHAIN, DER, 'revocation lists': LISTS })) {
  describe(`PCK chain, ${title}`, () => {
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

describe('PCK chain, healthy variants', () => {
  it('accepts: lists that revoke other machines', async () => {
    const verified = await verifySimulated(
      fault({ pckCrl: { revoked: [other.serials.pck, Uint8Array.of(0x80, 1)] } }),
    );
    expect(verified.checks.find((check) => check.step === 7)?.detail).toMatch(/^2 /);
  });

  it('accepts: an unknown extension that is not critical', async () => {
    await expect(
      verifySimulated(fault({ pck: { extra: [extension('2a0304', false, octets())] } })),
    ).resolves.toBeDefined();
  });

  it('accepts: several entry extensions and a serial with a high first bit', async () => {
    const reason = extension('551d15', false, Uint8Array.of(0x0a, 1, 1));
    const date = extension('551d18', false, sequence());
    await expect(
      verifySimulated(fault({ pckCrl: { revoked: [Uint8Array.of(0xff)], entryExtensions: [reason, date] } })),
    ).resolves.toBeDefined();
  });
});
