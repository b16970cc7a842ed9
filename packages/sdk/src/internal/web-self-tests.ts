// Whether this runtime's WebCrypto computes each algorithm correctly: published vectors, run once at first use.
import { equalBytes, fromHex } from './bytes.js';
import type { AeadName } from './primitives.js';
import type { SubtleOperations } from './web-subtle.js';

export type WebAlgorithm = 'sha512' | AeadName | 'x25519' | 'ed25519';

const EMPTY = new Uint8Array(0);
const KEY = new Uint8Array(32);
const NONCE = new Uint8Array(12);

// SHA-2 of the empty message (NIST CAVP, length 0); SHA-384 is SHA-512 with other constants.
const EMPTY_SHA384 = fromHex(
  '38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b',
);
const EMPTY_SHA512 = fromHex(
  'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
);

// Tag of the empty message under an all-zero key and nonce: one block of each AEAD's every part.
const EMPTY_TAGS: Record<AeadName, Uint8Array> = {
  'aes-256-gcm': fromHex('530f8afbc74536b9a963b4f1c4cb738b'),
  'chacha20-poly1305': fromHex('4eb972c9a8fb3a1b382bb4d36f5ffad1'),
};

async function aeadWorks(operations: SubtleOperations, name: AeadName): Promise<boolean> {
  const aead = await operations.aead(name, KEY);
  const sealed = await aead.seal(NONCE, EMPTY, EMPTY);
  if (!equalBytes(sealed, EMPTY_TAGS[name])) return false;
  const opened = await aead.open(NONCE, KEY, await aead.seal(NONCE, KEY, NONCE));
  return equalBytes(opened, NONCE);
}

// RFC 7748 section 6.1.
const BOB = fromHex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb');
const BOB_PUBLIC = fromHex('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f');
const ALICE_PUBLIC = fromHex('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a');
const SHARED = fromHex('4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742');

// RFC 8032 section 7.1, test 1.
const ED_SEED = fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
const ED_PUBLIC = fromHex('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
const ED_SIGNATURE = fromHex(
  'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
);

/** True when the platform's answer equals the published one; an exception counts as a failure. */
export const SELF_TESTS: Record<WebAlgorithm, (operations: SubtleOperations) => Promise<boolean>> = {
  sha512: async (operations) =>
    equalBytes(await operations.sha512(EMPTY), EMPTY_SHA512) &&
    equalBytes(await operations.sha384(EMPTY), EMPTY_SHA384),
  'aes-256-gcm': (operations) => aeadWorks(operations, 'aes-256-gcm'),
  'chacha20-poly1305': (operations) => aeadWorks(operations, 'chacha20-poly1305'),
  x25519: async (operations) => {
    const bob = await operations.x25519(BOB);
    return equalBytes(bob.publicKey, BOB_PUBLIC) && equalBytes(await bob.agree(ALICE_PUBLIC), SHARED);
  },
  ed25519: async (operations) => {
    const signer = await operations.ed25519Signer(ED_SEED);
    return (
      equalBytes(signer.publicKey, ED_PUBLIC) &&
      equalBytes(await signer.sign(EMPTY), ED_SIGNATURE) &&
      (await operations.ed25519Verify(ED_PUBLIC, EMPTY, ED_SIGNATURE)) &&
      !(await operations.ed25519Verify(ED_PUBLIC, NONCE, ED_SIGNATURE))
    );
  },
};
