// Which certificate must a chain end in?
import { equalBytes, toHex } from '../internal/bytes.js';
import { check } from './fail.js';

/**
 * SHA-256 of the DER of the Intel SGX Root CA, valid 2018-05-21 to 2049-12-31; any other certificate is refused, whatever its name or key.
 * https://certificates.trustedservices.intel.com/Intel_SGX_Provisioning_Certification_RootCA.cer
 */
const INTEL_ROOT_SHA256 = '44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3';

/** An opaque permission to trust another root than Intel's. Only `simulatedAnchor` of `@cocoonkit/sdk/unsafe` makes one. */
export interface SimulatedAnchor {
  readonly kind: 'simulated';
}

// The only register of simulated roots: an object that was not put in here is not an anchor, whatever it looks like.
const simulatedRoots = new WeakMap<object, Uint8Array>();

/** Behind `simulatedAnchor`; not exported from the package's attestation entry. */
export function registerSimulatedRoot(rootDer: Uint8Array): SimulatedAnchor {
  const anchor: SimulatedAnchor = Object.freeze({ kind: 'simulated' });
  simulatedRoots.set(anchor, rootDer.slice());
  return anchor;
}

export interface TrustedRoot {
  readonly simulated: boolean;
  /** Tells verdicts under one root from those under another. */
  readonly id: Uint8Array;
  /** @throws CocoonError `ATTESTATION_UNTRUSTED_ROOT` unless these are the bytes of the trusted root. */
  readonly check: (der: Uint8Array) => void;
}

/** The root to compare with. Absent means Intel's; anything but a registered anchor is refused. */
export function trustedRoot(
  anchor: SimulatedAnchor | undefined,
  sha256: (data: Uint8Array) => Uint8Array,
): TrustedRoot {
  if (anchor === undefined) {
    return {
      simulated: false,
      id: new Uint8Array(),
      check: (der) => check(toHex(sha256(der)) === INTEL_ROOT_SHA256, 'UNTRUSTED_ROOT'),
    };
  }
  const root = typeof anchor === 'object' && anchor !== null ? simulatedRoots.get(anchor) : undefined;
  check(root !== undefined, 'UNTRUSTED_ROOT', 'unregistered anchor');
  return { simulated: true, id: root, check: (der) => check(equalBytes(der, root), 'UNTRUSTED_ROOT') };
}
