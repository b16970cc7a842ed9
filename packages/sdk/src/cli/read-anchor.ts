// Which simulated root did an operator name? One certificate in a file, or the published one.
import type { SimulatedAnchor } from '../attestation/anchor.js';
import { parsePemChain } from '../attestation/format/pem.js';
import { parseCertificate } from '../attestation/x509/parse-certificate.js';
import { fromUtf8 } from '../internal/bytes.js';
import { simulatedAnchor } from '../unsafe.js';
import { readLimited, usage } from './read-input.js';

/** DER or PEM; nothing where nothing was asked for. @throws CocoonError `ANCHOR_INVALID` */
export async function readAnchor(
  path: string | undefined,
  published = false,
): Promise<SimulatedAnchor | undefined> {
  if (path === undefined) return published ? publishedAnchor() : undefined;
  const bytes = await readLimited(path);
  try {
    const [der = bytes, ...others] = bytes[0] === 0x30 ? [bytes] : parsePemChain(fromUtf8(bytes));
    parseCertificate(der);
    if (others.length > 0) throw new RangeError('several certificates');
    return simulatedAnchor(der);
  } catch {
    throw usage(
      'ANCHOR_INVALID',
      `The file ${path} is not one certificate, DER or PEM.`,
      'Pass the root certificate of the simulated chain.',
    );
  }
}

/** The simulator's own root; the simulator is loaded only where it was asked for. */
export async function publishedAnchor(): Promise<SimulatedAnchor> {
  const { simulatedRootDer } = await import('../testing/tdx/index.js');
  return simulatedAnchor(simulatedRootDer());
}
