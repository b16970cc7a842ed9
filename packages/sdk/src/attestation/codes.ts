// Which ways can attestation fail, at which stage, and what may the caller do about each?

const REMEDIES = {
  evidence: 'Nothing was sent. Ask the machine for new evidence or use another machine.',
  collateral: 'Fetch fresh Intel collateral for this platform and verify again.',
  platform: 'Use another machine; its operator must update or repair the platform.',
  policy: 'Use another machine, or change the policy if you accept what it says.',
  caller: 'Correct the arguments of verifyQuote.',
} as const;

type Entry = readonly [stage: string, message: string, remedy: keyof typeof REMEDIES];

/** Every attestation code (without the prefix `ATTESTATION_`): stage, message and remedy. Codes are stable. */
export const ATTESTATION_CODES = {
  OPTIONS: ['options', 'An argument of the verifier is unusable', 'caller'],
  QUOTE: ['quote', 'The quote is malformed', 'evidence'],
  QUOTE_VERSION: ['quote', 'The quote version is not 4 or 5', 'evidence'],
  TEE_TYPE: ['quote', 'The quote is not from Intel TDX', 'evidence'],
  AK_TYPE: ['quote', 'The attestation key is not ECDSA P-256', 'evidence'],
  VENDOR: ['quote', 'The quoting enclave is not from Intel', 'evidence'],
  BODY_TYPE: ['quote', 'The quote body is not a TD report', 'evidence'],
  BODY_SIZE: ['quote', 'The quote body has the wrong size', 'evidence'],
  CERT_DATA_TYPE: ['quote', 'The certification data type is not supported', 'evidence'],
  PCK_CHAIN: ['pck-chain', 'The PCK certificate chain is not acceptable', 'evidence'],
  UNTRUSTED_ROOT: ['pck-chain', 'The chain does not end in the trusted root', 'evidence'],
  PCK_CA_SIG: ['signatures', 'The PCK CA is not signed by the root', 'evidence'],
  PCK_SIG: ['signatures', 'The PCK certificate is not signed by its CA', 'evidence'],
  CRL_SIG: ['signatures', 'A revocation list has a bad signature', 'collateral'],
  COLLATERAL_SIGNER_SIG: ['signatures', 'The TCB signer is not signed by the root', 'collateral'],
  TCB_INFO_SIG: ['signatures', 'The TCB info has a bad signature', 'collateral'],
  QE_IDENTITY_SIG: ['signatures', 'The QE identity has a bad signature', 'collateral'],
  QE_REPORT_SIG: ['signatures', 'The QE report is not signed by the PCK key', 'evidence'],
  QUOTE_SIG: ['signatures', 'The quote is not signed by the attestation key', 'evidence'],
  CRL_MISSING: ['revocation', 'A revocation list is missing', 'collateral'],
  CRL_FORMAT: ['revocation', 'A revocation list is malformed', 'collateral'],
  CRL_ISSUER: ['revocation', 'A revocation list is from another issuer', 'collateral'],
  CRL_EXPIRED: ['revocation', 'A revocation list has expired', 'collateral'],
  CRL_NOT_YET_VALID: ['revocation', 'A revocation list is not valid yet', 'collateral'],
  REVOKED: ['revocation', 'A certificate was revoked', 'platform'],
  COLLATERAL_FORMAT: ['collateral', 'The collateral is malformed', 'collateral'],
  COLLATERAL_SIGNER: ['collateral', 'The collateral is not signed by an Intel TCB signer', 'collateral'],
  COLLATERAL_EXPIRED: ['collateral', 'The collateral has expired', 'collateral'],
  COLLATERAL_NOT_YET_VALID: ['collateral', 'The collateral is not valid yet', 'collateral'],
  TCB_INFO: ['collateral', 'The TCB info is not acceptable', 'collateral'],
  FMSPC_MISMATCH: ['collateral', 'The TCB info is for another platform (FMSPC)', 'collateral'],
  PCEID_MISMATCH: ['collateral', 'The TCB info is for another PCE', 'collateral'],
  QE_IDENTITY: ['collateral', 'The QE identity is not acceptable', 'collateral'],
  QE_BINDING: ['qe', 'The QE report does not vouch for the attestation key', 'evidence'],
  QE_MISCSELECT: ['qe', 'MISCSELECT of the quoting enclave differs', 'platform'],
  QE_ATTRIBUTES: ['qe', 'ATTRIBUTES of the quoting enclave differ', 'platform'],
  QE_DEBUG: ['qe', 'The quoting enclave is a debug enclave', 'platform'],
  QE_MRSIGNER: ['qe', 'The quoting enclave is not signed by Intel', 'platform'],
  QE_ISVPRODID: ['qe', 'The quoting enclave is another product', 'platform'],
  QE_ISVSVN: ['qe', 'No TCB level covers the quoting enclave', 'platform'],
  TDX_MODULE: ['module', 'The TDX module is not a known Intel module', 'platform'],
  TCB_NOT_SUPPORTED: ['tcb', 'No TCB level covers the platform', 'platform'],
  TCB_REVOKED: ['tcb', 'The TCB level is revoked', 'platform'],
  TD_DEBUG: ['policy', 'The TD is under debug: its host can read it', 'policy'],
  TD_ATTRIBUTES: ['policy', 'A TD attribute is not allowed', 'policy'],
  SEPT_VE_DISABLE: ['policy', 'SEPT_VE_DISABLE is not set', 'policy'],
  XFAM: ['policy', 'XFAM lacks mandatory features', 'policy'],
  SERVICE_TD: ['policy', 'A service TD is bound to the TD', 'policy'],
  TCB_STATUS: ['policy', 'The TCB status is not allowed', 'policy'],
  TCB_EVAL_NUMBER: ['policy', 'The collateral predates the required TCB recovery', 'collateral'],
  TCB_ADVISORY: ['policy', 'A security advisory of the platform is not allowed', 'policy'],
  COLLATERAL_AGE: ['policy', 'The collateral is older than allowed', 'collateral'],
  MEASUREMENT: ['policy', 'The measurements match no allowed rule', 'policy'],
  REPORT_DATA: ['policy', 'The report data is not the expected value', 'evidence'],
  MACHINE: ['policy', 'The machine is not on the list of known machines', 'policy'],
} as const satisfies Record<string, Entry>;

export type AttestationCode = keyof typeof ATTESTATION_CODES;

export function remedyFor(code: AttestationCode): string {
  return REMEDIES[ATTESTATION_CODES[code][2]];
}
