// Is this the revocation list of exactly this issuer?
import { equalBytes } from '../../internal/bytes.js';
import { check, parseAs } from '../fail.js';
import { subjectKeyId } from '../x509/extensions.js';
import type { Certificate } from '../x509/parse-certificate.js';
import { type Crl, parseCrl } from '../x509/parse-crl.js';

/** A list that does not parse is an error, never an empty list. */
export function checkCrl(der: Uint8Array, issuer: Certificate, what: string): Crl {
  const crl = parseAs('CRL_FORMAT', what, () => parseCrl(der));
  check(equalBytes(crl.issuer, issuer.subject), 'CRL_ISSUER', what);
  const keyId = parseAs('CRL_FORMAT', what, () => subjectKeyId(issuer.extensions));
  check(
    crl.authorityKeyId !== undefined && crl.authorityKeyId === keyId,
    'CRL_ISSUER',
    `${what} names another issuer key`,
  );
  return crl;
}

export function checkNotRevoked(certificate: Certificate, crl: Crl, what: string): void {
  check(!crl.revoked.has(certificate.serial), 'REVOKED', what);
}
