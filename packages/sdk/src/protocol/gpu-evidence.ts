// How does evidence about a machine's GPUs travel? Reports with their chains, and a token of NVIDIA's service (PROTOCOL.md §5.7).
import { bytesUpTo, nested, sized } from './fields.js';
import { LIMITS } from './limits.js';
import { malformed } from './malformed.js';
import { defineLayout, type Layout, optional, required } from './tlv.js';

/** One GPU's answer. */
export interface GpuReportEvidence {
  /** SPDM request and response. */
  report: Uint8Array;
  /** DER, leaf first. */
  chain: readonly Uint8Array[];
}

/** Hostile bytes, like all evidence. */
export interface GpuEvidence {
  reports: readonly GpuReportEvidence[];
  /** Detached EAT, UTF-8 JSON. */
  token?: Uint8Array | undefined;
}

export const gpuReportEvidenceLayout: Layout<GpuReportEvidence> = defineLayout<GpuReportEvidence>(
  'GpuReportEvidence',
  {
    report: required(2, bytesUpTo(8_192)),
    chain: required(4, sized(bytesUpTo(4_096), 5)),
  },
);

export const gpuEvidenceLayout: Layout<GpuEvidence> = defineLayout<GpuEvidence>('GpuEvidence', {
  reports: required(2, sized(nested(gpuReportEvidenceLayout), 16)),
  token: optional(4, bytesUpTo(49_152)),
});

/** @throws CocoonError `MALFORMED` when the document is too long to be carried */
export function encodeGpuEvidence(evidence: GpuEvidence): Uint8Array<ArrayBuffer> {
  const encoded = gpuEvidenceLayout.encode(evidence);
  if (encoded.length > LIMITS.gpuEvidenceBytes) throw malformed('GpuEvidence', 'too long');
  return encoded;
}

/** @throws CocoonError `MALFORMED` */
export function decodeGpuEvidence(encoded: Uint8Array): GpuEvidence {
  if (encoded.length > LIMITS.gpuEvidenceBytes) throw malformed('GpuEvidence', 'too long');
  const evidence = gpuEvidenceLayout.decode(encoded);
  if (evidence.reports.length === 0 && evidence.token === undefined) throw malformed('GpuEvidence', 'empty');
  return evidence;
}
