// Did Intel's TCB signing certificate, and nothing else below the root, sign this document?
import { equalBytes } from '../../internal/bytes.js';
import type { SignedDocument } from '../collateral.js';
import { check } from '../fail.js';
import type { Certificate } from '../x509/parse-certificate.js';
import { checkIssuedBy, checkLeaf, readCertificate } from './certificate-profile.js';

const SIGNER_NAME = 'Intel SGX TCB Signing';

/** Exactly signer and root. A PCK certificate also chains to the root: only the role keeps it from signing TCB info. */
export function checkTcbSigner(document: SignedDocument, root: Certificate, what: string): Certificate {
  const [signerDer, rootDer] = document.issuerChain;
  check(
    document.issuerChain.length === 2 && signerDer !== undefined && rootDer !== undefined,
    'COLLATERAL_SIGNER',
    `${what} has ${document.issuerChain.length} certificates instead of signer, root`,
  );
  check(equalBytes(rootDer, root.der), 'UNTRUSTED_ROOT', what);
  const signer = readCertificate(signerDer, 'COLLATERAL_SIGNER', what);
  check(signer.commonName === SIGNER_NAME, 'COLLATERAL_SIGNER', `${what} is signed by another certificate`);
  checkLeaf(signer, 'COLLATERAL_SIGNER', what);
  checkIssuedBy(signer, root, 'COLLATERAL_SIGNER', what);
  return signer;
}
