// Which ways can GPU evidence fail? Apart from the other codes, because a page without a GPU machine never loads them.
import { type CodeEntry, type CodesOf, listCodes } from '../codes.js';

const MACHINE = 'Nothing was sent. Use another machine.';
const KEYS = 'Use the current key set of NVIDIA’s attestation service (/.well-known/jwks.json).';

/** Codes (without the prefix `ATTESTATION_`) by stage, each with its message. Codes are stable. */
const STAGES = {
  'gpu-evidence': {
    remedy: MACHINE,
    codes: {
      GPU_EVIDENCE: 'Malformed GPU evidence',
      GPU_EVIDENCE_MISSING: 'The manifest names GPU evidence that is not there',
      GPU_EVIDENCE_UNBOUND: 'GPU evidence that the manifest does not name',
      GPU_EVIDENCE_DIGEST: 'Other GPU evidence than the manifest names',
      GPU_EVIDENCE_MIXED: 'Report and token are not about the same GPUs',
      GPU_NONCE: 'GPU evidence made for another nonce',
    },
  },
  'gpu-report': {
    remedy: MACHINE,
    codes: {
      GPU_REPORT: 'Malformed GPU report',
      GPU_REPORT_SIG: 'GPU report with a bad signature',
      GPU_CHAIN: 'Unacceptable GPU certificate chain',
      GPU_CHAIN_SIG: 'GPU certificate with a bad signature',
      GPU_CHAIN_EXPIRED: 'GPU certificate expired',
      GPU_CHAIN_NOT_YET_VALID: 'GPU certificate not valid yet',
      GPU_UNTRUSTED_ROOT: 'GPU root not trusted',
      GPU_FWID: 'GPU report of other firmware than the certificate',
    },
  },
  'gpu-keys': {
    remedy: KEYS,
    codes: {
      GPU_KEYS: 'Malformed key set',
      GPU_KEYS_MISSING: 'GPU evidence is a token, and no key set to check it with was given',
      GPU_TOKEN_KEY: 'GPU token signed with a key outside the key set',
    },
  },
  'gpu-token': {
    remedy: MACHINE,
    codes: {
      GPU_TOKEN: 'Malformed GPU token',
      GPU_TOKEN_ALG: 'GPU token without an ES384 signature',
      GPU_TOKEN_SIG: 'GPU token with a bad signature',
      GPU_TOKEN_ISSUER: 'GPU token of another issuer',
      GPU_TOKEN_EXPIRED: 'GPU token expired',
      GPU_TOKEN_NOT_YET_VALID: 'GPU token not valid yet',
      GPU_TOKEN_DIGEST: 'Another GPU token than the overall token names',
      GPU_TOKEN_SET: 'GPU tokens missing, or more than the overall token names',
    },
  },
  'gpu-claims': {
    remedy: MACHINE,
    codes: {
      GPU_RESULT: 'NVIDIA’s service says that the GPU failed',
      GPU_MEASUREMENT: 'GPU measurements differ from NVIDIA’s reference values',
      GPU_SECURE_BOOT: 'GPU did not boot securely',
      GPU_DEBUG: 'GPU is under debug',
      GPU_ARCH: 'GPU of another architecture than asked for',
      GPU_REPORT_CHECK: 'NVIDIA’s service did not verify the GPU’s report',
      GPU_CERT_STATUS: 'GPU certificate chain not valid for NVIDIA’s service',
      GPU_DRIVER_RIM: 'Driver not matched with NVIDIA’s reference values',
      GPU_VBIOS_RIM: 'VBIOS not matched with NVIDIA’s reference values',
      GPU_IDENTITY: 'GPU without a usable identity',
    },
  },
  'gpu-policy': {
    remedy: 'Use another machine or change the GPU policy.',
    codes: { GPU_POLICY: 'GPU model or version not allowed' },
  },
  'gpu-options': {
    remedy: 'Correct the arguments.',
    codes: { GPU_OPTIONS: 'Unusable argument' },
  },
} as const;

export type GpuCode = CodesOf<(typeof STAGES)[keyof typeof STAGES]>;

/** Every code of GPU evidence, with the prefix it has in errors. */
export const GPU_CODES: readonly CodeEntry[] = /* @__PURE__ */ listCodes(STAGES);
