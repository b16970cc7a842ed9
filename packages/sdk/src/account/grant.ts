// Who else may spend a little? A grant: a signed, limited permission, and its portable text form.
import { platform } from '#platform';
import { CocoonError } from '../errors.js';
import { equalBytes, fromBase64Url, toBase64Url } from '../internal/bytes.js';
import type { Signer } from '../internal/primitives.js';
import { bytes, nested, sized } from '../protocol/fields.js';
import {
  type AccountKey,
  accountKeyLayout,
  type Grant as GrantTerms,
  grantLayout,
  type SignedGrant,
  signedGrantLayout,
} from '../protocol/grant.js';
import { LIMITS } from '../protocol/limits.js';
import { defineLayout, optional, required } from '../protocol/tlv.js';

const PREFIX = 'ckgrant1.';
const MAX_TEXT = 8_192;

/** A grant with the key that may use it. Printing or serialising it shows its terms, never the key. */
export class Grant {
  readonly kind = 'grant';
  readonly account: AccountKey;
  /** Wallet to leaf. */
  readonly chain: readonly SignedGrant[];
  /** Terms of the last grant of the chain. */
  readonly terms: GrantTerms;
  readonly #signer: Signer;

  constructor(parts: { account: AccountKey; chain: readonly SignedGrant[]; signer: Signer }) {
    const last = parts.chain.at(-1);
    if (last === undefined) throw invalid('it is empty');
    this.account = parts.account;
    this.chain = parts.chain;
    this.terms = grantLayout.decode(last.grant);
    this.#signer = parts.signer;
    if (!equalBytes(this.terms.subkey, parts.signer.publicKey))
      throw invalid('the key is not the one it was issued to');
  }

  get signer(): Signer {
    return this.#signer;
  }

  get expiresAt(): Date {
    return new Date(this.terms.expires * 1000);
  }

  toJSON(): Record<string, string | number> {
    const { capTokens, expires, audience, model } = this.terms;
    return {
      kind: this.kind,
      capTokens: String(capTokens),
      expires,
      audience,
      ...(model === undefined ? {} : { model }),
    };
  }
}

interface PortableGrant {
  account: AccountKey;
  chain: readonly SignedGrant[];
  /** Only in bearer grants. */
  seed?: Uint8Array | undefined;
}

const portableLayout = defineLayout<PortableGrant>('PortableGrant', {
  account: required(2, nested(accountKeyLayout)),
  chain: required(4, sized(nested(signedGrantLayout), LIMITS.grantChain)),
  seed: optional(6, bytes(32)),
});

/** The text form. With `seed` it is a bearer grant: whoever has the text can spend, up to its cap. */
export function encodeGrant(portable: PortableGrant): string {
  return PREFIX + toBase64Url(portableLayout.encode(portable));
}

/**
 * Reads a grant's text form. `signer` holds the subkey it was issued to; bearer grants bring their own.
 * Nothing is verified here: the proxy does that, and says no.
 * @throws CocoonError `GRANT_TEXT_INVALID`
 */
export async function parseGrant(
  text: string,
  options: { signer?: Signer | undefined } = {},
): Promise<Grant> {
  if (!text.startsWith(PREFIX) || text.length > MAX_TEXT) throw invalid('it is not a grant');
  let portable: PortableGrant;
  try {
    portable = portableLayout.decode(fromBase64Url(text.slice(PREFIX.length)));
  } catch {
    throw invalid('it is damaged');
  }
  const { account, chain, seed } = portable;
  const signer = options.signer ?? (seed === undefined ? undefined : await platform.ed25519Signer(seed));
  if (signer === undefined) throw invalid('it belongs to a key that was not passed');
  return new Grant({ account, chain, signer });
}

/** A fresh key for a grant; in browsers it cannot be exported. Send only `publicKey` to whoever issues the grant. */
export async function createGrantKey(): Promise<Signer> {
  return platform.ed25519Generate();
}

function invalid(reason: string): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'GRANT_TEXT_INVALID',
    message: `The grant cannot be used: ${reason}.`,
    remedy: 'Use the text exactly as issueGrant returned it, with the key it was issued to.',
  });
}
