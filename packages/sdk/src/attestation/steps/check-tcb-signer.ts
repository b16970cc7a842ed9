// Did Intel's TCB signing certificate, and nothing else below the root, sign this document?
import { equalBytes } from '../../internal/bytes.js';
import type { SignedDocument } from '../collateral/collateral.js';
import { check, parseAs } from '../fail.js';
import { expectFormat } from '../format/cursor.js';
import type { Certificate } from '../x509/parse-certificate.js';
import { LEAF, readIssued } from './certificate-profile.js';

/** Exactly signer and root. A PCK certificate also chains to the root: only the role keeps it from signing TCB info. */
export function checkTcbSigner(document: SignedDocument, root: Certificate, what: string): Certificate {
  return parseAs('COLLATERAL_SIGNER', what, () => {
    const { issuerChain, rootFromQuote } = document;
    const [signerDer, rootDer] = rootFromQuote === true ? [...issuerChain, root.der] : issuerChain;
    const length = issuerChain.length + (rootFromQuote === true ? 1 : 0);
    const two = length === 2 && signerDer !== undefined && rootDer !== undefined;
    expectFormat(two, 'not signer, root');
    check(equalBytes(rootDer, root.der), 'UNTRUSTED_ROOT', what);
    return readIssued(signerDer, root, LEAF, 'Intel SGX TCB Signing');
  });
}
