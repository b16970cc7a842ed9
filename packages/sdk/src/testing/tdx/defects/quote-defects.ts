// Which defects must every verifier of TDX quotes find? A table for this implementation and others.
import type { AttestationCode } from '../../../attestation/index.js';
import { chainDefects } from './chain-defects.js';
import { collateralDefects } from './collateral-defects.js';
import { crlDefects } from './crl-defects.js';
import { derDefects } from './der-defects.js';
import { documentDefects } from './document-defects.js';
import { platformDefects } from './platform-defects.js';
import { policyDefects } from './policy-defects.js';
import type { DefectCase, QuoteDefect } from './quote-defect.js';
import { relaunchDefects } from './relaunch-defects.js';
import { structureDefects } from './structure-defects.js';

/** Steps by code, in the order in which a verifier meets them. */
const STEPS: readonly (readonly [step: number, codes: readonly AttestationCode[]])[] = [
  [
    1,
    ['QUOTE', 'QUOTE_VERSION', 'AK_TYPE', 'TEE_TYPE', 'VENDOR', 'BODY_TYPE', 'BODY_SIZE', 'CERT_DATA_TYPE'],
  ],
  [2, ['COLLATERAL_FORMAT', 'CRL_MISSING']],
  [3, ['UNTRUSTED_ROOT']],
  [4, ['PCK_CHAIN']],
  [
    5,
    [
      'PCK_CA_SIG',
      'PCK_SIG',
      'CRL_SIG',
      'COLLATERAL_SIGNER_SIG',
      'TCB_INFO_SIG',
      'QE_IDENTITY_SIG',
      'QE_REPORT_SIG',
      'QUOTE_SIG',
    ],
  ],
  [6, ['CRL_FORMAT', 'CRL_ISSUER', 'CRL_EXPIRED', 'CRL_NOT_YET_VALID']],
  [7, ['REVOKED']],
  [8, ['COLLATERAL_SIGNER']],
  [9, ['COLLATERAL_EXPIRED', 'COLLATERAL_NOT_YET_VALID']],
  [10, ['TCB_INFO', 'FMSPC_MISMATCH', 'PCEID_MISMATCH']],
  [11, ['QE_IDENTITY']],
  [12, ['QE_BINDING']],
  [13, ['QE_MISCSELECT', 'QE_ATTRIBUTES', 'QE_DEBUG', 'QE_MRSIGNER', 'QE_ISVPRODID', 'QE_ISVSVN']],
  [14, ['TDX_MODULE']],
  [15, ['TCB_NOT_SUPPORTED', 'TCB_REVOKED']],
  [19, ['TD_DEBUG', 'TD_ATTRIBUTES', 'SEPT_VE_DISABLE', 'XFAM', 'SERVICE_TD']],
  [20, ['TCB_STATUS', 'TCB_EVAL_NUMBER', 'COLLATERAL_AGE', 'TCB_ADVISORY']],
  [21, ['MEASUREMENT']],
  [22, ['REPORT_DATA']],
  [23, ['MACHINE']],
];

const GROUPS: readonly (readonly [group: string, cases: () => readonly DefectCase[]])[] = [
  ['quote', structureDefects],
  ['PCK chain', chainDefects],
  ['DER', derDefects],
  ['revocation', crlDefects],
  ['collateral', collateralDefects],
  ['documents', documentDefects],
  ['platform', platformDefects],
  ['TDX module now', relaunchDefects],
  ['policy', policyDefects],
];

/**
 * Every defect, each in a machine that is otherwise healthy and correctly signed. `prepareSimulated(defect.scenario)` makes the
 * bytes; the same as data for other languages: spec/vectors/quotes/synthetic. Costs some hundred signatures when prepared.
 */
export function quoteDefects(): readonly QuoteDefect[] {
  return GROUPS.flatMap(([group, cases]) =>
    cases().map(([name, code, scenario, step]) => ({
      name: `${group}: ${name}`,
      step: step ?? STEPS.find(([, codes]) => codes.includes(code))?.[0] ?? 0,
      code: `ATTESTATION_${code}`,
      scenario,
    })),
  );
}
