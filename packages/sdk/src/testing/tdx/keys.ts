// Which keys does the simulated world sign with? All are derived from published text: they protect nothing, on purpose.
import { p256 } from '@noble/curves/nist.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';
import { concat, toHex, utf8 } from '../../internal/bytes.js';
import { integer, sequence } from './der-writer.js';

/** The published seed of the simulated root; every process that uses it agrees on the root. */
export const SIMULATED_SEED = 'cocoonkit simulated tdx 1';

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export interface SimulatedKey {
  /** x ‖ y. */
  readonly publicKey: Uint8Array;
  /** Raw r ‖ s, ECDSA P-256 over SHA-256, deterministic (RFC 6979). */
  sign(message: Uint8Array): Uint8Array;
}

const known = new Map<string, SimulatedKey>();
const MAX_KNOWN = 64;
// Signing is deterministic, and most machines of a test differ in one part only: what is the same need not be signed again.
const signed = new Map<string, Uint8Array>();
const MAX_SIGNED = 256;

export function simulatedKey(name: string): SimulatedKey {
  const found = known.get(name);
  if (found !== undefined) return found;
  const secret = p256.utils.randomSecretKey(sha384(utf8(`${SIMULATED_SEED}, key: ${name}`)));
  const key: SimulatedKey = {
    publicKey: p256.getPublicKey(secret, false).subarray(1),
    sign: (message) => {
      const digest = sha256(message);
      const id = `${name} ${toHex(digest)}`;
      const signature = signed.get(id) ?? p256.sign(digest, secret, { prehash: false, lowS: false });
      if (signed.size >= MAX_SIGNED) signed.clear();
      signed.set(id, signature);
      return signature.slice();
    },
  };
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(name, key);
  return key;
}

/** The same signature with n - s: just as valid, which is why a quote's hash is not an identity. */
export function otherS(signature: Uint8Array): Uint8Array {
  const s = ORDER - BigInt(`0x${toHex(signature.subarray(32))}`);
  const out = signature.slice();
  for (let i = 63, rest = s; i >= 32; i--, rest >>= 8n) out[i] = Number(rest & 0xffn);
  return out;
}

/** The one of the two valid signatures whose s is in the upper half, which some verifiers of other systems refuse. */
export function highS(signature: Uint8Array): Uint8Array {
  const other = otherS(signature);
  return toHex(other.subarray(32)) > toHex(signature.subarray(32)) ? other : signature;
}

export function signatureDer(raw: Uint8Array): Uint8Array {
  return sequence(integer(raw.subarray(0, 32)), integer(raw.subarray(32)));
}

/** Stable pseudo-random bytes for identifiers. */
export function simulatedBytes(label: string, length: number): Uint8Array {
  return sha384(concat(utf8(`${SIMULATED_SEED}, bytes: `), utf8(label))).slice(0, length);
}

/** Flips one bit: the smallest fault. */
export function flipBit(bytes: Uint8Array, index = bytes.length - 1): Uint8Array {
  const out = bytes.slice();
  out[index] = (out[index] ?? 0) ^ 1;
  return out;
}
