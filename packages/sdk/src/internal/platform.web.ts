// Which cryptography runs in browsers: WebCrypto where a self-test shows it works, else pure JavaScript loaded on demand.
import { keepOnce } from './keep-once.js';
import { loadPart } from './load-part.js';
import type { PostQuantum } from './ml-kem.js';
import type { Primitives, QuotePrimitives } from './primitives.js';
import { secureRandom } from './secure-random.js';
import { hmacSha256, sha256 } from './sha256.js';
import { provenOrFallback } from './web-choice.js';
import { createSubtleP256, p256Works } from './web-p256.js';
import { SELF_TESTS, type WebAlgorithm } from './web-self-tests.js';
import { createSubtlePrimitives } from './web-subtle.js';

/** What a platform must be able to load when WebCrypto lacks an algorithm. */
export type LoadNoble = () => Promise<Primitives>;

type P256Verify = Primitives['p256Verify'];

function createP256Verify(subtle: SubtleCrypto | undefined, loadNoble: LoadNoble): P256Verify {
  const native = subtle === undefined ? undefined : createSubtleP256(subtle);
  const using = provenOrFallback(native, p256Works, loadNoble);
  return (key, message, signature) => using((operations) => operations.p256Verify(key, message, signature));
}

/**
 * Primitives over `subtle`; each algorithm proves itself once, at first use, and is replaced for good if it fails.
 * Without `subtle` (no secure context) everything but SHA-256 comes from `loadNoble`.
 */
export function createWebPrimitives(
  subtle: SubtleCrypto | undefined,
  loadNoble: LoadNoble,
  p256Verify: P256Verify = createP256Verify(subtle, loadNoble),
): Primitives {
  const native = subtle === undefined ? undefined : createSubtlePrimitives(subtle);
  const using = (algorithm: WebAlgorithm) => provenOrFallback(native, SELF_TESTS[algorithm], loadNoble);
  const sha512 = using('sha512');
  const aeads = { 'aes-256-gcm': using('aes-256-gcm'), 'chacha20-poly1305': using('chacha20-poly1305') };
  const x25519 = using('x25519');
  const ed25519 = using('ed25519');
  return {
    name: 'web',
    randomBytes: secureRandom,
    sha256,
    sha384: (data) => sha512((operations) => operations.sha384(data)),
    sha512: (data) => sha512((operations) => operations.sha512(data)),
    hmacSha256,
    aead: (name, key) => aeads[name]((operations) => operations.aead(name, key)),
    x25519: (key) => x25519((operations) => operations.x25519(key)),
    ed25519Signer: (seed) => ed25519((operations) => operations.ed25519Signer(seed)),
    ed25519Generate: () => ed25519((operations) => operations.ed25519Generate()),
    ed25519Verify: (key, message, signature) =>
      ed25519((operations) => operations.ed25519Verify(key, message, signature)),
    p256Verify,
  };
}

const loadNoble: LoadNoble = async () => (await loadPart(() => import('./noble.js'))).noblePrimitives;
const subtle = globalThis.crypto?.subtle;
const p256Verify = /* @__PURE__ */ createP256Verify(subtle, loadNoble);

/** All that verifying a quote needs: a page that does nothing else loads nothing else. */
export const quotePrimitives: QuotePrimitives = { sha256, p256Verify };

/** WebCrypto with pure JavaScript behind it. */
export const platform: Primitives = /* @__PURE__ */ createWebPrimitives(subtle, loadNoble, p256Verify);

const loadJs = async () => (await loadPart(() => import('./ml-kem.js'))).jsPostQuantum;

/** The browser's own ML-KEM where it has one, else JavaScript: a page loads only what it uses. @throws CocoonError `PART_NOT_LOADED` */
export const postQuantum = /* @__PURE__ */ keepOnce<PostQuantum>(async () => {
  if (subtle === undefined || !('encapsulateBits' in subtle)) return loadJs();
  const { createWebPostQuantum } = await loadPart(() => import('./web-ml-kem.js'));
  return createWebPostQuantum(subtle, { loadJs, sha256 });
});
