// Does every malformed or foreign quote fail with its own code (steps 1, 12, 13, 14)?
import { describe, expect, it } from 'vitest';
import { concat } from '../internal/bytes.js';
import { type SimulatedScenario, verifySimulated } from '../testing/tdx/index.js';
import { parseQuote } from './index.js';

type Case = readonly [name: string, code: string, scenario: SimulatedScenario];
const quote = (request: SimulatedScenario['request']): SimulatedScenario => ({ request });
const faults = (value: NonNullable<SimulatedScenario['request']>['faults']): SimulatedScenario =>
  quote({ faults: value });
const qe = (value: NonNullable<SimulatedScenario['request']>['qe']): SimulatedScenario =>
  quote({ qe: value });
const edit = (editQuote: SimulatedScenario['editQuote']): SimulatedScenario => ({ editQuote });
const v5 = { version: 5, bodyType: 3 } as const;

const STRUCTURE: readonly Case[] = [
  ['nothing', 'QUOTE', edit(() => new Uint8Array())],
  ['a lone header', 'QUOTE', edit((bytes) => bytes.slice(0, 48))],
  ['version 3', 'QUOTE_VERSION', faults({ header: { version: 3 } })],
  ['version 6', 'QUOTE_VERSION', faults({ header: { version: 6 } })],
  ['an attestation key on P-384', 'AK_TYPE', faults({ header: { keyType: 3 } })],
  ['an SGX quote', 'TEE_TYPE', faults({ header: { teeType: 0 } })],
  ['another vendor', 'VENDOR', faults({ header: { vendor: '00'.repeat(16) } })],
  ['a v5 SGX body', 'BODY_TYPE', quote({ ...v5, faults: { descriptor: { type: 1 } } })],
  ['an unknown v5 body', 'BODY_TYPE', quote({ ...v5, faults: { descriptor: { type: 5 } } })],
  ['a v5 body of another size', 'BODY_SIZE', quote({ ...v5, faults: { descriptor: { size: 584 } } })],
  ['a v5 body type of another size', 'BODY_SIZE', quote({ ...v5, faults: { descriptor: { type: 2 } } })],
  ['an outer chain without QE report', 'CERT_DATA_TYPE', faults({ outerType: 5 })],
  ...[1, 2, 3, 4, 6, 7].map(
    (innerType): Case => [`certification data ${innerType}`, 'CERT_DATA_TYPE', faults({ innerType })],
  ),
  ['a leftover byte in the signature data', 'QUOTE', faults({ leftover: 'outer' })],
  ['a leftover byte in the certification data', 'QUOTE', faults({ leftover: 'inner' })],
  ['a signature length past the end', 'QUOTE', edit((bytes) => bytes.fill(0xff, 632, 636))],
  ['a nested length past its parent', 'QUOTE', edit((bytes) => bytes.fill(0x7f, 766, 768))],
  ['an authentication data length past its parent', 'QUOTE', edit((bytes) => bytes.fill(0xff, 1218, 1220))],
  ['a declared part over 16 KiB', 'QUOTE', quote({ qeAuthData: new Uint8Array(16_000) })],
  ['a buffer over 64 KiB', 'QUOTE', quote({ padding: new Uint8Array(65_536) })],
];

const PEM: readonly Case[] = [
  ['no certificate', 'PCK_CHAIN', faults({ chain: () => [] })],
  ['text before the chain', 'PCK_CHAIN', faults({ pem: (text) => `x${text}` })],
  [
    'text between certificates',
    'PCK_CHAIN',
    faults({ pem: (text) => text.replace('-----\n-----', '-----\nx\n-----') }),
  ],
  ['text after the chain', 'PCK_CHAIN', faults({ pem: (text) => `${text}x` })],
  ['a second NUL', 'PCK_CHAIN', faults({ pem: (text) => `${text}\0` })],
  [
    'another label',
    'PCK_CHAIN',
    faults({ pem: (text) => text.replaceAll('CERTIFICATE', 'X509 CERTIFICATE') }),
  ],
  ['a missing end', 'PCK_CHAIN', faults({ pem: (text) => text.slice(0, -30) })],
  ['a blank in the base64', 'PCK_CHAIN', faults({ pem: (text) => text.replace('\nMII', '\n MII') })],
  ['padding inside the base64', 'PCK_CHAIN', faults({ pem: (text) => text.replace('\nMII', '\n=II') })],
  ['a base64 character lost', 'PCK_CHAIN', faults({ pem: (text) => text.replace('\nMII', '\nMI') })],
];

const SIGNED: readonly Case[] = [
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
];

const QUOTING_ENCLAVE: readonly Case[] = [
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
  ['a version below all levels', 'QE_ISVSVN', qe({ isvSvn: 3 })],
  ['a revoked version', 'TCB_REVOKED', qe({ isvSvn: 4 })],
];

const MODULE: readonly Case[] = [
  ['a module signed by others', 'TDX_MODULE', quote({ mrSignerSeam: '11'.repeat(48) })],
  ['a debug module', 'TDX_MODULE', quote({ seamAttributes: '0100000000000000' })],
  [
    'an unknown major version',
    'TDX_MODULE',
    quote({ teeTcbSvn: [7, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] }),
  ],
  [
    'a version below all levels',
    'TCB_NOT_SUPPORTED',
    quote({ teeTcbSvn: [2, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] }),
  ],
  [
    'a revoked version',
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
];

const ALL = {
  structure: STRUCTURE,
  PEM,
  signatures: SIGNED,
  'quoting enclave': QUOTING_ENCLAVE,
  'TDX module': MODULE,
};

for (const [title, cases] of Object.entries(ALL)) {
  describe(`quote, ${title}`, () => {
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

describe('quote, harmless differences', () => {
  const ACCEPTED: readonly (readonly [string, SimulatedScenario])[] = [
    ['a healthy worker', {}],
    ['the other of the two valid signatures', faults({ otherS: true })],
    ['authentication data of another length', quote({ qeAuthData: new Uint8Array(5).fill(7) })],
    ['no authentication data', quote({ qeAuthData: new Uint8Array() })],
    ['windows line ends', faults({ pem: (text) => text.replaceAll('\n', '\r\n') })],
    ['a module of major version 0', quote({ teeTcbSvn: [5, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] })],
    ['padding of zeros', quote({ padding: new Uint8Array(3000) })],
    ['padding of anything', quote({ padding: new Uint8Array(39).fill(0xab) })],
  ];
  for (const [name, scenario] of ACCEPTED) {
    it(`accepts: ${name}`, async () => {
      expect((await verifySimulated(scenario)).tcb.status).toBe('UpToDate');
    });
  }

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
