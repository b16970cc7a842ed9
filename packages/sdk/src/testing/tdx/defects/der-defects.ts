// In which ways can a certificate be readable by a lenient parser only (step 2 of a strict reader)?
import { concat, fromHex, toHex } from '../../../internal/bytes.js';
import type { SimulatedFaults } from '../create-simulated-tdx.js';
import { der, integer, octets } from '../der-writer.js';
import { extension } from '../make-certificate.js';
import type { SimulatedScenario } from '../prepare-simulated.js';
import type { DefectCase } from './quote-defect.js';

const fault = (faults: SimulatedFaults): SimulatedScenario => ({ faults });
const unknownCritical = extension('2a0304', true, octets());
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

/** Encodings that are not DER, or not of Intel’s profile. */
export function derDefects(): readonly DefectCase[] {
  return [
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
}
