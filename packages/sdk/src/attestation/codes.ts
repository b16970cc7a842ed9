// Which ways can attestation fail, at which stage, and what may the caller do about each?

const MACHINE = 'Nothing was sent. Use another machine, or ask this one for new evidence.';
const COLLATERAL = 'Fetch fresh Intel collateral and verify again.';
const PLATFORM = 'Use another machine; the operator must update this one.';
const POLICY = 'Use another machine, or change the policy.';

/** Codes (without the prefix `ATTESTATION_`) by stage, each with its message. Codes are stable. */
const STAGES = {
  options: {
    remedy: 'Correct the arguments.',
    codes: { OPTIONS: 'Unusable argument' },
  },
  quote: {
    remedy: MACHINE,
    codes: {
      QUOTE: 'Malformed quote',
      QUOTE_VERSION: 'Quote version is not 4 or 5',
      TEE_TYPE: 'Not a TDX quote',
      AK_TYPE: 'Attestation key is not ECDSA P-256',
      VENDOR: 'Quoting enclave is not from Intel',
      BODY_TYPE: 'Quote body is not a TD report',
      BODY_SIZE: 'Quote body has the wrong size',
      CERT_DATA_TYPE: 'Unsupported certification data',
    },
  },
  'pck-chain': {
    remedy: MACHINE,
    codes: {
      PCK_CHAIN: 'Unacceptable PCK certificate chain',
      UNTRUSTED_ROOT: 'Chain does not end in the trusted root',
    },
  },
  signatures: {
    remedy: MACHINE,
    codes: {
      PCK_CA_SIG: 'PCK CA is not signed by the root',
      PCK_SIG: 'PCK certificate is not signed by its CA',
      QE_REPORT_SIG: 'QE report is not signed by the PCK key',
      QUOTE_SIG: 'Quote is not signed by its attestation key',
    },
  },
  revocation: {
    remedy: COLLATERAL,
    codes: {
      CRL_MISSING: 'Revocation list missing',
      CRL_FORMAT: 'Malformed revocation list',
      CRL_ISSUER: 'Revocation list of another issuer',
      CRL_SIG: 'Revocation list with a bad signature',
      CRL_EXPIRED: 'Revocation list expired',
      CRL_NOT_YET_VALID: 'Revocation list not valid yet',
    },
  },
  collateral: {
    remedy: COLLATERAL,
    codes: {
      COLLATERAL_FORMAT: 'Malformed collateral',
      COLLATERAL_SIGNER: 'Collateral is not signed by an Intel TCB signer',
      COLLATERAL_SIGNER_SIG: 'TCB signer is not signed by the root',
      COLLATERAL_EXPIRED: 'Collateral expired',
      COLLATERAL_NOT_YET_VALID: 'Collateral not valid yet',
      TCB_INFO: 'Unacceptable TCB info',
      TCB_INFO_SIG: 'TCB info with a bad signature',
      QE_IDENTITY: 'Unacceptable QE identity',
      QE_IDENTITY_SIG: 'QE identity with a bad signature',
      FMSPC_MISMATCH: 'TCB info of another platform (FMSPC)',
      PCEID_MISMATCH: 'TCB info of another PCE',
      TCB_EVAL_NUMBER: 'Collateral predates the required TCB recovery',
      COLLATERAL_AGE: 'Collateral older than allowed',
    },
  },
  platform: {
    remedy: PLATFORM,
    codes: {
      REVOKED: 'Certificate revoked',
      QE_BINDING: 'Quoting enclave does not vouch for the attestation key',
      QE_MISCSELECT: 'Quoting enclave has another MISCSELECT',
      QE_ATTRIBUTES: 'Quoting enclave has other ATTRIBUTES',
      QE_DEBUG: 'Quoting enclave is a debug enclave',
      QE_MRSIGNER: 'Quoting enclave is not signed by Intel',
      QE_ISVPRODID: 'Quoting enclave is another product',
      QE_ISVSVN: 'No TCB level covers the quoting enclave',
      TDX_MODULE: 'Not a known Intel TDX module',
      TCB_NOT_SUPPORTED: 'No TCB level covers the platform',
      TCB_REVOKED: 'TCB level revoked',
    },
  },
  policy: {
    remedy: POLICY,
    codes: {
      TD_DEBUG: 'TD under debug: its host can read it',
      TD_ATTRIBUTES: 'TD attribute not allowed',
      SEPT_VE_DISABLE: 'SEPT_VE_DISABLE is not set',
      XFAM: 'XFAM lacks mandatory features',
      SERVICE_TD: 'A service TD is bound to the TD',
      TCB_STATUS: 'TCB status not allowed',
      TCB_ADVISORY: 'Security advisory not allowed',
      MEASUREMENT: 'Measurements match no allowed rule',
      REPORT_DATA: 'Report data is not the expected value',
      MACHINE: 'Not a known machine',
    },
  },
} as const;

type CodesOf<Stage> = Stage extends { readonly codes: infer Codes } ? keyof Codes : never;
export type AttestationCode = CodesOf<(typeof STAGES)[keyof typeof STAGES]>;

export interface CodeEntry {
  readonly code: string;
  readonly stage: string;
  readonly message: string;
  readonly remedy: string;
}

/** Every attestation code, with the prefix it has in errors. */
export const ATTESTATION_CODES: readonly CodeEntry[] = Object.entries(STAGES).flatMap(
  ([stage, { remedy, codes }]) =>
    Object.entries(codes).map(([code, message]) => ({ code: `ATTESTATION_${code}`, stage, message, remedy })),
);
