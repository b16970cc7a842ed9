// Does a certificate have the role it is used in (Intel SGX PCK certificate and CRL profile)?
import { equalBytes } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';
import { authorityKeyId, basicConstraints, keyUsage, subjectKeyId } from '../x509/extensions.js';
import { type Certificate, parseCertificate } from '../x509/parse-certificate.js';

const DIGITAL_SIGNATURE = 0x80;
const CERT_AND_CRL_SIGN = 0x06;

/** A certificate with one of the names, issued by `issuer`: name byte for byte, and key identifier. */
function readIssued(der: Uint8Array, names: readonly string[], issuer: Certificate): Certificate {
  const certificate = parseCertificate(der);
  expectFormat(names.includes(certificate.commonName), 'wrong role');
  expectFormat(equalBytes(certificate.issuer, issuer.subject), 'wrong issuer');
  const authority = authorityKeyId(certificate.extensions);
  expectFormat(authority !== undefined && authority === subjectKeyId(issuer.extensions), 'wrong issuer key');
  return certificate;
}

/** A CA directly below the root that may sign leaves and CRLs, and nothing deeper. */
export function readCa(der: Uint8Array, names: readonly string[], issuer: Certificate): Certificate {
  const ca = readIssued(der, names, issuer);
  const constraints = basicConstraints(ca.extensions);
  expectFormat(constraints?.ca === true && constraints.pathLength === '00', 'wrong constraints');
  expectFormat((keyUsage(ca.extensions) & CERT_AND_CRL_SIGN) === CERT_AND_CRL_SIGN, 'wrong key usage');
  return ca;
}

/** A certificate that signs data and must never act as a CA. */
export function readLeaf(der: Uint8Array, name: string, issuer: Certificate): Certificate {
  const leaf = readIssued(der, [name], issuer);
  expectFormat(basicConstraints(leaf.extensions)?.ca === false, 'wrong constraints');
  const usage = keyUsage(leaf.extensions) & (DIGITAL_SIGNATURE | CERT_AND_CRL_SIGN);
  expectFormat(usage === DIGITAL_SIGNATURE, 'wrong key usage');
  return leaf;
}
