import { readFileSync } from 'node:fs';
import { Aes256Gcm, CipherSuite as CoreSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from 'hpke';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex, utf8 } from '../internal/bytes.js';
import { noblePrimitives } from '../internal/noble.js';
import { platform as node } from '../internal/platform.node.js';
import { platform as web } from '../internal/platform.web.js';
import { createDhkemX25519 } from './dhkem-x25519.js';
import { createSuite } from './suites.js';
import { createXWing } from './x-wing.js';

const platforms = [node, web, noblePrimitives];
const INFO = utf8('info');
const CONTEXT = utf8('context');
const TEXT = utf8('a text of no importance');

interface XWingVector {
  seed: string;
  eseed: string;
  pk: string;
  ct: string;
  ss: string;
}

interface HpkeVector {
  kdf_id: number;
  info: string;
  ikmE: string;
  skRm: string;
  pkRm: string;
  enc: string;
  shared_secret: string;
  encryptions: { aad: string; ct: string; pt: string }[];
  exports: { exporter_context: string; L: number; exported_value: string }[];
}

function vectors<T>(name: string): T[] {
  const value: unknown = JSON.parse(
    readFileSync(new URL(`../../spec/vectors/hpke/${name}`, import.meta.url), 'utf8'),
  );
  if (!Array.isArray(value) || value.length === 0) throw new Error(`no vectors in ${name}`);
  return value;
}

/** Random bytes from a list, each used once. */
function fixed(...chunks: Uint8Array[]) {
  return (length: number) => {
    const next = chunks.shift();
    if (next?.length !== length) throw new Error(`wanted ${length} random bytes, had ${next?.length}`);
    return next;
  };
}

describe.each(platforms)('X-Wing on $name', (primitives) => {
  const kem = createXWing(primitives);

  it.each(vectors<XWingVector>('x-wing-kem.json'))(
    'accepts: draft-connolly-cfrg-xwing-kem, seed $seed',
    async (vector) => {
      const pair = await kem.keyPair(fromHex(vector.seed));
      expect(toHex(pair.publicKey.publicKey)).toBe(vector.pk);
      const recipient = await kem.publicKey(fromHex(vector.pk));
      const { encapsulated, sharedSecret } = await recipient.encapsulate(fromHex(vector.eseed));
      expect(toHex(encapsulated)).toBe(vector.ct);
      expect(toHex(sharedSecret)).toBe(vector.ss);
      expect(toHex(await pair.decapsulate(fromHex(vector.ct)))).toBe(vector.ss);
    },
  );

  it.each(vectors<HpkeVector>('hpke-pq-0x647a.json'))(
    'accepts: the KEM of draft-ietf-hpke-pq, KDF $kdf_id',
    async (vector) => {
      const pair = await kem.keyPair(fromHex(vector.skRm));
      expect(toHex(pair.publicKey.publicKey)).toBe(vector.pkRm);
      const { encapsulated, sharedSecret } = await pair.publicKey.encapsulate(fromHex(vector.ikmE));
      expect(toHex(encapsulated)).toBe(vector.enc);
      expect(toHex(sharedSecret)).toBe(vector.shared_secret);
      expect(toHex(await pair.decapsulate(encapsulated))).toBe(vector.shared_secret);
    },
  );

  it.each(vectors<HpkeVector>('hpke-pq-0x647a.json').filter((vector) => vector.kdf_id === 1))(
    'accepts: whole HPKE of draft-ietf-hpke-pq with HKDF-SHA256 and ChaCha20-Poly1305',
    async (vector) => {
      const { hpke } = createSuite(2, primitives);
      const info = fromHex(vector.info);
      const random = fixed(fromHex(vector.ikmE));
      const sender = await hpke.sender(await kem.publicKey(fromHex(vector.pkRm)), { info, random });
      expect(toHex(sender.encapsulation)).toBe(vector.enc);
      const encapsulation = fromHex(vector.enc);
      const recipient = await hpke.recipient(await kem.keyPair(fromHex(vector.skRm)), {
        info,
        encapsulation,
      });
      for (const { aad, ct, pt } of vector.encryptions) {
        expect(toHex(await sender.context.messages.seal(fromHex(aad), fromHex(pt)))).toBe(ct);
        expect(toHex(await recipient.messages.open(fromHex(aad), fromHex(ct)))).toBe(pt);
      }
      for (const { exporter_context, L, exported_value } of vector.exports) {
        expect(toHex(sender.context.export(fromHex(exporter_context), L))).toBe(exported_value);
        expect(toHex(recipient.export(fromHex(exporter_context), L))).toBe(exported_value);
      }
    },
  );

  it('rejects: keys, seeds and ciphertexts of another length', async () => {
    const pair = await kem.keyPair(new Uint8Array(32).fill(7));
    await expect((async () => kem.publicKey(new Uint8Array(1215)))()).rejects.toThrow(RangeError);
    await expect((async () => kem.keyPair(new Uint8Array(31)))()).rejects.toThrow(RangeError);
    await expect((async () => pair.decapsulate(new Uint8Array(1119)))()).rejects.toThrow(RangeError);
    await expect((async () => pair.publicKey.encapsulate(new Uint8Array(63)))()).rejects.toThrow(RangeError);
  });

  it('rejects: a public key with coefficients outside the field (FIPS 203 section 7.2)', async () => {
    const pair = await kem.keyPair(new Uint8Array(32).fill(7));
    const bad = pair.publicKey.publicKey.slice();
    bad.fill(0xff, 0, 3);
    await expect((async () => kem.publicKey(bad))()).rejects.toThrow();
  });

  it('gives an unrelated secret for a tampered ciphertext', async () => {
    const pair = await kem.keyPair(new Uint8Array(32).fill(7));
    const { encapsulated, sharedSecret } = await pair.publicKey.encapsulate(new Uint8Array(64).fill(9));
    for (const position of [0, 500, 1087, 1088, 1118]) {
      const changed = encapsulated.map((byte, i) => (i === position ? byte ^ 1 : byte));
      expect(await pair.decapsulate(changed)).not.toEqual(sharedSecret);
    }
  });
});

describe.each(platforms)('DHKEM(X25519) on $name', (primitives) => {
  it('accepts: RFC 9180 appendix A.1.1', async () => {
    const kem = createDhkemX25519(primitives);
    const seed = fromHex('4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8');
    const pair = await kem.keyPair(seed);
    expect(toHex(pair.publicKey.publicKey)).toBe(
      '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d',
    );
    const { encapsulated, sharedSecret } = await pair.publicKey.encapsulate(
      fromHex('7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234'),
    );
    expect(toHex(encapsulated)).toBe('37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431');
    expect(toHex(sharedSecret)).toBe('fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc');
    expect(await pair.decapsulate(encapsulated)).toEqual(sharedSecret);
  });
});

describe.each(platforms)('suite 3 on $name against other implementations', (primitives) => {
  const { hpke: ours, kem } = createSuite(3, primitives);
  const random = primitives.randomBytes;
  const core = new CoreSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  });
  const theirs = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);

  it('accepts: what @hpke/core sealed, and the other way round', async () => {
    const pair = await core.kem.generateKeyPair();
    const publicKey = new Uint8Array(await core.kem.serializePublicKey(pair.publicKey));
    const sent = await ours.sender(await kem.publicKey(publicKey), { info: INFO, random });
    const recipient = await core.createRecipientContext({
      recipientKey: pair,
      enc: new Uint8Array(sent.encapsulation),
      info: INFO,
    });
    for (const text of [TEXT, new Uint8Array(0), TEXT]) {
      const sealed = new Uint8Array(await sent.context.messages.seal(CONTEXT, text));
      expect(new Uint8Array(await recipient.open(sealed, CONTEXT))).toEqual(text);
    }
    expect(new Uint8Array(await recipient.export(CONTEXT, 32))).toEqual(sent.context.export(CONTEXT, 32));

    const own = await kem.keyPair(random(32));
    const sender = await core.createSenderContext({
      recipientPublicKey: await core.kem.deserializePublicKey(new Uint8Array(own.publicKey.publicKey)),
      info: INFO,
    });
    const encapsulation = new Uint8Array(sender.enc);
    const context = await ours.recipient(own, { info: INFO, encapsulation });
    for (const text of [TEXT, new Uint8Array(0), TEXT]) {
      const sealed = new Uint8Array(await sender.seal(new Uint8Array(text), CONTEXT));
      expect(await context.messages.open(CONTEXT, sealed)).toEqual(text);
    }
    expect(context.export(CONTEXT, 44)).toEqual(new Uint8Array(await sender.export(CONTEXT, 44)));
  });

  it('accepts: what the hpke package sealed, and the other way round', async () => {
    const pair = await theirs.GenerateKeyPair(true);
    const publicKey = await kem.publicKey(await theirs.SerializePublicKey(pair.publicKey));
    const { encapsulation, context } = await ours.sender(publicKey, { info: INFO, random });
    const sealed = await context.messages.seal(CONTEXT, TEXT);
    expect(await theirs.Open(pair, encapsulation, sealed, { aad: CONTEXT, info: INFO })).toEqual(TEXT);

    const own = await kem.keyPair(random(32));
    const ownPublic = await theirs.DeserializePublicKey(own.publicKey.publicKey);
    const back = await theirs.Seal(ownPublic, TEXT, { aad: CONTEXT, info: INFO });
    const recipient = await ours.recipient(own, { info: INFO, encapsulation: back.encapsulatedSecret });
    expect(await recipient.messages.open(CONTEXT, back.ciphertext)).toEqual(TEXT);
  });
});

describe.each([1, 2, 3])('suite %i', (id) => {
  const { hpke, kem } = createSuite(id, node);
  const seed = new Uint8Array(32).fill(id);

  it('gives the same bytes on every platform', async () => {
    const outputs = await Promise.all(
      platforms.map(async (primitives) => {
        const random = (length: number) => new Uint8Array(length).map((_, i) => i + id);
        const suite = createSuite(id, primitives);
        const { publicKey } = await suite.kem.keyPair(seed);
        const { encapsulation, context } = await suite.hpke.sender(publicKey, { info: INFO, random });
        const sealed = await context.messages.seal(CONTEXT, TEXT);
        return [encapsulation, sealed, context.export(CONTEXT, 32)].map(toHex);
      }),
    );
    expect(new Set(outputs.map((output) => output.join())).size).toBe(1);
  });

  it('rejects: another key, info, additional data, order, encapsulation or ciphertext', async () => {
    const pair = await kem.keyPair(seed);
    const options = { info: INFO, random: node.randomBytes };
    const { encapsulation, context } = await hpke.sender(pair.publicKey, options);
    const sealed = await context.messages.seal(CONTEXT, TEXT);
    const second = await context.messages.seal(CONTEXT, TEXT);
    const open = async (changes: {
      key?: typeof pair;
      info?: Uint8Array;
      encapsulation?: Uint8Array;
      context?: Uint8Array;
      sealed?: Uint8Array;
    }) => {
      const recipient = await hpke.recipient(changes.key ?? pair, {
        info: changes.info ?? INFO,
        encapsulation: changes.encapsulation ?? encapsulation,
      });
      return recipient.messages.open(changes.context ?? CONTEXT, changes.sealed ?? sealed);
    };
    const flipped = (bytes: Uint8Array) => bytes.map((byte, i) => (i === 5 ? byte ^ 1 : byte));
    expect(await open({})).toEqual(TEXT);
    await expect(open({ key: await kem.keyPair(new Uint8Array(32).fill(99)) })).rejects.toThrow();
    await expect(open({ info: utf8('other') })).rejects.toThrow();
    await expect(open({ context: utf8('other') })).rejects.toThrow();
    await expect(open({ sealed: second })).rejects.toThrow();
    await expect(open({ sealed: flipped(sealed) })).rejects.toThrow();
    await expect(open({ encapsulation: flipped(encapsulation) })).rejects.toThrow();
    await expect(open({ encapsulation: encapsulation.subarray(1) })).rejects.toThrow();
  });
});

it('rejects: a suite nobody knows', () => {
  for (const id of [0, 4, 1.5]) {
    expect(() => createSuite(id, node)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_SUITE' }));
  }
});
