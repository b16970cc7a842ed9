// Are the raw answers of Intel's service read exactly, in every spelling it and a PCCS use, and in no other?
import { describe, expect, it } from 'vitest';
import { PCS, PCS_NOW, PCS_QUOTE } from '../../../test/support/pcs-vectors.js';
import { toHex, utf8 } from '../../internal/bytes.js';
import { parseCollateral, verifyQuote } from '../index.js';

const base64 = PCS.pckCrlPem.replaceAll(/-----[A-Z0-9 ]+-----|\n/g, '');
const pckCrlDer = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
const encoded = (pem: string): string => encodeURIComponent(pem);
const plain = {
  tcbInfo: { body: PCS.tcbInfo, headers: { 'TCB-Info-Issuer-Chain': encoded(PCS.tcbInfoChain) } },
  qeIdentity: {
    body: PCS.qeIdentity,
    headers: { 'SGX-Enclave-Identity-Issuer-Chain': encoded(PCS.qeIdentityChain) },
  },
  pckCrl: { body: PCS.pckCrlPem, headers: { 'SGX-PCK-CRL-Issuer-Chain': encoded(PCS.pckCrlChain) } },
  rootCrl: PCS.rootCrl,
};
const verify = (value: unknown) =>
  verifyQuote(PCS_QUOTE, {
    collateral: parseCollateral(value),
    now: PCS_NOW,
    policy: { measurements: 'any', reportData: 'any' },
  });
const tcb = (body: string | Uint8Array, more: object = {}) => ({
  ...plain,
  tcbInfo: { ...plain.tcbInfo, body, ...more },
});

describe('answers of a provisioning certification service', () => {
  const ACCEPTED: Record<string, unknown> = {
    'answers of Intel’s service': plain,
    'the header’s older name, in lower case': tcb(PCS.tcbInfo, {
      headers: { 'sgx-tcb-info-issuer-chain': encoded(PCS.tcbInfoChain), etag: 'x' },
    }),
    'a chain apart from headers, in plain PEM': tcb(PCS.tcbInfo, {
      headers: undefined,
      issuerChain: PCS.tcbInfoChain,
    }),
    'bodies as bytes': tcb(utf8(PCS.tcbInfo)),
    'blanks around the signed object': tcb(
      PCS.tcbInfo.replace('{"tcbInfo":{', ' {\n"tcbInfo" : {').replace(',"signature"', ' , "signature"'),
    ),
    'the signature first': tcb(
      PCS.tcbInfo.replace(
        /^\{("tcbInfo":.*),("signature":"[0-9a-f]{128}")\}$/,
        (_, document: string, signature: string) => `{${signature},${document}}`,
      ),
    ),
    'the member’s name in escapes': tcb(PCS.tcbInfo.replace('{"tcbInfo":', String.raw`{"tcb\u0049nfo":`)),
    'lists in DER': { ...plain, pckCrl: { body: pckCrlDer } },
    'lists in base64': { ...plain, pckCrl: base64 },
    'lists in hex, as a PCCS has them': {
      ...plain,
      pckCrl: toHex(pckCrlDer).toUpperCase(),
      rootCrl: utf8(`${toHex(PCS.rootCrl)}\n`),
    },
    'the whole as JSON text': JSON.stringify({ ...plain, rootCrl: toHex(PCS.rootCrl) }),
  };
  for (const [name, value] of Object.entries(ACCEPTED)) {
    it(`accepts: ${name}`, async () => {
      await expect(verify(value)).resolves.toMatchObject({ simulated: false, tcb: { status: 'UpToDate' } });
    });
  }

  it('accepts: the root before the signer, as Intel’s samples have it, and puts the signer first', () => {
    const [signer = '', root = ''] = PCS.tcbInfoChain.split(/(?<=-----END CERTIFICATE-----\n)/);
    const { tcbInfo } = parseCollateral(tcb(PCS.tcbInfo, { issuerChain: root + signer }));
    expect(tcbInfo.issuerChain).toEqual(parseCollateral(plain).tcbInfo.issuerChain);
  });

  it('rejects: a signed object written again, at its signature', async () => {
    const pretty = JSON.stringify(JSON.parse(PCS.tcbInfo), null, 1);
    await expect(verify(tcb(pretty))).rejects.toMatchObject({ code: 'ATTESTATION_TCB_INFO_SIG' });
  });

  const evil = '"tcbInfo":{"id":"TDX"}';
  const REJECTED: Record<string, readonly [code: string, value: unknown, detail?: string]> = {
    'the document twice': ['COLLATERAL_FORMAT', tcb(PCS.tcbInfo.replace('{', `{${evil},`))],
    'the document twice, once in escapes': [
      'COLLATERAL_FORMAT',
      tcb(PCS.tcbInfo.replace('{', String.raw`{"tcb\u0049nfo":{},`)),
    ],
    'the signature twice': [
      'COLLATERAL_FORMAT',
      tcb(PCS.tcbInfo.replace(/\}$/, `,"signature":"${'00'.repeat(64)}"}`)),
    ],
    'another member': ['COLLATERAL_FORMAT', tcb(PCS.tcbInfo.replace('{', '{"more":1,'))],
    'the document as a text': [
      'COLLATERAL_FORMAT',
      tcb(`{"tcbInfo":"{\\"tcbInfo\\":{}}","signature":"${'00'.repeat(64)}"}`),
    ],
    'a list of documents': ['COLLATERAL_FORMAT', tcb(`{"tcbInfo":[{}],"signature":"${'00'.repeat(64)}"}`)],
    'the document only as a string value': [
      'COLLATERAL_FORMAT',
      tcb(`{"x":"tcbInfo","signature":"${'00'.repeat(64)}"}`),
    ],
    'no document': ['COLLATERAL_FORMAT', tcb(PCS.qeIdentity)],
    'no signature': ['COLLATERAL_FORMAT', tcb('{"tcbInfo":{},"other":1}')],
    'a body parsed already': [
      'COLLATERAL_FORMAT',
      { ...plain, tcbInfo: { body: JSON.parse(PCS.tcbInfo) } },
      'tcbInfo needs the body as received',
    ],
    'a body that is not JSON': ['COLLATERAL_FORMAT', tcb('Not found')],
    'a body that is not UTF-8': ['COLLATERAL_FORMAT', tcb(Uint8Array.of(0xff, 0xfe))],
    'a body with a byte order mark': ['COLLATERAL_FORMAT', tcb(`\ufeff${PCS.tcbInfo}`)],
    'a body beyond 256 KiB': ['COLLATERAL_FORMAT', tcb(`${PCS.tcbInfo}${' '.repeat(256 * 1024)}`)],
    'no chain': [
      'COLLATERAL_FORMAT',
      tcb(PCS.tcbInfo, { headers: { etag: 'x' } }),
      'tcbInfo has no issuer chain',
    ],
    'a chain that is too long': [
      'COLLATERAL_FORMAT',
      tcb(PCS.tcbInfo, { issuerChain: '%20'.repeat(65_537) }),
      'tcbInfo issuer chain too long',
    ],
    'two chains': [
      'COLLATERAL_FORMAT',
      tcb(PCS.tcbInfo, {
        headers: {
          'TCB-Info-Issuer-Chain': encoded(PCS.tcbInfoChain),
          'SGX-TCB-Info-Issuer-Chain': encoded(PCS.tcbInfoChain),
        },
      }),
    ],
    'a chain whose encoding is broken': ['COLLATERAL_FORMAT', tcb(PCS.tcbInfo, { issuerChain: '%E0%A4%A' })],
    'a chain of one': [
      'COLLATERAL_SIGNER',
      tcb(PCS.tcbInfo, { issuerChain: PCS.tcbInfoChain.slice(0, PCS.tcbInfoChain.indexOf('-----END') + 26) }),
    ],
    'a chain of the PCK CA': ['COLLATERAL_SIGNER', tcb(PCS.tcbInfo, { issuerChain: PCS.pckCrlChain })],
    'no PCK list': ['CRL_MISSING', { ...plain, pckCrl: undefined }],
    'an empty PCK list': ['CRL_MISSING', { ...plain, pckCrl: { body: '' } }],
    'a PCK list that is null': ['CRL_MISSING', { ...plain, pckCrl: null }],
    'an answer for the PCK list whose body is null': ['CRL_MISSING', { ...plain, pckCrl: { body: null } }],
    'an empty root list': ['CRL_MISSING', { ...plain, rootCrl: new Uint8Array(0) }],
    'a list that is a number': ['COLLATERAL_FORMAT', { ...plain, rootCrl: 1 }],
    'a list that is an error page': ['COLLATERAL_FORMAT', { ...plain, rootCrl: '<html></html>' }],
    'a list that is another thing in hex': [
      'COLLATERAL_FORMAT',
      { ...plain, rootCrl: '0500' },
      'neither DER, PEM, base64 nor hex',
    ],
    'a list whose text is beyond 2 MiB': [
      'COLLATERAL_FORMAT',
      { ...plain, rootCrl: '30'.repeat(1024 * 1024 + 1) },
      'CRL too large',
    ],
    'a list beyond 1 MiB in base64': [
      'COLLATERAL_FORMAT',
      { ...plain, rootCrl: `MAAA${'A'.repeat(1_400_000)}` },
      'neither DER, PEM, base64 nor hex',
    ],
    'a list beyond 1 MiB in DER': [
      'COLLATERAL_FORMAT',
      { ...plain, rootCrl: new Uint8Array(1024 * 1024 + 1).fill(0x30) },
      'neither DER, PEM, base64 nor hex',
    ],
    'a list in hex with a digit missing': [
      'COLLATERAL_FORMAT',
      { ...plain, rootCrl: toHex(PCS.rootCrl).slice(1) },
    ],
    'two lists in PEM': ['COLLATERAL_FORMAT', { ...plain, pckCrl: PCS.pckCrlPem + PCS.pckCrlPem }],
    'a list with a byte more': ['CRL_FORMAT', { ...plain, pckCrl: `${toHex(pckCrlDer)}00` }],
    'the lists exchanged': ['CRL_ISSUER', { ...plain, pckCrl: PCS.rootCrl, rootCrl: pckCrlDer }],
    'a PEM list without an end': [
      'COLLATERAL_FORMAT',
      { ...plain, pckCrl: PCS.pckCrlPem.slice(0, -30) },
      'not one PEM block',
    ],
  };
  for (const [name, [code, value, detail = '']] of Object.entries(REJECTED)) {
    it(`rejects: ${name}`, async () => {
      await expect((async () => verify(value))()).rejects.toMatchObject({
        code: `ATTESTATION_${code}`,
        message: expect.stringContaining(detail),
      });
    });
  }
});
