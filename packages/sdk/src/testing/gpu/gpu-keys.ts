// Which P-384 keys does the simulated NVIDIA sign with? All are derived from published text: they protect nothing, on purpose.
import { p384 } from '@noble/curves/nist.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concat, utf8 } from '../../internal/bytes.js';
import { integer, sequence } from '../tdx/der-writer.js';
import { SIMULATED_SEED } from '../tdx/keys.js';

export interface SimulatedGpuKey {
  /** x ‖ y, 96 bytes. */
  readonly publicKey: Uint8Array;
  /** Raw r ‖ s, ECDSA P-384 over SHA-384, deterministic (RFC 6979). */
  sign(message: Uint8Array): Uint8Array;
}

const known = new Map<string, SimulatedGpuKey>();
const MAX_KNOWN = 64;

export function simulatedGpuKey(name: string): SimulatedGpuKey {
  const found = known.get(name);
  if (found !== undefined) return found;
  const half = (part: string) => sha512(utf8(`${SIMULATED_SEED}, gpu key${part}: ${name}`));
  const secret = p384.utils.randomSecretKey(concat(half(''), half(' 2')).slice(0, 72));
  const key: SimulatedGpuKey = {
    publicKey: p384.getPublicKey(secret, false).slice(1),
    sign: (message) => p384.sign(message, secret, { prehash: true, lowS: false }),
  };
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(name, key);
  return key;
}

export function gpuSignatureDer(raw: Uint8Array): Uint8Array {
  return sequence(integer(raw.subarray(0, 48)), integer(raw.subarray(48)));
}
