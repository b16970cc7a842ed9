// How is every hash of the protocol separated from the others? H(label, x) of PROTOCOL.md §3.
import { platform } from '#platform';
import { concat, utf8 } from './bytes.js';

const SEPARATOR = Uint8Array.of(0);

/** SHA-256(label ‖ 0x00 ‖ parts), 32 bytes. Signatures of the protocol are over this. */
export function labelledHash(label: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return platform.sha256(concat(utf8(label), SEPARATOR, ...parts));
}
