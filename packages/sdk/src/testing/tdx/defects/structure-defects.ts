// In which ways can the bytes of a quote be malformed or not of TDX (step 1)?
import type { SimulatedScenario } from '../prepare-simulated.js';
import type { DefectCase } from './quote-defect.js';

const quote = (request: SimulatedScenario['request']): SimulatedScenario => ({ request });
const faults = (value: NonNullable<SimulatedScenario['request']>['faults']): SimulatedScenario =>
  quote({ faults: value });
const edit = (editQuote: SimulatedScenario['editQuote']): SimulatedScenario => ({ editQuote });
const v5 = { version: 5, bodyType: 3 } as const;

/** Shape, kind and PEM of the quote. */
export function structureDefects(): readonly DefectCase[] {
  return [
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
      (innerType): DefectCase => [`certification data ${innerType}`, 'CERT_DATA_TYPE', faults({ innerType })],
    ),
    ['a leftover byte in the signature data', 'QUOTE', faults({ leftover: 'outer' })],
    ['a leftover byte in the certification data', 'QUOTE', faults({ leftover: 'inner' })],
    ['a signature length past the end', 'QUOTE', edit((bytes) => bytes.fill(0xff, 632, 636))],
    ['a nested length past its parent', 'QUOTE', edit((bytes) => bytes.fill(0x7f, 766, 768))],
    ['an authentication data length past its parent', 'QUOTE', edit((bytes) => bytes.fill(0xff, 1218, 1220))],
    ['a declared part over 16 KiB', 'QUOTE', quote({ qeAuthData: new Uint8Array(16_000) })],
    ['a buffer over 64 KiB', 'QUOTE', quote({ padding: new Uint8Array(65_536) })],

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
}
