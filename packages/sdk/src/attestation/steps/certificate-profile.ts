// Does a certificate have the role it is used in (Intel SGX PCK certificate and CRL profile)?
import { equalBytes } from '../../internal/bytes.js';
import type { AttestationCode } from '../codes.js';
import { check, parseAs } from '../fail.js';
import { authorityKeyId, basicConstraints, keyUsage, subjectKeyId } from '../x509/extensions.js';
import { type Certificate, parseCertificate } from '../x509/parse-certificate.js';

const DIGITAL_SIGNATURE = 0x80;
const CERT_AND_CRL_SIGN = 0x06;

export function readCertificate(der: Uint8Array, code: AttestationCode, what: string): Certificate {
  return parseAs(code, what, () => parseCertificate(der));
}

/** A CA directly below the root that may sign leaves and CRLs, and nothing deeper. */
export function checkCa(ca: Certificate, code: AttestationCode, what: string): void {
  const constraints = parseAs(code, what, () => basicConstraints(ca.extensions));
  check(constraints?.ca === true && constraints.pathLength === '00', code, `${what} is not a CA for leaves`);
  const usage = parseAs(code, what, () => keyUsage(ca.extensions));
  check(
    (usage & CERT_AND_CRL_SIGN) === CERT_AND_CRL_SIGN,
    code,
    `${what} may not sign certificates and CRLs`,
  );
}

/** A certificate that signs data and must never act as a CA. */
export function checkLeaf(leaf: Certificate, code: AttestationCode, what: string): void {
  check(
    parseAs(code, what, () => basicConstraints(leaf.extensions))?.ca === false,
    code,
    `${what} may act as a CA`,
  );
  const usage = parseAs(code, what, () => keyUsage(leaf.extensions));
  check(
    (usage & DIGITAL_SIGNATURE) !== 0 && (usage & CERT_AND_CRL_SIGN) === 0,
    code,
    `${what} has another key usage`,
  );
}

/** Issuer name byte for byte, and key identifiers. */
export function checkIssuedBy(
  subject: Certificate,
  issuer: Certificate,
  code: AttestationCode,
  what: string,
): void {
  check(equalBytes(subject.issuer, issuer.subject), code, `${what} names another issuer`);
  const [wanted, actual] = parseAs(code, what, () => [
    authorityKeyId(subject.extensions),
    subjectKeyId(issuer.extensions),
  ]);
  check(wanted !== undefined && wanted === actual, code, `${what} names another issuer key`);
}
