// How is anything signed here? Ed25519 over a 32-byte labelled hash, never over the document itself (PROTOCOL.md §3).
import { platform } from '#platform';
import { labelledHash } from '../../internal/labelled-hash.js';
import type { Signer } from '../../internal/primitives.js';
import type { Label } from '../../protocol/labels.js';

export async function signLabelled(signer: Signer, label: Label, document: Uint8Array): Promise<Uint8Array> {
  return signer.sign(labelledHash(label, document));
}

/** True when `signature` is by `publicKey` over the document under this label. */
export async function signedLabelled(
  publicKey: Uint8Array,
  label: Label,
  document: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  return platform.ed25519Verify(publicKey, labelledHash(label, document), signature);
}
