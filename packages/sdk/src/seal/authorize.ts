// How does an account, or somebody it gave a grant to, sign for exactly one message? (PROTOCOL.md §7.3, §8.6)

import { equalBytes } from '../internal/bytes.js';
import type { Signer } from '../internal/primitives.js';
import { type AccountKey, type Authorization, grantLayout, type SignedGrant } from '../protocol/grant.js';
import { authorizationHash, controlAuthorizationHash } from './envelope/digests.js';
import { misuse } from './seal-error.js';
import type { WarmContext } from './warm-context.js';

export interface Payment {
  account: AccountKey;
  /** Wallet to leaf; empty when the wallet key itself signs. */
  grants: readonly SignedGrant[];
  /** The last grant's subkey, or the wallet key. */
  signer: Signer;
}

/** @throws CocoonError `AUTH_WRONG_SIGNER` when the signer is not the last key of the chain. */
export async function authorize(options: Payment & { coreHash: Uint8Array }): Promise<Authorization> {
  return sign(options, authorizationHash(options.coreHash, options));
}

/** For a control message that will be sealed with this very context. @throws CocoonError `AUTH_WRONG_SIGNER` */
export async function authorizeControl(
  options: Payment & { context: WarmContext; operation: string; payload: Uint8Array },
): Promise<Authorization> {
  const { context, operation, payload } = options;
  const { encapsulationHash } = context;
  return sign(options, controlAuthorizationHash({ encapsulationHash, operation, payload }, options));
}

async function sign({ account, grants, signer }: Payment, hash: Uint8Array): Promise<Authorization> {
  const last = grants.at(-1);
  const key = last === undefined ? account.walletPublicKey : grantLayout.decode(last.grant).subkey;
  if (!equalBytes(key, signer.publicKey)) {
    throw misuse(
      'AUTH_WRONG_SIGNER',
      'The signer is not the key that may spend.',
      'Use the last grant’s key.',
    );
  }
  return { account, grants, signature: await signer.sign(hash) };
}
