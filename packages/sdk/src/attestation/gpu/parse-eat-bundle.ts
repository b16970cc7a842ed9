// Which tokens does a detached EAT bundle of NVIDIA's service hold? `[["JWT", overall], {"GPU-0": jwt, …}]`.
import { fromUtf8 } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';
import { asObject, parseJson } from '../format/json.js';
import { parseGpu } from './gpu-fail.js';
import { type Jwt, parseJwt } from './parse-jwt.js';

const MAX_BUNDLE_BYTES = 65_536;
const MAX_GPUS = 16;

export interface EatBundle {
  readonly overall: Jwt;
  readonly gpus: ReadonlyMap<string, Jwt>;
}

/** @throws CocoonError `ATTESTATION_GPU_TOKEN`, `ATTESTATION_GPU_TOKEN_ALG` */
export function parseEatBundle(bundle: string | Uint8Array): EatBundle {
  const [overall, entries] = parseGpu('GPU_TOKEN', 'bundle', () => {
    expectFormat(bundle.length <= MAX_BUNDLE_BYTES, 'too long');
    const value = parseJson(typeof bundle === 'string' ? bundle : fromUtf8(bundle));
    expectFormat(Array.isArray(value) && value.length === 2, 'not a pair');
    const [first, second]: unknown[] = value;
    expectFormat(Array.isArray(first) && first.length === 2 && first[0] === 'JWT', 'no overall token');
    const [, token]: unknown[] = first;
    expectFormat(typeof token === 'string', 'no overall token');
    const named = Object.entries(asObject(second, 'tokens')).map(([name, text]) => {
      expectFormat(/^GPU-\d{1,2}$/.test(name) && typeof text === 'string', 'token of no GPU');
      return [name, text] as const;
    });
    expectFormat(named.length > 0 && named.length <= MAX_GPUS, 'number of tokens');
    return [token, named] as const;
  });
  return {
    overall: parseJwt(overall, 'overall token'),
    gpus: new Map(entries.map(([name, text]) => [name, parseJwt(text, name)])),
  };
}
