// How does an account let somebody else spend a limited amount? (PROTOCOL.md §7.2)
import { platform } from '#platform';
import { CocoonError } from '../errors.js';
import { LIMITS } from '../protocol/limits.js';
import { accountId } from '../seal/envelope/digests.js';
import { signGrant } from '../seal/envelope/sign-grant.js';
import type { Random } from '../seal/random.js';
import type { Account } from './account.js';
import { encodeGrant, type Grant } from './grant.js';

const DEFAULT_LIFE_SECONDS = 3_600;
const DEFAULT_CONCURRENT = 4;

export interface IssueGrantOptions {
  /** Adjusted tokens the holder may spend in all. */
  readonly capTokens: bigint;
  /** Whose ledger: `audience` of the proxy's manifest, as `cocoon.status()` shows it. */
  readonly audience: string;
  readonly now: Date;
  /** The holder's public key (32 bytes). Without it the grant is a bearer grant and the text holds a key: treat it as a password. */
  readonly subkey?: Uint8Array | undefined;
  /** Default an hour; at most 24 hours, 90 days for a grant that may issue. */
  readonly lifeSeconds?: number | undefined;
  readonly model?: string | undefined;
  /** Default 4. */
  readonly maxConcurrent?: number | undefined;
  /** Whether the holder may issue grants in turn. Default false. */
  readonly mayIssue?: boolean | undefined;
  readonly random?: Random | undefined;
}

/**
 * Signs a grant and returns its text form, for `parseGrant`. `issuer` is the account, or a grant that may issue.
 * @throws CocoonError `GRANT_LIFE`, `GRANT_CHAIN`, `MALFORMED`
 */
export async function issueGrant(issuer: Account | Grant, options: IssueGrantOptions): Promise<string> {
  const random = options.random ?? platform.randomBytes;
  const mayIssue = options.mayIssue === true;
  const life = options.lifeSeconds ?? DEFAULT_LIFE_SECONDS;
  const longest = mayIssue ? LIMITS.issuerGrantSeconds : LIMITS.leafGrantSeconds;
  if (!Number.isInteger(life) || life < 1 || life > longest) {
    throw refuse('GRANT_LIFE', `A grant of this kind lives 1 to ${longest} seconds.`, { longest });
  }
  const chain = issuer.kind === 'grant' ? issuer.chain : [];
  if (issuer.kind === 'grant' && (issuer.terms.mayIssue !== 1 || chain.length >= LIMITS.grantChain)) {
    throw refuse('GRANT_CHAIN', 'This grant may not issue others.', {});
  }
  const account = issuer.kind === 'account' ? issuer.key : issuer.account;
  const seed = options.subkey === undefined ? random(32) : undefined;
  const subkey = options.subkey ?? (await platform.ed25519Signer(seed ?? new Uint8Array(32))).publicKey;
  const signed = await signGrant(issuer.signer, {
    id: random(16),
    accountId: accountId(account),
    issuer: issuer.signer.publicKey,
    subkey,
    capTokens: options.capTokens,
    expires: Math.floor(options.now.getTime() / 1000) + life,
    audience: options.audience,
    model: options.model,
    maxConcurrent: options.maxConcurrent ?? DEFAULT_CONCURRENT,
    mayIssue: mayIssue ? 1 : 0,
  });
  return encodeGrant({ account, chain: [...chain, signed], seed });
}

function refuse(code: string, message: string, details: Record<string, number>): CocoonError {
  return new CocoonError({ kind: 'payment', code, message, remedy: 'Change the grant’s terms.', details });
}
