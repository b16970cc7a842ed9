// Which signed documents and revocation lists came with a quote, in whichever form they come?
import { field } from '../format/json.js';
import type { Collateral } from './collateral.js';
import { parseDcapJson } from './parse-dcap-json.js';
import { parseDocument } from './parse-document.js';
import { parsePcsResponses } from './parse-pcs-responses.js';

/**
 * Reads collateral in any of three forms, without trusting it: a staple (bytes of `packStaple`), the dcap-qvl JSON
 * (`DcapQvlCollateral`), or raw answers of Intel's PCS or a PCCS (`PcsResponses`). JSON may be the object, its text or its UTF-8 bytes.
 * @throws CocoonError `ATTESTATION_COLLATERAL_FORMAT`, `ATTESTATION_CRL_MISSING`
 */
export function parseCollateral(value: unknown): Collateral {
  return parseDocument(value, (json) =>
    field(json, 'tcbInfo') === undefined ? parseDcapJson(json) : parsePcsResponses(json),
  );
}
