// Who pays, and who may spend how much of it? (PROTOCOL.md §7)
import { bytes, bytesUpTo, digest, nested, sized, text, time, u8, u16, u64 } from './fields.js';
import { LIMITS } from './limits.js';
import { defineLayout, type Layout, optional, required } from './tlv.js';

/** A client's wallet: its public key and owner address (36 bytes: i32 workchain, 32-byte hash; all zero without a chain). */
export interface AccountKey {
  walletPublicKey: Uint8Array;
  owner: Uint8Array;
}

/** A signed, limited permission to spend from an account. */
export interface Grant {
  id: Uint8Array;
  accountId: Uint8Array;
  /** The key that signs this grant: the wallet's, or an issuer grant's subkey. */
  issuer: Uint8Array;
  /** The key that may use it. */
  subkey: Uint8Array;
  capTokens: bigint;
  expires: number;
  audience: string;
  model?: string | undefined;
  maxConcurrent: number;
  /** 1 when the subkey may itself issue grants. */
  mayIssue: number;
}

export interface SignedGrant {
  grant: Uint8Array;
  signature: Uint8Array;
}

/** Seen by the proxy only. Signed by the last key of the chain. */
export interface Authorization {
  account: AccountKey;
  /** Wallet to leaf, at most two. */
  grants: readonly SignedGrant[];
  signature: Uint8Array;
}

export const accountKeyLayout: Layout<AccountKey> = defineLayout<AccountKey>('AccountKey', {
  walletPublicKey: required(2, bytes(32)),
  owner: required(4, bytes(36)),
});

export const grantLayout: Layout<Grant> = defineLayout<Grant>('Grant', {
  id: required(2, bytes(16)),
  accountId: required(4, digest),
  issuer: required(6, bytes(32)),
  subkey: required(8, bytes(32)),
  capTokens: required(10, u64),
  expires: required(12, time),
  audience: required(14, text(128)),
  model: optional(16, text(256)),
  maxConcurrent: required(18, u16),
  mayIssue: required(20, u8),
});

export const signedGrantLayout: Layout<SignedGrant> = defineLayout<SignedGrant>('SignedGrant', {
  grant: required(2, bytesUpTo(1024)),
  signature: required(4, bytes(64)),
});

export const authorizationLayout: Layout<Authorization> = defineLayout<Authorization>('Authorization', {
  account: required(2, nested(accountKeyLayout)),
  grants: required(4, sized(nested(signedGrantLayout), LIMITS.grantChain)),
  signature: required(6, bytes(64)),
});

/** The bytes of a grant chain that an authorization signs (hashed). */
export function encodeGrantChain(grants: readonly SignedGrant[]): Uint8Array {
  return sized(nested(signedGrantLayout), LIMITS.grantChain).encode(grants);
}
