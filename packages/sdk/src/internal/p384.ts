// How are NVIDIA's signatures verified? WebCrypto, in browsers and in Node, once a self-test showed that it works; else pure JavaScript.
import { concat, fromHex } from './bytes.js';
import type { MaybePromise } from './primitives.js';
import { importPoint, owned } from './web-bytes.js';
import { provenOrFallback } from './web-choice.js';

/** ECDSA P-384 over SHA-384: raw 96-byte uncompressed point without prefix, raw 96-byte r ‖ s. Accepts high s; false for malformed input. */
export interface P384Operations {
  p384Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): MaybePromise<boolean>;
}

export type P384Verify = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => Promise<boolean>;

const POINT_PREFIX = Uint8Array.of(4);

function createSubtleP384(subtle: SubtleCrypto): P384Operations {
  return {
    async p384Verify(publicKey, message, signature) {
      if (publicKey.length !== 96 || signature.length !== 96) return false;
      const curve = { name: 'ECDSA', namedCurve: 'P-384' };
      const point = concat(POINT_PREFIX, publicKey);
      const key = await importPoint(() => subtle.importKey('raw', point, curve, false, ['verify']));
      const algorithm = { name: 'ECDSA', hash: 'SHA-384' };
      return key !== undefined && subtle.verify(algorithm, key, owned(signature), owned(message));
    },
  };
}

// RFC 6979 appendix A.2.6, message "sample" with SHA-384.
const PUBLIC = /* @__PURE__ */ fromHex(
  'ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc138015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720',
);
const MESSAGE = /* @__PURE__ */ fromHex('73616d706c65');
const OTHER_MESSAGE = new Uint8Array(12);
const SIGNATURE = /* @__PURE__ */ fromHex(
  '94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe4699ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8',
);

/** True when the published signature verifies and another one does not. */
export async function p384Works(operations: P384Operations): Promise<boolean> {
  return (
    (await operations.p384Verify(PUBLIC, MESSAGE, SIGNATURE)) &&
    !(await operations.p384Verify(PUBLIC, OTHER_MESSAGE, SIGNATURE))
  );
}

/** Chooses at first use and for good. */
export function createP384Verify(
  subtle: SubtleCrypto | undefined,
  loadNoble: () => Promise<P384Operations>,
): P384Verify {
  const native = subtle === undefined ? undefined : createSubtleP384(subtle);
  const using = provenOrFallback(native, p384Works, loadNoble);
  return (key, message, signature) => using((operations) => operations.p384Verify(key, message, signature));
}

export const p384Verify: P384Verify = /* @__PURE__ */ createP384Verify(
  globalThis.crypto?.subtle,
  async () => (await import('#noble')).nobleP384,
);
