// Which collateral did a machine or a file hand over? The two written forms: staple and dcap-qvl JSON.
import { fromUtf8 } from '../../internal/bytes.js';
import { parseAs } from '../fail.js';
import { expectFormat } from '../format/cursor.js';
import { asObject, type JsonObject, parseJson } from '../format/json.js';
import { type Collateral, isCollateral, MAX_COLLATERAL_BYTES } from './collateral.js';
import { parseDcapJson } from './parse-dcap-json.js';
import { isStaple, parseStaple } from './parse-staple.js';

/** What browsers need: `parseCollateral` without the services' raw answers. @throws as `parseCollateral` */
export function parseDocument(
  value: unknown,
  parseObject: (json: JsonObject) => Collateral = parseDcapJson,
): Collateral {
  if (isCollateral(value)) return value;
  return parseAs('COLLATERAL_FORMAT', 'collateral', () => {
    if (value instanceof Uint8Array && isStaple(value)) return parseStaple(value);
    return parseObject(asObject(decode(value), 'collateral'));
  });
}

function decode(value: unknown): unknown {
  if (typeof value !== 'string' && !(value instanceof Uint8Array)) return value;
  expectFormat(value.length <= MAX_COLLATERAL_BYTES, 'too large');
  return parseJson(typeof value === 'string' ? value : fromUtf8(value));
}
