// Which DER does a revocation list stand for that may come as DER, PEM, base64 or hex?
import { fromUtf8 } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';
import { hexField } from '../format/json.js';
import { decodeBase64 } from '../format/pem.js';
import { MAX_CRL_BYTES } from './collateral.js';

const PEM = /^-----BEGIN X509 CRL-----\r?\n((?:[A-Za-z0-9+/=]+\r?\n)+)-----END X509 CRL-----$/;
const SEQUENCE = 0x30;

/** The forms cannot be mistaken for one another: DER begins with the byte 0x30, its base64 with `M`, its hex with `3`. */
export function readCrl(value: string | Uint8Array): Uint8Array {
  expectFormat(value.length <= 2 * MAX_CRL_BYTES, 'CRL too large');
  const isDer = typeof value !== 'string' && value[0] === SEQUENCE;
  const der = isDer ? value.slice() : readText((typeof value === 'string' ? value : fromUtf8(value)).trim());
  expectFormat(der[0] === SEQUENCE && der.length <= MAX_CRL_BYTES, 'CRL is neither DER, PEM, base64 nor hex');
  return der;
}

function readText(text: string): Uint8Array {
  if (/^[0-9a-fA-F]+$/.test(text)) return hexField({ CRL: text }, 'CRL', text.length >> 1);
  const base64 = text.startsWith('-') ? PEM.exec(text)?.[1] : text;
  expectFormat(base64 !== undefined, 'CRL is not one PEM block');
  return decodeBase64(base64.replaceAll(/[\r\n]/g, ''));
}
