// How is collateral written in the fewest bytes a verifier can do with?
import { equalBytes } from '../../internal/bytes.js';
import { LIMITS } from '../../protocol/limits.js';
import { stapleLayout } from '../../protocol/staple.js';
import { parseAs } from '../fail.js';
import { expectFormat } from '../format/cursor.js';
import type { Collateral, SignedDocument } from './collateral.js';

/**
 * The staple of PROTOCOL.md §5.5: about 60 % of the JSON. The chains' root is left out, since every quote carries it.
 * `parseCollateral` reads it back.
 * @throws CocoonError `ATTESTATION_COLLATERAL_FORMAT` when a signer is missing or it would be longer than a peer accepts.
 */
export function packStaple(collateral: Collateral): Uint8Array<ArrayBuffer> {
  return parseAs('COLLATERAL_FORMAT', 'staple', () => {
    const { tcbInfo, qeIdentity, rootCrl, pckCrl } = collateral;
    const tcbSigner = signerOf(tcbInfo);
    const qeSigner = signerOf(qeIdentity);
    const staple = stapleLayout.encode({
      version: 1,
      tcbInfo: tcbInfo.signed,
      tcbInfoSignature: tcbInfo.signature,
      qeIdentity: qeIdentity.signed,
      qeIdentitySignature: qeIdentity.signature,
      tcbSigner,
      qeSigner: equalBytes(tcbSigner, qeSigner) ? undefined : qeSigner,
      rootCrl,
      pckCrl,
    });
    expectFormat(staple.length <= LIMITS.collateralBytes, 'too long');
    return staple;
  });
}

function signerOf({ issuerChain }: SignedDocument): Uint8Array {
  const [signer] = issuerChain;
  expectFormat(signer !== undefined, 'no signer');
  return signer;
}
