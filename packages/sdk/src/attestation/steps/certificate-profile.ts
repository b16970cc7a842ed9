// Does a certificate have the role it is used in (Intel SGX PCK certificate and CRL profile; other makers give their own)?
import { equalBytes } from '../../internal/bytes.js';
import { expectFormat } from '../format/cursor.js';
import { EXTENSION, extensionHex, namesIssuerKey } from '../x509/extensions.js';
import { type Certificate, parseCertificate, type SignatureKind } from '../x509/parse-certificate.js';

/** Basic constraints (empty: none) and key usage exactly as the maker's profile has them: nothing more is needed, nothing else is accepted. */
export interface Profile {
  readonly constraints: string;
  readonly usage: string;
  /** Default P-256 with SHA-256. */
  readonly kind?: SignatureKind | undefined;
}

/** CA:TRUE, path length 0: it may sign leaves and CRLs, and nothing deeper. */
export const CA: Profile = { constraints: '30060101ff020100', usage: '03020106' };
/** CA:FALSE, digital signature and non-repudiation: it signs data and must never act as a CA. */
export const LEAF: Profile = { constraints: '3000', usage: '030206c0' };

/** A certificate with one of the names and the profile, issued by `issuer`: name byte for byte, and key identifier. */
export function readIssued(
  der: Uint8Array,
  issuer: Certificate,
  profile: Profile,
  ...names: readonly string[]
): Certificate {
  const certificate = parseCertificate(der, profile.kind);
  const { extensions } = certificate;
  expectFormat(names.includes(certificate.commonName), 'wrong role');
  expectFormat(equalBytes(certificate.issuer, issuer.subject), 'wrong issuer');
  expectFormat(namesIssuerKey(extensions, issuer.extensions), 'wrong issuer key');
  expectFormat(
    extensionHex(extensions, EXTENSION.basicConstraints) === profile.constraints,
    'wrong constraints',
  );
  expectFormat(extensionHex(extensions, EXTENSION.keyUsage) === profile.usage, 'wrong key usage');
  return certificate;
}
