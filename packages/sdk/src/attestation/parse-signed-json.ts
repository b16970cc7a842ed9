// What do Intel's two signed documents, TCB info and QE identity, have in common?
import { fromUtf8 } from '../internal/bytes.js';
import { expectFormat } from './format/cursor.js';
import { asObject, dateField, field, integerField, type JsonObject, parseJson } from './format/json.js';
import type { Window } from './validity.js';

export interface SignedHead extends Window {
  readonly evaluationDataNumber: number;
}

/** Reads the signed bytes themselves, so that what was signed is what is used; of exactly this kind and version. */
export function parseSignedJson(
  signed: Uint8Array,
  id: string,
  version: number,
): { readonly json: JsonObject; readonly head: SignedHead } {
  const json = asObject(parseJson(fromUtf8(signed)), id);
  expectFormat(field(json, 'id') === id, 'id');
  expectFormat(field(json, 'version') === version, 'version');
  const head = {
    from: dateField(json, 'issueDate'),
    until: dateField(json, 'nextUpdate'),
    evaluationDataNumber: integerField(json, 'tcbEvaluationDataNumber', 0xffff_ffff),
  };
  return { json, head };
}
