// Does the quote's certificate chain lead from a genuine PCK certificate to the trusted root?

import type { TrustedRoot } from '../anchor.js';
import { parseAs } from '../fail.js';
import { expectFormat } from '../format/cursor.js';
import type { Certificate } from '../x509/parse-certificate.js';
import { parseCertificate } from '../x509/parse-certificate.js';
import { type PckPlatform, parseSgxExtension } from '../x509/parse-sgx-extension.js';
import { CA, LEAF, readIssued } from './certificate-profile.js';

export interface PckChain {
  readonly root: Certificate;
  readonly ca: Certificate;
  readonly leaf: Certificate;
  readonly platform: PckPlatform;
}

/** Exactly leaf, CA, root. No path building: a chain of another shape or order is refused. */
export function checkPckChain(certificates: readonly Uint8Array[], trusted: TrustedRoot): PckChain {
  return parseAs('PCK_CHAIN', 'PCK chain', () => {
    const [leafDer, caDer, rootDer] = certificates;
    const three =
      certificates.length === 3 && leafDer !== undefined && caDer !== undefined && rootDer !== undefined;
    expectFormat(three, 'not leaf, CA, root');
    trusted.check(rootDer);
    const root = parseCertificate(rootDer);
    const ca = readIssued(caDer, root, CA, 'Intel SGX PCK Platform CA', 'Intel SGX PCK Processor CA');
    const leaf = readIssued(leafDer, ca, LEAF, 'Intel SGX PCK Certificate');
    return { root, ca, leaf, platform: parseSgxExtension(leaf.extensions) };
  });
}
