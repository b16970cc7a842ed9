// Which second, equally valid TCB signing certificate can sign a document?
import type { DocumentFault } from '../create-simulated-tdx.js';
import type { SimulatedQeIdentity } from '../documents.js';
import { simulatedBytes } from '../keys.js';
import { type CertificatePlan, makeCertificate } from '../make-certificate.js';
import { CRL_URL, ROOT_NAME } from '../simulated-root.js';

export const SECOND_SIGNER: CertificatePlan = {
  commonName: 'Intel SGX TCB Signing',
  issuer: ROOT_NAME,
  key: 'second signer',
  signedBy: 'root',
  authority: 'root',
  serial: simulatedBytes('serial second signer', 20),
  notBefore: new Date('2019-01-01T00:00:00Z'),
  notAfter: new Date('2040-01-01T00:00:00Z'),
  ca: false,
  keyUsage: 0xc0,
  crlUrl: CRL_URL,
};

/** A QE identity that another certificate signed than the TCB info. */
export function secondSigner(plan: Partial<CertificatePlan> = {}): DocumentFault<SimulatedQeIdentity> {
  return {
    signedBy: 'second signer',
    chain: (chain) => [makeCertificate({ ...SECOND_SIGNER, ...plan }), ...chain.slice(1)],
  };
}
