// What must proxy and workers know to route a request they cannot read? (PROTOCOL.md §6.1)
import { bytes, choice, digest, digests, text, time, u16, u32, u64 } from './fields.js';
import { PROTOCOL_VERSION } from './labels.js';
import { LIMITS } from './limits.js';
import { malformed } from './malformed.js';
import { unsupportedVersion } from './manifest.js';
import { defineLayout, type Layout, optional, required } from './tlv.js';

/** How much sizes and times of the answer are blurred. */
export type Padding = 'fast' | 'balanced' | 'strict';

export interface Core {
  version: number;
  suite: number;
  /** Names this sealing; fresh for each attempt. */
  requestId: Uint8Array;
  /** Names the logical call: at most one receipt per operation is charged. */
  operationId: Uint8Array;
  audience: string;
  model: string;
  /** Completion tokens over all choices. */
  maxOutput: number;
  /** Adjusted tokens. */
  capTokens: bigint;
  maxCoefficient: number;
  priceDigest: Uint8Array;
  expires: number;
  maxMs: number;
  detachMs: number;
  padding: Padding;
  /** Manifest digests of the only machines that can open the request. */
  candidates: readonly Uint8Array[];
  bodyBytes: number;
  bodyHash: Uint8Array;
  commitment: Uint8Array;
  cancelHash: Uint8Array;
  resumeHash: Uint8Array;
  /** The candidate that answered the previous turn. */
  prefer?: Uint8Array | undefined;
}

export const coreLayout: Layout<Core> = defineLayout<Core>('Core', {
  version: required(2, u16),
  suite: required(4, u16),
  requestId: required(6, bytes(16)),
  operationId: required(8, bytes(16)),
  audience: required(10, text(128)),
  model: required(12, text(256)),
  maxOutput: required(14, u32),
  capTokens: required(16, u64),
  maxCoefficient: required(18, u32),
  priceDigest: required(20, digest),
  expires: required(22, time),
  maxMs: required(24, u32),
  detachMs: required(26, u32),
  padding: required(28, choice({ fast: 1, balanced: 2, strict: 3 })),
  candidates: required(30, digests(LIMITS.candidates)),
  bodyBytes: required(32, u32),
  bodyHash: required(34, digest),
  commitment: required(36, digest),
  cancelHash: required(38, digest),
  resumeHash: required(40, digest),
  prefer: optional(41, digest),
});

export function encodeCore(core: Core): Uint8Array<ArrayBuffer> {
  return coreLayout.encode(core);
}

/** @throws CocoonError `MALFORMED`, `UNSUPPORTED_VERSION`, `UNSUPPORTED_FIELD` */
export function decodeCore(encoded: Uint8Array): Core {
  const core = coreLayout.decode(encoded);
  if (core.version !== PROTOCOL_VERSION) throw unsupportedVersion('request', core.version);
  if (core.candidates.length === 0) throw malformed('Core', 'no candidates');
  const distinct = new Set(core.candidates.map((candidate) => candidate.join()));
  if (distinct.size !== core.candidates.length) throw malformed('Core', 'a candidate appears twice');
  if (core.bodyBytes === 0 || core.bodyBytes > LIMITS.bodyBytes)
    throw malformed('Core', 'body length out of range');
  return core;
}
