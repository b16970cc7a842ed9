// Who signs for the money right now? The account itself, or a grant that is renewed before it ends.
import { Account } from '../account/account.js';
import { Grant } from '../account/grant.js';
import type { CocoonOptions } from '../config.js';
import { CocoonError } from '../errors.js';
import type { Signer } from '../internal/primitives.js';
import { singleFlight } from '../internal/single-flight.js';
import type { AccountKey, Grant as GrantTerms, SignedGrant } from '../protocol/grant.js';

/** A grant is renewed when this part of its life is over. */
const RENEW_AT = 0.8;

export interface Spender {
  readonly account: AccountKey;
  readonly grants: readonly SignedGrant[];
  readonly signer: Signer;
  /** Terms of the grant in use, if it is one. */
  readonly terms?: GrantTerms | undefined;
}

export interface Credentials {
  /** @throws CocoonError `ACCOUNT_REQUIRED`, `GRANT_UNAVAILABLE` */
  current(): Promise<Spender>;
  /** Asks for a new grant now; false when there is nothing to renew. */
  renew(): Promise<boolean>;
}

export function createCredentials(source: CocoonOptions['account'], now: () => Date): Credentials {
  if (typeof source !== 'function') return fixed(source);
  let held: { grant: Grant; since: number } | undefined;
  const fetchGrant = singleFlight(async () => {
    const grant = await askForGrant(source);
    held = { grant, since: now().getTime() };
    return grant;
  });
  return {
    async current() {
      if (held === undefined) return spenderOf(await fetchGrant());
      const { grant, since } = held;
      const ends = grant.expiresAt.getTime();
      const at = now().getTime();
      if (at >= ends) return spenderOf(await fetchGrant());
      // Renewed while the old one still works: nobody waits.
      if (at >= since + (ends - since) * RENEW_AT) fetchGrant().catch(() => undefined);
      return spenderOf(grant);
    },
    async renew() {
      await fetchGrant();
      return true;
    },
  };
}

function fixed(source: Account | Grant | undefined): Credentials {
  return {
    async current() {
      if (source instanceof Account) return { account: source.key, grants: [], signer: source.signer };
      if (source instanceof Grant) return spenderOf(source);
      throw accountRequired();
    },
    renew: async () => false,
  };
}

async function askForGrant(source: () => Promise<Grant>): Promise<Grant> {
  let grant: unknown;
  try {
    grant = await source();
  } catch (cause) {
    throw unavailable(cause);
  }
  if (!(grant instanceof Grant)) throw unavailable(undefined);
  return grant;
}

function spenderOf(grant: Grant): Spender {
  return { account: grant.account, grants: grant.chain, signer: grant.signer, terms: grant.terms };
}

export function accountRequired(): CocoonError {
  return new CocoonError({
    kind: 'payment',
    code: 'ACCOUNT_REQUIRED',
    message: 'This needs an account, and createCocoon got none.',
    remedy: 'Pass account: accountFromSeed(…), a grant, or a function that returns one. Nothing was sent.',
  });
}

function unavailable(cause: unknown): CocoonError {
  return new CocoonError({
    kind: 'payment',
    code: 'GRANT_UNAVAILABLE',
    message: 'The function passed as account returned no grant.',
    remedy: 'Make it return the value of parseGrant(), and look at its own error (cause).',
    cause,
  });
}
