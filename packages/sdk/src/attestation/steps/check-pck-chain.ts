// Does the quote's certificate chain lead from a genuine PCK certificate to the trusted root?
import { equalBytes } from '../../internal/bytes.js';
import { check, parseAs } from '../fail.js';
import type { Certificate } from '../x509/parse-certificate.js';
import { type PckPlatform, parseSgxExtension } from '../x509/parse-sgx-extension.js';
import { checkCa, checkIssuedBy, checkLeaf, readCertificate } from './certificate-profile.js';

const CA_NAMES: readonly string[] = ['Intel SGX PCK Platform CA', 'Intel SGX PCK Processor CA'];
const LEAF_NAME = 'Intel SGX PCK Certificate';

export interface PckChain {
  readonly root: Certificate;
  readonly ca: Certificate;
  readonly leaf: Certificate;
  readonly platform: PckPlatform;
}

/** Exactly leaf, CA, root. No path building: a chain of another shape or order is refused. */
export function checkPckChain(certificates: readonly Uint8Array[], trustedRoot: Uint8Array): PckChain {
  const [leafDer, caDer, rootDer] = certificates;
  check(
    certificates.length === 3 && leafDer !== undefined && caDer !== undefined && rootDer !== undefined,
    'PCK_CHAIN',
    `${certificates.length} certificates instead of leaf, CA, root`,
  );
  // Byte equality: an equal name or an equal key is not the pinned root.
  check(equalBytes(rootDer, trustedRoot), 'UNTRUSTED_ROOT');
  const root = readCertificate(trustedRoot, 'PCK_CHAIN', 'root');
  const ca = readCertificate(caDer, 'PCK_CHAIN', 'PCK CA');
  check(CA_NAMES.includes(ca.commonName), 'PCK_CHAIN', 'the CA is not a PCK CA');
  checkCa(ca, 'PCK_CHAIN', 'PCK CA');
  checkIssuedBy(ca, root, 'PCK_CHAIN', 'PCK CA');
  const leaf = readCertificate(leafDer, 'PCK_CHAIN', 'PCK certificate');
  check(leaf.commonName === LEAF_NAME, 'PCK_CHAIN', 'the leaf is not a PCK certificate');
  checkLeaf(leaf, 'PCK_CHAIN', 'PCK certificate');
  checkIssuedBy(leaf, ca, 'PCK_CHAIN', 'PCK certificate');
  const platform = parseAs('PCK_CHAIN', 'PCK certificate', () => parseSgxExtension(leaf.extensions));
  return { root, ca, leaf, platform };
}
