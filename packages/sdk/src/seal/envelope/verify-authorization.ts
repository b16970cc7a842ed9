// Who pays for this, and may they? The grant chain and the signature over exactly this message (PROTOCOL.md §7).
import { platform } from '#platform';
import type { CocoonError } from '../../errors.js';
import { equalBytes } from '../../internal/bytes.js';
import { type AccountKey, type Authorization, type Grant, grantLayout } from '../../protocol/grant.js';
import { LABELS } from '../../protocol/labels.js';
import { LIMITS } from '../../protocol/limits.js';
import { misuse, paymentError } from '../seal-error.js';
import { accountId, authorizationHash, controlAuthorizationHash } from './digests.js';
import type { OpenedControl } from './open-message.js';
import { signedLabelled } from './sign-digest.js';

/** An account whose key, or a chain of grants from it, signed this very message. Made only here. */
export interface Payer {
  readonly accountId: Uint8Array;
  readonly account: AccountKey;
  /** Wallet to leaf; empty when the wallet key itself signed. */
  readonly grants: readonly Grant[];
}

export interface AuthorizationContext {
  audience: string;
  now: Date;
}

const minted = new WeakSet<Payer>();

/** @throws CocoonError `PAYER_NOT_VERIFIED` for a look-alike. */
export function checkPayer(payer: Payer): Payer {
  if (minted.has(payer)) return payer;
  throw misuse('PAYER_NOT_VERIFIED', 'This payer did not come from verification.', 'Pass the value itself.');
}

/**
 * Verifies the authorization of a request. Knows nothing of balances, caps already spent or revocations.
 * @throws CocoonError `GRANT_CHAIN`, `GRANT_ACCOUNT`, `GRANT_AUDIENCE`, `GRANT_MODEL`, `GRANT_LIFE`, `GRANT_EXPIRED`, `GRANT_SIGNATURE`,
 * `AUTH_SIGNATURE`, `MALFORMED`
 */
export async function verifyAuthorization(
  authorization: Authorization,
  context: AuthorizationContext & { coreHash: Uint8Array; model: string },
): Promise<Payer> {
  return verifyPayer(authorization, context, authorizationHash(context.coreHash, authorization));
}

/** The same for a control message. @throws CocoonError `ACCOUNT_REQUIRED` when it carries none, else as above. */
export async function verifyControlAuthorization(
  control: OpenedControl,
  context: AuthorizationContext,
): Promise<Payer> {
  const { authorization, operation, payload } = control.message;
  if (authorization === undefined) {
    throw refuse('ACCOUNT_REQUIRED', 'This question needs an account’s signature.');
  }
  const { encapsulationHash } = control;
  const signed = controlAuthorizationHash({ encapsulationHash, operation, payload }, authorization);
  return verifyPayer(authorization, context, signed);
}

async function verifyPayer(
  authorization: Authorization,
  context: AuthorizationContext & { model?: string | undefined },
  signedHash: Uint8Array,
): Promise<Payer> {
  const { account } = authorization;
  const id = accountId(account);
  const grants = authorization.grants.map((signed) => grantLayout.decode(signed.grant));
  const lastKey = checkChain(account, grants);
  for (const grant of grants) checkGrant(grant, id, context);
  for (const [i, grant] of grants.entries()) {
    const signed = authorization.grants[i];
    if (
      signed === undefined ||
      !(await signedLabelled(grant.issuer, LABELS.grant, signed.grant, signed.signature))
    ) {
      throw refuse('GRANT_SIGNATURE', 'A grant is not signed by its issuer.');
    }
  }
  if (!(await platform.ed25519Verify(lastKey, signedHash, authorization.signature))) {
    throw refuse('AUTH_SIGNATURE', 'The request is not signed by the account or its last grant.');
  }
  const payer: Payer = Object.freeze({ accountId: id, account, grants: Object.freeze(grants) });
  minted.add(payer);
  return payer;
}

/** Each grant is issued by the key before it; only the first may issue. Returns the key that must have signed. */
function checkChain(account: AccountKey, grants: readonly Grant[]): Uint8Array {
  let key = account.walletPublicKey;
  for (const [i, grant] of grants.entries()) {
    const mayIssueHere = i < grants.length - 1;
    if (!equalBytes(grant.issuer, key))
      throw refuse('GRANT_CHAIN', 'A grant is not issued by the key before it.');
    if (grant.mayIssue > 1 || (mayIssueHere && grant.mayIssue !== 1)) {
      throw refuse('GRANT_CHAIN', 'A grant was issued by one that may not issue.');
    }
    // Nothing could follow it, so the right to issue would only stretch its life.
    if (i > 0 && grant.mayIssue !== 0)
      throw refuse('GRANT_CHAIN', 'The second grant of a chain may not issue.');
    key = grant.subkey;
  }
  return key;
}

function checkGrant(
  grant: Grant,
  id: Uint8Array,
  context: AuthorizationContext & { model?: string | undefined },
): void {
  const seconds = context.now.getTime() / 1000;
  const life = grant.mayIssue === 1 ? LIMITS.issuerGrantSeconds : LIMITS.leafGrantSeconds;
  if (!equalBytes(grant.accountId, id)) throw refuse('GRANT_ACCOUNT', 'A grant belongs to another account.');
  if (grant.audience !== context.audience) throw refuse('GRANT_AUDIENCE', 'A grant is for another proxy.');
  if (grant.model !== undefined && context.model !== undefined && grant.model !== context.model) {
    throw refuse('GRANT_MODEL', 'A grant is for another model.');
  }
  if (grant.expires + LIMITS.grantToleranceSeconds <= seconds)
    throw refuse('GRANT_EXPIRED', 'A grant has expired.');
  if (grant.expires - seconds > life + LIMITS.grantToleranceSeconds) {
    throw refuse('GRANT_LIFE', 'A grant lives longer than its kind may.');
  }
}

function refuse(code: string, message: string): CocoonError {
  return paymentError(code, message, 'Ask whoever issued the permission for a new one.');
}
