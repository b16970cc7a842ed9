// How are Intel's signatures verified with WebCrypto, and does this runtime do it correctly? Apart from the rest, because verifying quotes needs nothing else.
import { concat, fromHex } from './bytes.js';
import type { Primitives } from './primitives.js';
import { importPoint, owned } from './web-bytes.js';

export type P256Operations = Pick<Primitives, 'p256Verify'>;

const UNCOMPRESSED = /* @__PURE__ */ Uint8Array.of(4);

export function createSubtleP256(subtle: SubtleCrypto): P256Operations {
  return {
    async p256Verify(publicKey, message, signature) {
      if (publicKey.length !== 64 || signature.length !== 64) return false;
      const curve = { name: 'ECDSA', namedCurve: 'P-256' };
      // Raw, because decoding DER costs engines more than checking the point.
      const key = await importPoint(() =>
        subtle.importKey('raw', concat(UNCOMPRESSED, publicKey), curve, false, ['verify']),
      );
      const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
      return key !== undefined && subtle.verify(algorithm, key, owned(signature), owned(message));
    },
  };
}

// RFC 6979 appendix A.2.5, message "sample"; its s is a high one.
const PUBLIC = fromHex(
  '60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
);
const MESSAGE = fromHex('73616d706c65');
const OTHER_MESSAGE = new Uint8Array(12);
const SIGNATURE = fromHex(
  'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
);

/** True when the published signature verifies and another one does not. */
export async function p256Works(operations: P256Operations): Promise<boolean> {
  return (
    (await operations.p256Verify(PUBLIC, MESSAGE, SIGNATURE)) &&
    !(await operations.p256Verify(PUBLIC, OTHER_MESSAGE, SIGNATURE))
  );
}
