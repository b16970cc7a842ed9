import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex, utf8 } from './bytes.js';
import { noblePrimitives } from './noble.js';
import { platform as node } from './platform.node.js';
import { createWebPrimitives, platform as web } from './platform.web.js';
import type { AeadName, Primitives } from './primitives.js';
import { p256Works } from './web-p256.js';
import { SELF_TESTS } from './web-self-tests.js';
import { createSubtlePrimitives } from './web-subtle.js';

const platforms: Primitives[] = [node, web, noblePrimitives];
const others = [web, noblePrimitives];
const AEADS: AeadName[] = ['aes-256-gcm', 'chacha20-poly1305'];
const SEED = fromHex('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
const P256_PUBLIC = fromHex(
  '60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
);
const P256_HIGH_S = fromHex(
  'efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const refuse = () => Promise.reject(new Error('the fallback must not be loaded'));

describe.each(platforms)('primitives: $name', (primitives) => {
  it('accepts: the published vectors of every algorithm', async () => {
    for (const test of [...Object.values(SELF_TESTS), p256Works]) expect(await test(primitives)).toBe(true);
  });

  it('accepts: the published hashes', async () => {
    expect(toHex(primitives.sha256(utf8('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(toHex(await primitives.sha384(utf8('abc')))).toMatch(/^cb00753f45a35e8bb5a03d699ac65007/);
    expect(toHex(await primitives.sha512(utf8('abc')))).toMatch(/^ddaf35a193617abacc417349ae204131/);
    // RFC 4231, test case 2.
    expect(toHex(primitives.hmacSha256(utf8('Jefe'), utf8('what do ya want for nothing?')))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('accepts: RFC 7748 section 6.1 and RFC 8032 section 7.1, whole', async () => {
    const bob = await primitives.x25519(
      fromHex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'),
    );
    const alice = fromHex('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a');
    expect(toHex(bob.publicKey)).toBe('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f');
    expect(toHex(await bob.agree(alice))).toBe(
      '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
    );
    const signer = await primitives.ed25519Signer(SEED);
    expect(toHex(signer.publicKey)).toBe('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
    const signature =
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b';
    expect(toHex(await signer.sign(new Uint8Array(0)))).toBe(signature);
    expect(await primitives.ed25519Verify(signer.publicKey, new Uint8Array(0), fromHex(signature))).toBe(
      true,
    );
    const empty = new Uint8Array(0);
    for (const [name, tag] of [
      ['aes-256-gcm', '530f8afbc74536b9a963b4f1c4cb738b'],
      ['chacha20-poly1305', '4eb972c9a8fb3a1b382bb4d36f5ffad1'],
    ] as const) {
      const aead = await primitives.aead(name, new Uint8Array(32));
      expect(toHex(await aead.seal(new Uint8Array(12), empty, empty))).toBe(tag);
    }
  });

  it.each(AEADS)('rejects: any flipped bit of a message, its nonce or its context (%s)', async (name) => {
    const aead = await primitives.aead(name, new Uint8Array(32).fill(1));
    const nonce = new Uint8Array(12).fill(2);
    const context = utf8('context');
    const sealed = await aead.seal(nonce, context, utf8('text'));
    expect(await aead.open(nonce, context, sealed)).toEqual(utf8('text'));
    const flip = (value: Uint8Array, bit: number) =>
      value.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    const opens = async (...[n, c, s]: [Uint8Array, Uint8Array, Uint8Array]) => aead.open(n, c, s);
    for (let bit = 0; bit < sealed.length * 8; bit += 3)
      await expect(opens(nonce, context, flip(sealed, bit))).rejects.toThrow();
    await expect(opens(flip(nonce, 5), context, sealed)).rejects.toThrow();
    await expect(opens(nonce, flip(context, 5), sealed)).rejects.toThrow();
    await expect(opens(nonce, context, sealed.subarray(0, 15))).rejects.toThrow();
  });

  it('rejects: a public key of small order', async () => {
    for (const point of [new Uint8Array(32), new Uint8Array(32).map((_, i) => (i === 0 ? 1 : 0))]) {
      await expect((async () => (await primitives.x25519(SEED)).agree(point))()).rejects.toThrow();
    }
  });

  it('accepts: an ECDSA signature with a high s, and rejects it over another message or key', async () => {
    expect(await primitives.p256Verify(P256_PUBLIC, utf8('sample'), P256_HIGH_S)).toBe(true);
    expect(await primitives.p256Verify(P256_PUBLIC, utf8('simple'), P256_HIGH_S)).toBe(false);
    const offCurve = P256_PUBLIC.map((byte, i) => (i === 63 ? byte ^ 1 : byte));
    expect(await primitives.p256Verify(offCurve, utf8('sample'), P256_HIGH_S)).toBe(false);
    expect(await primitives.p256Verify(P256_PUBLIC.subarray(1), utf8('sample'), P256_HIGH_S)).toBe(false);
    expect(await primitives.p256Verify(P256_PUBLIC, utf8('sample'), P256_HIGH_S.subarray(1))).toBe(false);
    expect(await primitives.p256Verify(P256_PUBLIC, utf8('sample'), new Uint8Array(64))).toBe(false);
  });

  it('rejects: malformed Ed25519 keys and signatures without an exception', async () => {
    const signer = await primitives.ed25519Signer(SEED);
    const signature = await signer.sign(utf8('text'));
    expect(await primitives.ed25519Verify(signer.publicKey, utf8('text'), signature)).toBe(true);
    expect(await primitives.ed25519Verify(signer.publicKey, utf8('test'), signature)).toBe(false);
    expect(await primitives.ed25519Verify(signer.publicKey.subarray(1), utf8('text'), signature)).toBe(false);
    expect(await primitives.ed25519Verify(signer.publicKey, utf8('text'), signature.subarray(1))).toBe(false);
    expect(await primitives.ed25519Verify(new Uint8Array(32).fill(0xff), utf8('text'), signature)).toBe(
      false,
    );
    // s + L, the malleable twin of the same signature.
    const order = fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010');
    const twin = signature.slice();
    for (let i = 0, carry = 0; i < 32; i++) {
      const sum = (twin[32 + i] ?? 0) + (order[i] ?? 0) + carry;
      twin[32 + i] = sum & 0xff;
      carry = sum >> 8;
    }
    expect(await primitives.ed25519Verify(signer.publicKey, utf8('text'), twin)).toBe(false);
  });

  it('accepts: what a generated key signed', async () => {
    const signer = await primitives.ed25519Generate();
    expect(signer.publicKey).toHaveLength(32);
    expect(await node.ed25519Verify(signer.publicKey, utf8('text'), await signer.sign(utf8('text')))).toBe(
      true,
    );
  });

  it('fills any length with random bytes', () => {
    expect(primitives.randomBytes(0)).toHaveLength(0);
    const long = primitives.randomBytes(200_000);
    expect(long).toHaveLength(200_000);
    expect(long.subarray(199_900).some((byte) => byte !== 0)).toBe(true);
  });
});

describe('all platforms give the same bytes', () => {
  it.each(others)('$name equals node', async (other) => {
    const property = fc.asyncProperty(
      bytes(32),
      bytes(32),
      bytes(12),
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 2000 }),
      async (key, peerKey, nonce, context, text) => {
        for (const name of AEADS) {
          const expected = await (await node.aead(name, key)).seal(nonce, context, text);
          const aead = await other.aead(name, key);
          expect(await aead.seal(nonce, context, text)).toEqual(expected);
          expect(await aead.open(nonce, context, expected)).toEqual(text);
        }
        const peer = await node.x25519(peerKey);
        expect((await other.x25519(peerKey)).publicKey).toEqual(peer.publicKey);
        const [own, theirs] = [await node.x25519(key), await other.x25519(key)];
        expect(await theirs.agree(peer.publicKey)).toEqual(await own.agree(peer.publicKey));
        const signer = await other.ed25519Signer(key);
        const reference = await node.ed25519Signer(key);
        expect(signer.publicKey).toEqual(reference.publicKey);
        expect(await signer.sign(text)).toEqual(await reference.sign(text));
        expect(other.sha256(text)).toEqual(node.sha256(text));
        expect(await other.sha384(text)).toEqual(await node.sha384(text));
        expect(await other.sha512(text)).toEqual(await node.sha512(text));
        expect(other.hmacSha256(key, text)).toEqual(node.hmacSha256(key, text));
      },
    );
    await fc.assert(property, { numRuns: 15 });
  });
});

describe('the fallback in browsers', () => {
  const subtle = globalThis.crypto.subtle;

  /** A WebCrypto that lacks one algorithm, or computes it wrongly. */
  function broken(method: keyof SubtleCrypto, instead: (...args: unknown[]) => unknown): SubtleCrypto {
    return new Proxy(subtle, {
      get: (target, name) => {
        if (name === method) return instead;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  it('accepts: everything without WebCrypto, as in a page that is no secure context', async () => {
    const primitives = createWebPrimitives(undefined, async () => noblePrimitives);
    for (const test of [...Object.values(SELF_TESTS), p256Works]) expect(await test(primitives)).toBe(true);
  });

  it('uses WebCrypto alone where it passes its self-test', async () => {
    const primitives = createWebPrimitives(subtle, refuse);
    for (const name of ['sha512', 'aes-256-gcm', 'x25519', 'ed25519'] as const) {
      expect(await SELF_TESTS[name](primitives)).toBe(true);
    }
    expect(await p256Works(primitives)).toBe(true);
  });

  it('replaces an algorithm that answers wrongly, and only that one', async () => {
    let loads = 0;
    const lying = broken('deriveBits', async () => new ArrayBuffer(32).slice(0));
    const primitives = createWebPrimitives(lying, async () => {
      loads++;
      return noblePrimitives;
    });
    expect(await SELF_TESTS.ed25519(primitives)).toBe(true);
    expect(loads).toBe(0);
    expect(await SELF_TESTS.x25519(primitives)).toBe(true);
    expect(loads).toBe(1);
    await primitives.x25519(SEED);
    expect(loads).toBe(1);
  });

  it('replaces hashes that are wrong', async () => {
    const lying = broken('digest', async () => new ArrayBuffer(64));
    const primitives = createWebPrimitives(lying, async () => noblePrimitives);
    expect(await primitives.sha384(utf8('abc'))).toEqual(await noblePrimitives.sha384(utf8('abc')));
    expect(await primitives.sha512(utf8('abc'))).toEqual(await noblePrimitives.sha512(utf8('abc')));
  });

  it('replaces verification that says yes to everything', async () => {
    const primitives = createWebPrimitives(
      broken('verify', async () => true),
      async () => noblePrimitives,
    );
    const signer = await primitives.ed25519Signer(SEED);
    expect(await primitives.ed25519Verify(signer.publicKey, utf8('text'), new Uint8Array(64))).toBe(false);
    expect(await primitives.p256Verify(P256_PUBLIC, utf8('simple'), P256_HIGH_S)).toBe(false);
  });

  it('rejects: an all-zero shared secret that WebCrypto itself let through', async () => {
    const careless = createSubtlePrimitives(broken('deriveBits', async () => new ArrayBuffer(32)));
    await expect((async () => careless.x25519(SEED))()).rejects.toThrow('all-zero');
  });

  it.each([
    ['sha512', { sha512: async () => new Uint8Array(64) }],
    ['sha512', { sha384: async () => new Uint8Array(48) }],
    ['aes-256-gcm', { aead: () => noblePrimitives.aead('chacha20-poly1305', new Uint8Array(32)) }],
    ['x25519', { x25519: async () => noblePrimitives.x25519(SEED) }],
    ['ed25519', { ed25519Signer: async () => noblePrimitives.ed25519Signer(new Uint8Array(32)) }],
    ['ed25519', { ed25519Verify: (): boolean => true }],
    ['ed25519', { ed25519Verify: (): boolean => false }],
  ] as const)('rejects: a wrong %s at its self-test', async (name, wrong) => {
    expect(await SELF_TESTS[name](noblePrimitives)).toBe(true);
    expect(await SELF_TESTS[name]({ ...noblePrimitives, ...wrong })).toBe(false);
  });

  it('asks again for a chunk that could not be loaded', async () => {
    let loads = 0;
    const primitives = createWebPrimitives(undefined, async () => {
      if (loads++ === 0) throw new Error('offline');
      return noblePrimitives;
    });
    await expect((async () => primitives.x25519(SEED))()).rejects.toThrow('offline');
    expect((await primitives.x25519(SEED)).publicKey).toHaveLength(32);
  });

  it('privacy: a generated key cannot be exported', async () => {
    let extractable: boolean | undefined;
    const watched = broken('generateKey', async (...args: unknown[]) => {
      extractable = args[1] === true;
      return subtle.generateKey('Ed25519', false, ['sign', 'verify']);
    });
    await createWebPrimitives(watched, refuse).ed25519Generate();
    expect(extractable).toBe(false);
  });
});
