// How does a machine's evidence travel? Manifest and quote, with collateral shared by hash (PROTOCOL.md §5.4).
import { bytesUpTo, digest, nested, sized } from './fields.js';
import { LIMITS } from './limits.js';
import { malformed } from './malformed.js';
import { defineLayout, type Layout, optional, required } from './tlv.js';

/** Hostile bytes: the first step of the trust ladder. */
export interface Evidence {
  manifest: Uint8Array;
  quote: Uint8Array;
  /** SHA-256 of the collateral document that goes with the quote. */
  collateralHash: Uint8Array;
  /** Used part of the boot log: CCEL, or JSON of a dstack guest. */
  eventLog?: Uint8Array | undefined;
  /** What the manifest's `gpuEvidenceHash` is the SHA-256 of: a GpuEvidence document (PROTOCOL.md §5.7). */
  gpuEvidence?: Uint8Array | undefined;
}

export interface EvidenceBundle {
  machines: readonly Evidence[];
  /** Intel collateral, each once: a staple, or UTF-8 JSON (PROTOCOL.md §5.5). */
  collaterals: readonly Uint8Array[];
}

export const evidenceLayout: Layout<Evidence> = defineLayout<Evidence>('Evidence', {
  manifest: required(2, bytesUpTo(LIMITS.manifestBytes)),
  quote: required(4, bytesUpTo(LIMITS.quoteBytes)),
  collateralHash: required(6, digest),
  eventLog: optional(7, bytesUpTo(LIMITS.eventLogBytes)),
  gpuEvidence: optional(9, bytesUpTo(LIMITS.gpuEvidenceBytes)),
});

export const evidenceBundleLayout: Layout<EvidenceBundle> = defineLayout<EvidenceBundle>('EvidenceBundle', {
  machines: required(2, sized(nested(evidenceLayout), LIMITS.evidenceBatch)),
  collaterals: required(4, sized(bytesUpTo(LIMITS.collateralBytes), LIMITS.evidenceBatch)),
});

export function encodeEvidenceBundle(bundle: EvidenceBundle): Uint8Array<ArrayBuffer> {
  return evidenceBundleLayout.encode(bundle);
}

/** @throws CocoonError `MALFORMED` */
export function decodeEvidenceBundle(encoded: Uint8Array): EvidenceBundle {
  if (encoded.length > LIMITS.evidenceBundleBytes) throw malformed('EvidenceBundle', 'too long');
  return evidenceBundleLayout.decode(encoded);
}
