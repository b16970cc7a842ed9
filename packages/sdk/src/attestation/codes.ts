// Which ways can attestation fail, at which stage, and what may the caller do about each?

const MACHINE = 'Nothing was sent. Use another machine or newer evidence.';
const COLLATERAL = 'Fetch newer Intel collateral.';
const POLICY = 'Use another machine or change the policy.';

/** Codes (without the prefix `ATTESTATION_`) by stage, each with its message. Codes are stable. */
const STAGES = {
  options: {
    remedy: 'Correct the arguments.',
    codes: { OPTIONS: 'Unusable argument', CLAIMS: 'Malformed claims' },
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
      BODY_SIZE: 'Quote of another size',
      CERT_DATA_TYPE: 'Unsupported certification data',
    },
  },
  'pck-chain': {
    remedy: MACHINE,
    codes: {
      PCK_CHAIN: 'Unacceptable PCK chain',
      UNTRUSTED_ROOT: 'Root not trusted',
    },
  },
  signatures: {
    remedy: MACHINE,
    codes: {
      PCK_CA_SIG: 'PCK CA with a bad signature',
      PCK_SIG: 'PCK certificate with a bad signature',
      QE_REPORT_SIG: 'QE report with a bad signature',
      QUOTE_SIG: 'Quote with a bad signature',
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
      COLLATERAL_SIGNER_SIG: 'TCB signer with a bad signature',
      COLLATERAL_EXPIRED: 'Collateral expired',
      COLLATERAL_NOT_YET_VALID: 'Collateral not valid yet',
      TCB_INFO: 'Unacceptable TCB info',
      TCB_INFO_SIG: 'TCB info with a bad signature',
      QE_IDENTITY: 'Unacceptable QE identity',
      QE_IDENTITY_SIG: 'QE identity with a bad signature',
      FMSPC_MISMATCH: 'TCB info of another FMSPC',
      PCEID_MISMATCH: 'TCB info of another PCEID',
      TCB_EVAL_NUMBER: 'Collateral before the TCB recovery',
      COLLATERAL_AGE: 'Collateral older than allowed',
      COLLATERAL_ROLLBACK: 'Collateral older than seen before',
    },
  },
  platform: {
    remedy: MACHINE,
    codes: {
      REVOKED: 'Certificate revoked',
      QE_BINDING: 'QE report for another key',
      QE_MISCSELECT: 'QE with other MISCSELECT',
      QE_ATTRIBUTES: 'QE with other ATTRIBUTES',
      QE_DEBUG: 'QE is under debug',
      QE_MRSIGNER: 'QE of another signer',
      QE_ISVPRODID: 'QE of another product',
      QE_ISVSVN: 'No TCB level covers the QE',
      TDX_MODULE: 'TDX module not known',
      TCB_NOT_SUPPORTED: 'No TCB level covers the platform',
      TCB_REVOKED: 'TCB level revoked',
    },
  },
  policy: {
    remedy: POLICY,
    codes: {
      TD_DEBUG: 'TD is under debug',
      TD_ATTRIBUTES: 'TD attribute not allowed',
      SEPT_VE_DISABLE: 'SEPT_VE_DISABLE not set',
      XFAM: 'XFAM not allowed',
      SERVICE_TD: 'Service TD not allowed',
      TCB_STATUS: 'TCB status not allowed',
      TCB_ADVISORY: 'Advisory not allowed',
      MEASUREMENT: 'Measurements not allowed',
      REPORT_DATA: 'Another report data',
      MACHINE: 'Machine not known',
    },
  },
} as const;

export type CodesOf<Stage> = Stage extends { readonly codes: infer Codes } ? keyof Codes : never;
export type AttestationCode = CodesOf<(typeof STAGES)[keyof typeof STAGES]>;

export interface CodeEntry {
  readonly code: string;
  readonly stage: string;
  readonly message: string;
  readonly remedy: string;
}

/** Codes by stage, each with its message. */
export type CodeStages = Readonly<
  Record<string, { readonly remedy: string; readonly codes: Readonly<Record<string, string>> }>
>;

export function listCodes(stages: CodeStages): readonly CodeEntry[] {
  return Object.entries(stages).flatMap(([stage, { remedy, codes }]) =>
    Object.entries(codes).map(([code, message]) => ({ code: `ATTESTATION_${code}`, stage, message, remedy })),
  );
}

/** Every code of quotes and collateral, with the prefix it has in errors; those of GPUs are in `GPU_CODES`. */
export const ATTESTATION_CODES: readonly CodeEntry[] = /* @__PURE__ */ listCodes(STAGES);
