// Whether this runtime's WebCrypto computes each algorithm correctly: published vectors, run once at first use.
import { equalBytes, fromHex, toHex } from './bytes.js';
import { X25519_BASE_POINT } from './key-encoding.js';
import type { AeadName } from './primitives.js';
import type { SubtleOperations } from './web-subtle.js';

export type WebAlgorithm = 'sha512' | AeadName | 'x25519' | 'ed25519';

const EMPTY = new Uint8Array(0);
const KEY = new Uint8Array(32);
const NONCE = new Uint8Array(12);
/** RFC 8032 section 7.1, test 1. */
const ED25519_SEED = /* @__PURE__ */ fromHex(
  '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
);

/** Eight published bytes are enough: this is about broken implementations, and no accident gets 64 bits right. */
function begins(bytes: Uint8Array, published: string): boolean {
  return toHex(bytes).startsWith(published);
}

/** `tag`: of the empty message under an all-zero key and nonce, one block of each AEAD's every part. */
async function aeadWorks(operations: SubtleOperations, name: AeadName, tag: string): Promise<boolean> {
  const aead = await operations.aead(name, KEY);
  const sealed = await aead.seal(NONCE, EMPTY, EMPTY);
  if (sealed.length !== 16 || !begins(sealed, tag)) return false;
  const opened = await aead.open(NONCE, KEY, await aead.seal(NONCE, KEY, NONCE));
  return equalBytes(opened, NONCE);
}

/** True when the platform's answer is the published one; an exception counts as a failure. */
export const SELF_TESTS: Record<WebAlgorithm, (operations: SubtleOperations) => Promise<boolean>> = {
  // SHA-2 of the empty message (NIST CAVP, length 0); SHA-384 is SHA-512 with other constants.
  sha512: async (operations) =>
    begins(await operations.sha512(EMPTY), 'cf83e1357eefb8bd') &&
    begins(await operations.sha384(EMPTY), '38b060a751ac9638'),
  'aes-256-gcm': (operations) => aeadWorks(operations, 'aes-256-gcm', '530f8afbc74536b9'),
  'chacha20-poly1305': (operations) => aeadWorks(operations, 'chacha20-poly1305', '4eb972c9a8fb3a1b'),
  // RFC 7748 section 5.2: nine times nine. And both sides of an agreement with a point that is not the base point.
  async x25519(operations) {
    const nine = await operations.x25519(X25519_BASE_POINT);
    const other = await operations.x25519(ED25519_SEED);
    return (
      begins(nine.publicKey, '422c8e7a6227d7bc') &&
      equalBytes(await nine.agree(other.publicKey), await other.agree(nine.publicKey))
    );
  },
  async ed25519(operations) {
    const signer = await operations.ed25519Signer(ED25519_SEED);
    const signature = await signer.sign(EMPTY);
    return (
      begins(signer.publicKey, 'd75a980182b10ab7') &&
      begins(signature, 'e5564300c360ac72') &&
      (await operations.ed25519Verify(signer.publicKey, EMPTY, signature)) &&
      !(await operations.ed25519Verify(signer.publicKey, NONCE, signature))
    );
  },
};
