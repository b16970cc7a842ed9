// Which root certificate does the simulated world end in?
import { simulatedBytes } from './keys.js';
import { type CertificateFault, type CertificatePlan, makeCertificate } from './make-certificate.js';

export const ROOT_NAME = 'Intel SGX Root CA';
export const CRL_URL = 'https://simulated.invalid/root.crl';

const ROOT: CertificatePlan = {
  commonName: ROOT_NAME,
  issuer: ROOT_NAME,
  key: 'root',
  signedBy: 'root',
  authority: 'root',
  serial: simulatedBytes('serial root', 20),
  notBefore: new Date('2018-05-21T00:00:00Z'),
  notAfter: new Date('2049-12-31T23:59:59Z'),
  ca: true,
  pathLength: 1,
  keyUsage: 0x06,
  crlUrl: CRL_URL,
};

let made: Uint8Array | undefined;

/**
 * DER of the simulated root, the same in every process and version: its seed and dates are fixed and published.
 * Organization is "SIMULATED - not Intel". Anybody can sign with its key: trust it only through `simulatedAnchor`.
 */
export function simulatedRootDer(): Uint8Array {
  made ??= makeCertificate(ROOT);
  return made.slice();
}

/** Another root than the published one, for tests that need a stranger. */
export function makeRoot(fault: CertificateFault): Uint8Array {
  return makeCertificate(ROOT, fault);
}
