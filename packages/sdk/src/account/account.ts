// Whose money is spent? A wallet key; its secret half never leaves this object.
import { platform } from '#platform';
import { CocoonError } from '../errors.js';
import { toHex } from '../internal/bytes.js';
import type { Signer } from '../internal/primitives.js';
import type { AccountKey } from '../protocol/grant.js';
import { accountId } from '../seal/envelope/digests.js';
import type { Random } from '../seal/random.js';

export const SEED_BYTES = 32;
/** Owner of accounts that have no wallet contract. */
const NO_OWNER_BYTES = 36;

/** An account that can sign for itself. Printing or serialising it shows its id and nothing else. */
export class Account {
  readonly kind = 'account';
  /** 64 hex digits; what an operator credits. */
  readonly id: string;
  readonly key: AccountKey;
  readonly #signer: Signer;

  constructor(key: AccountKey, signer: Signer) {
    this.key = key;
    this.id = toHex(accountId(key));
    this.#signer = signer;
  }

  /** Signs 32-byte hashes of the protocol. */
  get signer(): Signer {
    return this.#signer;
  }

  toJSON(): { kind: 'account'; id: string } {
    return { kind: this.kind, id: this.id };
  }
}

/**
 * The account of a 32-byte Ed25519 seed (RFC 8032), without a wallet contract.
 * @throws CocoonError `SEED_INVALID`
 */
export async function accountFromSeed(seed: Uint8Array): Promise<Account> {
  if (seed.length !== SEED_BYTES) {
    throw new CocoonError({
      kind: 'config',
      code: 'SEED_INVALID',
      message: `An account seed has ${SEED_BYTES} bytes.`,
      remedy: 'Pass the seed that createAccount returned.',
    });
  }
  const signer = await platform.ed25519Signer(seed);
  return new Account({ walletPublicKey: signer.publicKey, owner: new Uint8Array(NO_OWNER_BYTES) }, signer);
}

/** A new account and the seed that restores it: keep the seed secret, whoever has it can spend. */
export async function createAccount(
  options: { random?: Random | undefined } = {},
): Promise<{ account: Account; seed: Uint8Array }> {
  const seed = (options.random ?? platform.randomBytes)(SEED_BYTES);
  return { account: await accountFromSeed(seed), seed };
}
