// How does a machine's collateral travel in few bytes? Each certificate once, the root not at all (PROTOCOL.md §5.5).
import { bytes, bytesUpTo, u16 } from './fields.js';
import { LIMITS } from './limits.js';
import { defineLayout, type Layout, optional, required } from './tlv.js';

/** Signed by Intel throughout; whoever delivers it is not trusted. */
export interface Staple {
  /** 1 */
  version: number;
  /** The exact bytes that were signed, and r ‖ s over them. */
  tcbInfo: Uint8Array;
  tcbInfoSignature: Uint8Array;
  qeIdentity: Uint8Array;
  qeIdentitySignature: Uint8Array;
  /** DER of the certificate that signed both, or TCB info alone when `qeSigner` is present. */
  tcbSigner: Uint8Array;
  qeSigner?: Uint8Array | undefined;
  /** DER. */
  rootCrl: Uint8Array;
  pckCrl: Uint8Array;
}

const certificate = bytesUpTo(4_096);
const document = bytesUpTo(LIMITS.collateralBytes);

export const stapleLayout: Layout<Staple> = defineLayout<Staple>('Staple', {
  version: required(2, u16),
  tcbInfo: required(4, document),
  tcbInfoSignature: required(6, bytes(64)),
  qeIdentity: required(8, document),
  qeIdentitySignature: required(10, bytes(64)),
  tcbSigner: required(12, certificate),
  qeSigner: optional(14, certificate),
  rootCrl: required(16, document),
  pckCrl: required(18, document),
});
