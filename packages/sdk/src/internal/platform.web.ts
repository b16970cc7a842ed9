// Which cryptography runs in browsers: WebCrypto where a self-test shows it works, else pure JavaScript loaded on demand.
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { MaybePromise, Primitives } from './primitives.js';
import { secureRandom } from './secure-random.js';
import { SELF_TESTS, type WebAlgorithm } from './web-self-tests.js';
import { createSubtlePrimitives, type SubtleOperations } from './web-subtle.js';

/** What a platform must be able to load when WebCrypto lacks an algorithm. */
export type LoadNoble = () => Promise<Primitives>;

/**
 * Primitives over `subtle`; each algorithm proves itself once, at first use, and is replaced for good if it fails.
 * Without `subtle` (no secure context) everything but SHA-256 comes from `loadNoble`.
 */
export function createWebPrimitives(subtle: SubtleCrypto | undefined, loadNoble: LoadNoble): Primitives {
  const native = subtle === undefined ? undefined : createSubtlePrimitives(subtle);
  const chosen = new Map<WebAlgorithm, Promise<SubtleOperations>>();

  async function choose(algorithm: WebAlgorithm): Promise<SubtleOperations> {
    if (native !== undefined && (await passes(native, algorithm))) return native;
    return loadNoble();
  }

  // A chunk that failed to load (offline) must be asked for again at the next call, not remembered as a failure.
  function pick(algorithm: WebAlgorithm): Promise<SubtleOperations> {
    const known = chosen.get(algorithm);
    if (known !== undefined) return known;
    const choice = choose(algorithm);
    choice.catch(() => chosen.delete(algorithm));
    chosen.set(algorithm, choice);
    return choice;
  }

  async function using<T>(algorithm: WebAlgorithm, run: (operations: SubtleOperations) => MaybePromise<T>) {
    return run(await pick(algorithm));
  }

  return {
    name: 'web',
    randomBytes: secureRandom,
    sha256,
    sha384: (data) => using('sha512', (operations) => operations.sha384(data)),
    sha512: (data) => using('sha512', (operations) => operations.sha512(data)),
    hmacSha256: (key, data) => hmac(sha256, key, data),
    aead: (name, key) => using(name, (operations) => operations.aead(name, key)),
    x25519: (key) => using('x25519', (operations) => operations.x25519(key)),
    ed25519Signer: (seed) => using('ed25519', (operations) => operations.ed25519Signer(seed)),
    ed25519Generate: () => using('ed25519', (operations) => operations.ed25519Generate()),
    ed25519Verify: (key, message, signature) =>
      using('ed25519', (operations) => operations.ed25519Verify(key, message, signature)),
    p256Verify: (key, message, signature) =>
      using('p256', (operations) => operations.p256Verify(key, message, signature)),
  };
}

async function passes(operations: SubtleOperations, algorithm: WebAlgorithm): Promise<boolean> {
  try {
    return await SELF_TESTS[algorithm](operations);
  } catch {
    return false;
  }
}

const loadNoble: LoadNoble = async () => (await import('./noble.js')).noblePrimitives;

/** WebCrypto with pure JavaScript behind it. */
export const platform: Primitives = createWebPrimitives(globalThis.crypto?.subtle, loadNoble);
