// Which quoting enclaves does Intel recognise, and at which versions?
import { fromUtf8 } from '../internal/bytes.js';
import { expectFormat } from './format/cursor.js';
import { asObject, dateField, field, hexField, integerField, parseJson } from './format/json.js';
import { type IsvLevel, type Masked, parseIsvLevels, parseMasked } from './parse-tcb-level.js';
import { QE_STATUSES } from './tcb-status.js';
import type { Window } from './validity.js';

/** A signed identity of the TD quoting enclave, version 2 (Intel PCS API v4). */
export interface QeIdentity extends Window {
  readonly evaluationDataNumber: number;
  /** Bytes in the order of the report (little-endian). */
  readonly miscSelect: Masked;
  readonly attributes: Masked;
  readonly mrSigner: Uint8Array;
  readonly isvProdId: number;
  /** Highest first. */
  readonly levels: readonly IsvLevel[];
}

/** Reads the signed bytes themselves, so that what was signed is what is used. */
export function parseQeIdentity(signed: Uint8Array): QeIdentity {
  const json = asObject(parseJson(fromUtf8(signed)), 'QE identity');
  expectFormat(field(json, 'id') === 'TD_QE', 'id');
  expectFormat(field(json, 'version') === 2, 'version');
  return {
    from: dateField(json, 'issueDate'),
    until: dateField(json, 'nextUpdate'),
    evaluationDataNumber: integerField(json, 'tcbEvaluationDataNumber', 0xffff_ffff),
    miscSelect: parseMasked(json, 'miscselect', 4),
    attributes: parseMasked(json, 'attributes', 16),
    mrSigner: hexField(json, 'mrsigner', 32),
    isvProdId: integerField(json, 'isvprodid', 65_535),
    levels: parseIsvLevels(json, QE_STATUSES),
  };
}
