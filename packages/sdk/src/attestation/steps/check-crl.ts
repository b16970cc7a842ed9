// Is this the revocation list of exactly this issuer?
import { equalBytes } from '../../internal/bytes.js';
import { check, parseAs } from '../fail.js';
import { namesIssuerKey } from '../x509/extensions.js';
import type { Certificate } from '../x509/parse-certificate.js';
import { type Crl, parseCrl } from '../x509/parse-crl.js';

/** A list that does not parse is an error, never an empty list. */
export function checkCrl(der: Uint8Array, issuer: Certificate, what: string): Crl {
  return parseAs('CRL_FORMAT', what, () => {
    const crl = parseCrl(der);
    const sameKey = namesIssuerKey(crl.extensions, issuer.extensions);
    check(equalBytes(crl.issuer, issuer.subject) && sameKey, 'CRL_ISSUER', what);
    return crl;
  });
}

export function checkNotRevoked(certificate: Certificate, crl: Crl): void {
  check(!crl.revoked.has(certificate.serial), 'REVOKED', certificate.commonName);
}
