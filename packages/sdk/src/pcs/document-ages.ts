// How old is each document of a collateral, so that nobody can go back to an earlier one?
import type { Collateral } from '../attestation/collateral/collateral.js';
import { parseQeIdentity } from '../attestation/parse-qe-identity.js';
import { parseTcbInfo } from '../attestation/parse-tcb-info.js';
import { parseCrl } from '../attestation/x509/parse-crl.js';

/** Evaluation data numbers and times of issue; each may only grow. */
export type DocumentAges = readonly number[];

/** Of documents that have been verified: before that their dates prove nothing. */
export function documentAges({ tcbInfo, qeIdentity, rootCrl, pckCrl }: Collateral): DocumentAges {
  const tcb = parseTcbInfo(tcbInfo.signed);
  const qe = parseQeIdentity(qeIdentity.signed);
  return [
    tcb.evaluationDataNumber,
    qe.evaluationDataNumber,
    tcb.from,
    qe.from,
    parseCrl(rootCrl).from,
    parseCrl(pckCrl).from,
  ];
}

/** True when any document of `next` is an earlier one than that of `held`. */
export function isRolledBack(next: DocumentAges, held: DocumentAges): boolean {
  return next.some((value, i) => value < (held[i] ?? value));
}
