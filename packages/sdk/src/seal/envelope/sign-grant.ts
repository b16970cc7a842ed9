// How is a permission to spend issued? (PROTOCOL.md §7.2)

import { equalBytes } from '../../internal/bytes.js';
import type { Signer } from '../../internal/primitives.js';
import { type Grant, grantLayout, type SignedGrant } from '../../protocol/grant.js';
import { LABELS } from '../../protocol/labels.js';
import { misuse } from '../seal-error.js';
import { signLabelled } from './sign-digest.js';

/** @throws CocoonError `GRANT_ISSUER` when `signer` is not the grant's issuer, `MALFORMED` when a field is out of range. */
export async function signGrant(signer: Signer, grant: Grant): Promise<SignedGrant> {
  if (!equalBytes(signer.publicKey, grant.issuer)) {
    throw misuse(
      'GRANT_ISSUER',
      'The signer is not the issuer this grant names.',
      'Set issuer to the signer’s key.',
    );
  }
  const encoded = grantLayout.encode(grant);
  return { grant: encoded, signature: await signLabelled(signer, LABELS.grant, encoded) };
}
