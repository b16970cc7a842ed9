// What does one signed token hold? A JWS in compact form (RFC 7515) with ES384 and nothing else.
import { fromUtf8, utf8 } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';
import { asObject, field, type JsonObject, parseJson } from '../format/json.js';
import { checkGpu, parseGpu } from './gpu-fail.js';
import { strictBase64Url } from './strict-text.js';

const MAX_TOKEN_CHARACTERS = 16_384;
const SIGNATURE_BYTES = 96;

export interface Jwt {
  /** Exactly as it came: what a digest is over. */
  readonly text: string;
  readonly kid: string;
  readonly claims: JsonObject;
  readonly signed: Uint8Array;
  /** r ‖ s. */
  readonly signature: Uint8Array;
}

/** @throws CocoonError `ATTESTATION_GPU_TOKEN`, `ATTESTATION_GPU_TOKEN_ALG` */
export function parseJwt(text: string, what: string): Jwt {
  const [header, payload, signature] = parseGpu('GPU_TOKEN', what, () => {
    expectFormat(text.length <= MAX_TOKEN_CHARACTERS, 'too long');
    const parts = text.split('.');
    expectFormat(parts.length === 3, 'not three parts');
    return parts.map(strictBase64Url) as [Uint8Array, Uint8Array, Uint8Array];
  });
  const head = parseGpu('GPU_TOKEN', what, () => asObject(parseJson(fromUtf8(header)), 'header'));
  // Before anything else is read: `none` and every algorithm with another key are how tokens are forged.
  checkGpu(field(head, 'alg') === 'ES384', 'GPU_TOKEN_ALG', what);
  return parseGpu('GPU_TOKEN', what, () => {
    const kid = field(head, 'kid');
    expectFormat(typeof kid === 'string' && field(head, 'crit') === undefined, 'header');
    expectFormat(signature.length === SIGNATURE_BYTES, 'signature');
    return {
      text,
      kid,
      claims: asObject(parseJson(fromUtf8(payload)), 'claims'),
      signed: utf8(text.slice(0, text.lastIndexOf('.'))),
      signature,
    };
  });
}
