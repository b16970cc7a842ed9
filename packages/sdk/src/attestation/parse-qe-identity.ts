// Which quoting enclaves does Intel recognise, and at which versions?
import { hexField, integerField } from './format/json.js';
import { parseSignedJson, type SignedHead } from './parse-signed-json.js';
import { type IsvLevel, type Masked, parseIsvLevels, parseMasked } from './parse-tcb-level.js';
import { QE_STATUSES } from './tcb-status.js';

/** A signed identity of the TD quoting enclave, version 2 (Intel PCS API v4). */
export interface QeIdentity extends SignedHead {
  /** Bytes in the order of the report (little-endian). */
  readonly miscSelect: Masked;
  readonly attributes: Masked;
  readonly mrSigner: Uint8Array;
  readonly isvProdId: number;
  /** Highest first. */
  readonly levels: readonly IsvLevel[];
}

export function parseQeIdentity(signed: Uint8Array): QeIdentity {
  const { json, head } = parseSignedJson(signed, 'TD_QE', 2);
  return {
    ...head,
    miscSelect: parseMasked(json, 'miscselect', 4),
    attributes: parseMasked(json, 'attributes', 16),
    mrSigner: hexField(json, 'mrsigner', 32),
    isvProdId: integerField(json, 'isvprodid', 65_535),
    levels: parseIsvLevels(json, QE_STATUSES),
  };
}
