// Which ways can attestation fail, at which stage, and what may the caller do about each?

const MACHINE = 'Nothing was sent. Use another machine or newer evidence.';
const COLLATERAL = 'Fetch newer Intel collateral.';
const PLATFORM = 'Use another machine; this one needs an update.';
const POLICY = 'Use another machine or change the policy.';

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
      QUOTE_VERSION: 'Quote is not version 4 or 5',
      TEE_TYPE: 'Quote is not from TDX',
      AK_TYPE: 'Attestation key is not P-256',
      VENDOR: 'QE is not from Intel',
      BODY_TYPE: 'Quote is not of a TD',
      BODY_SIZE: 'Quote has a wrong size',
      CERT_DATA_TYPE: 'Unsupported certification data',
    },
  },
  'pck-chain': {
    remedy: MACHINE,
    codes: {
      PCK_CHAIN: 'Unacceptable PCK chain',
      UNTRUSTED_ROOT: 'Root is not the trusted one',
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
      CRL_MISSING: 'CRL missing',
      CRL_FORMAT: 'Malformed CRL',
      CRL_ISSUER: 'CRL of another issuer',
      CRL_SIG: 'CRL with a bad signature',
      CRL_EXPIRED: 'CRL expired',
      CRL_NOT_YET_VALID: 'CRL not valid yet',
    },
  },
  collateral: {
    remedy: COLLATERAL,
    codes: {
      COLLATERAL_FORMAT: 'Malformed collateral',
      COLLATERAL_SIGNER: 'Unacceptable TCB signer',
      COLLATERAL_SIGNER_SIG: 'TCB signer is not signed by the root',
      COLLATERAL_EXPIRED: 'Collateral expired',
      COLLATERAL_NOT_YET_VALID: 'Collateral not valid yet',
      TCB_INFO: 'Unacceptable TCB info',
      TCB_INFO_SIG: 'TCB info with a bad signature',
      QE_IDENTITY: 'Unacceptable QE identity',
      QE_IDENTITY_SIG: 'QE identity with a bad signature',
      FMSPC_MISMATCH: 'TCB info of another FMSPC',
      PCEID_MISMATCH: 'TCB info of another PCEID',
      TCB_EVAL_NUMBER: 'Collateral of an earlier TCB recovery',
      COLLATERAL_AGE: 'Collateral older than allowed',
    },
  },
  platform: {
    remedy: PLATFORM,
    codes: {
      REVOKED: 'Certificate revoked',
      QE_BINDING: 'QE does not vouch for the attestation key',
      QE_MISCSELECT: 'QE has another MISCSELECT',
      QE_ATTRIBUTES: 'QE has other ATTRIBUTES',
      QE_DEBUG: 'QE is under debug',
      QE_MRSIGNER: 'QE has another signer',
      QE_ISVPRODID: 'QE is another product',
      QE_ISVSVN: 'No TCB level covers the QE',
      TDX_MODULE: 'TDX module is not a known one',
      TCB_NOT_SUPPORTED: 'No TCB level covers the platform',
      TCB_REVOKED: 'TCB level revoked',
    },
  },
  policy: {
    remedy: POLICY,
    codes: {
      TD_DEBUG: 'TD is under debug: its host can read it',
      TD_ATTRIBUTES: 'TD attribute not allowed',
      SEPT_VE_DISABLE: 'SEPT_VE_DISABLE not set',
      XFAM: 'XFAM lacks mandatory features',
      SERVICE_TD: 'TD has a service TD',
      TCB_STATUS: 'TCB status not allowed',
      TCB_ADVISORY: 'Advisory not allowed',
      MEASUREMENT: 'Measurements match no rule',
      REPORT_DATA: 'Report data is another value',
      MACHINE: 'Machine is not a known one',
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
