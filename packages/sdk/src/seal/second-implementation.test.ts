// Reads the vectors with nothing of this package: PROTOCOL.md written down a second time over @hpke/core, @noble/post-quantum's own
// X-Wing and node:crypto. A label, order or length that differs between text and code fails here.
import { createDecipheriv, createHash, createHmac, createPublicKey, hkdfSync, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { ml_kem768_x25519 } from '@noble/post-quantum/hybrid.js';
import { describe, expect, it } from 'vitest';

type Vector = Record<string, unknown>;
const hex = (value: unknown): Buffer => {
  if (typeof value !== 'string') throw new Error('expected hex');
  return Buffer.from(value, 'hex');
};
const load = (name: string): Vector =>
  JSON.parse(readFileSync(new URL(`../../spec/vectors/${name}`, import.meta.url), 'utf8'));
const member = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce((inner: unknown, key) => Reflect.get(Object(inner), key), value);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const H = (label: string, ...parts: Uint8Array[]) => sha256(Buffer.from(label), Buffer.of(0), ...parts);
const u16 = (value: number) => Buffer.of(value >> 8, value & 255);

/** The value of one field of a TLV document. */
function field(document: Buffer, wanted: number): Buffer {
  for (let at = 0; at < document.length; ) {
    const [tag, length] = [document.readUInt16BE(at), document.readUInt32BE(at + 2)];
    if (tag === wanted) return document.subarray(at + 6, at + 6 + length);
    at += 6 + length;
  }
  throw new Error(`no field ${wanted}`);
}

function openAead(suite: unknown, keyAndNonce: Buffer, counter: number, aad: Buffer, sealed: Buffer): Buffer {
  const nonce = Buffer.from(keyAndNonce.subarray(32, 44));
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ counter) >>> 0, 8);
  const key = keyAndNonce.subarray(0, 32);
  const options = { authTagLength: 16 };
  const decipher =
    suite === 2
      ? createDecipheriv('chacha20-poly1305', key, nonce, options)
      : createDecipheriv('aes-256-gcm', key, nonce, options);
  const length = sealed.length - 16;
  decipher.setAAD(aad, { plaintextLength: length });
  decipher.setAuthTag(sealed.subarray(length));
  return Buffer.concat([decipher.update(sealed.subarray(0, length)), decipher.final()]);
}

const unpad = (plain: Buffer) => plain.subarray(4, 4 + plain.readUInt32BE(0));

interface Opened {
  exported: Buffer;
  plaintext: Buffer;
  answerSecret(encapsulated: Buffer): Promise<Buffer>;
}

/** RFC 9180 key schedule of mode base, written out for X-Wing. */
function keySchedule(secret: Uint8Array, info: Buffer, aeadId: number) {
  const suiteId = Buffer.concat([Buffer.from('HPKE'), u16(0x647a), u16(1), u16(aeadId)]);
  const extract = (salt: Buffer, label: string, ikm: Uint8Array) =>
    createHmac('sha256', salt.length === 0 ? Buffer.alloc(32) : salt)
      .update(Buffer.concat([Buffer.from('HPKE-v1'), suiteId, Buffer.from(label), ikm]))
      .digest();
  const expand = (prk: Buffer, label: string, context: Buffer, length: number) => {
    const labeled = Buffer.concat([
      u16(length),
      Buffer.from('HPKE-v1'),
      suiteId,
      Buffer.from(label),
      context,
    ]);
    const hmac = (...parts: Uint8Array[]) => createHmac('sha256', prk).update(Buffer.concat(parts)).digest();
    const first = hmac(labeled, Buffer.of(1));
    return Buffer.concat([first, hmac(first, labeled, Buffer.of(2))]).subarray(0, length);
  };
  const none = Buffer.alloc(0);
  const context = Buffer.concat([
    Buffer.of(0),
    extract(none, 'psk_id_hash', none),
    extract(none, 'info_hash', info),
  ]);
  const prk = extract(Buffer.from(secret), 'secret', none);
  return {
    keyAndNonce: Buffer.concat([expand(prk, 'key', context, 32), expand(prk, 'base_nonce', context, 12)]),
    export: (label: string, length: number) =>
      expand(expand(prk, 'exp', context, 32), 'sec', Buffer.from(label), length),
  };
}

async function openWrap(suite: number, request: Vector, index: number): Promise<Opened> {
  const seeds = member(load('seal/machines.json'), 'machines', index, 'seeds');
  const digest = hex(member(load('seal/machines.json'), 'machines', index, 'digest'));
  const info = Buffer.concat([Buffer.from('ck1 req'), Buffer.of(0), digest]);
  const wrap = hex(member(request, 'wraps', index));
  const aad = hex(request['coreHash']);
  const answerSeed = hex(member(request, 'random', 'answerKeySeed'));
  if (suite === 3) {
    const hpke = new CipherSuite({
      kem: new DhkemX25519HkdfSha256(),
      kdf: new HkdfSha256(),
      aead: new Aes256Gcm(),
    });
    const key = (seed: Buffer) => hpke.kem.importKey('raw', new Uint8Array(seed).buffer, false);
    const recipientKey = await key(hex(member(seeds, 'classicalSeed')));
    const enc = new Uint8Array(wrap.subarray(0, 32)).buffer;
    const context = await hpke.createRecipientContext({ recipientKey, enc, info: new Uint8Array(info) });
    const exported = Buffer.from(await context.export(new TextEncoder().encode('ck1 resp'), 32));
    const plaintext = Buffer.from(await context.open(new Uint8Array(wrap.subarray(32)), new Uint8Array(aad)));
    const answerSecret = async (encapsulated: Buffer) => {
      const recipient = await key(answerSeed);
      return Buffer.from(
        await hpke.kem.decap({ recipientKey: recipient, enc: new Uint8Array(encapsulated).buffer }),
      );
    };
    return { exported, plaintext, answerSecret };
  }
  const decapsulate = (seed: Buffer, encapsulated: Buffer) =>
    ml_kem768_x25519.decapsulate(
      new Uint8Array(encapsulated),
      ml_kem768_x25519.keygen(new Uint8Array(seed)).secretKey,
    );
  const schedule = keySchedule(
    decapsulate(hex(member(seeds, 'kemSeed')), wrap.subarray(0, 1120)),
    info,
    suite === 2 ? 3 : 2,
  );
  return {
    exported: schedule.export('ck1 resp', 32),
    plaintext: openAead(suite, schedule.keyAndNonce, 0, aad, wrap.subarray(1120)),
    answerSecret: async (encapsulated) => Buffer.from(decapsulate(answerSeed, encapsulated)),
  };
}

function signed(publicKey: Buffer, label: string, document: Buffer, signature: Buffer): boolean {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') };
  return verify(null, H(label, document), createPublicKey({ key: jwk, format: 'jwk' }), signature);
}

describe.each([1, 2, 3])('a second implementation, suite %i', (suite) => {
  const request = load(`seal/request-suite-${suite}.json`);
  const answer = load(`frames/answer-suite-${suite}.json`);
  const core = hex(request['core']);
  const coreHash = H('ck1 core', core);

  it.each([0, 1])('opens the wrap of candidate %i and the body', async (index) => {
    expect(coreHash).toEqual(hex(request['coreHash']));
    const { plaintext: dataKey } = await openWrap(suite, request, index);
    expect(dataKey).toEqual(hex(member(request, 'random', 'dataKey')));
    const requestId = field(core, 6);
    const commitment = createHmac('sha256', dataKey).update(
      Buffer.concat([Buffer.from('ck1 commit'), Buffer.of(0), requestId]),
    );
    expect(commitment.digest()).toEqual(field(core, 36));
    const body = hex(request['body']);
    expect(sha256(body)).toEqual(field(core, 34));
    const info = Buffer.concat([Buffer.from('ck1 body'), Buffer.of(0), u16(suite)]);
    const keys = Buffer.from(hkdfSync('sha256', dataKey, requestId, info, 44));
    const inner = unpad(openAead(suite, keys, 0, Buffer.of(1), body));
    expect(field(inner, 4)).toEqual(hex(request['json']));
    expect(sha256(hex(member(request, 'random', 'cancelToken')))).toEqual(field(core, 38));
    expect(sha256(hex(member(request, 'random', 'resumeToken')))).toEqual(field(core, 40));
  });

  it('reads the answer to its end and checks the bill', async () => {
    const { exported, answerSecret } = await openWrap(suite, request, 0);
    const head = hex(answer['head']).subarray(5);
    const encapsulation = hex(member(request, 'wraps', 0)).subarray(0, suite === 3 ? 32 : 1120);
    const salt = Buffer.concat([sha256(encapsulation), head.subarray(32, 64)]);
    const ikm = Buffer.concat([exported, await answerSecret(head.subarray(64))]);
    const info = Buffer.concat([Buffer.from('ck1 resp'), Buffer.of(0), u16(suite), coreHash, sha256(head)]);
    const keys = Buffer.from(hkdfSync('sha256', ikm, salt, info, 44));
    let transcript = H('ck1 tr', coreHash, head);
    expect(transcript).toEqual(hex(answer['transcriptStart']));
    const contents: Buffer[] = [];
    for (const [i, frame] of list(answer['frames']).entries()) {
      const record = hex(member(frame, 'record'));
      const payload = record.subarray(5);
      const content = unpad(openAead(suite, keys, i, payload.subarray(0, 1), payload.subarray(1)));
      contents.push(content);
      if (member(frame, 'type') === 'final') break;
      transcript = sha256(transcript, record);
      expect(transcript).toEqual(hex(member(frame, 'transcript')));
      if (member(frame, 'type') === 'data') expect(content).toEqual(hex(member(frame, 'content')));
    }
    const final = contents.at(-1) ?? Buffer.alloc(0);
    const receipt = field(final, 2);
    expect(receipt).toEqual(hex(answer['receipt']));
    expect(field(receipt, 10)).toEqual(transcript);
    expect(field(receipt, 12).readUInt32BE(0)).toBe(contents.length - 1);
    expect(field(receipt, 28)).toEqual(H('ck1 receipt-private', field(final, 6)));
    const manifest = hex(member(load('seal/machines.json'), 'machines', 0, 'manifest'));
    expect(signed(field(manifest, 14), 'ck1 receipt', receipt, field(final, 4))).toBe(true);
    expect(field(receipt, 14)).toEqual(H('ck1 manifest', manifest));
  });
});

describe('a second implementation, money', () => {
  it('counts the same tokens and the same nanoTON', () => {
    const vectors = load('prices/prices.json');
    for (const entry of list(vectors['cases'])) {
      const table = member(vectors, 'tables', String(member(entry, 'table')));
      const count = (name: string) => BigInt(String(member(entry, 'usage', name)));
      const term = (n: bigint, multiplier: string) =>
        (n * BigInt(String(member(entry, 'coefficient'))) * BigInt(String(member(table, multiplier)))) /
        10n ** 7n;
      const tokens =
        term(count('prompt') - count('cached'), 'promptMultiplier') +
        term(count('cached'), 'cachedMultiplier') +
        term(count('completion') - count('reasoning'), 'completionMultiplier') +
        term(count('reasoning'), 'reasoningMultiplier');
      expect(tokens.toString()).toBe(member(entry, 'tokens'));
      const client = tokens * BigInt(String(member(table, 'pricePerToken')));
      const worker = tokens * BigInt(String(member(table, 'workerPerToken')));
      expect([client, worker, client - worker].map(String)).toEqual(
        ['client', 'worker', 'proxy'].map((name) => member(entry, name)),
      );
    }
  });

  it('reads grants and their authorization', () => {
    const vector = load('seal/grants.json');
    const grants = list(vector['grants']).map((entry) => {
      const [grant, signature] = [hex(member(entry, 'grant')), hex(member(entry, 'signature'))];
      expect(signed(field(grant, 6), 'ck1 grant', grant, signature)).toBe(true);
      return { grant, signature };
    });
    const tlv = (tag: number, value: Buffer) => {
      const head = Buffer.alloc(6);
      head.writeUInt16BE(tag, 0);
      head.writeUInt32BE(value.length, 2);
      return Buffer.concat([head, value]);
    };
    const chain = Buffer.concat(
      grants.flatMap(({ grant, signature }) => {
        const item = Buffer.concat([tlv(2, grant), tlv(4, signature)]);
        const length = Buffer.alloc(4);
        length.writeUInt32BE(item.length, 0);
        return [length, item];
      }),
    );
    const last = grants.at(-1)?.grant ?? Buffer.alloc(0);
    const message = Buffer.concat([hex(vector['coreHash']), field(last, 4), sha256(chain)]);
    expect(signed(field(last, 8), 'ck1 auth', message, hex(vector['authorization']))).toBe(true);
  });
});

describe('a second implementation, proxy and channel', () => {
  const machines = load('seal/machines.json');
  const [worker, proxy] = [0, 2].map((index) => ({
    digest: hex(member(machines, 'machines', index, 'digest')),
    kemSeed: hex(member(machines, 'machines', index, 'seeds', 'kemSeed')),
  }));
  if (worker === undefined || proxy === undefined) throw new Error('no machines');

  function openSealed(to: { digest: Buffer; kemSeed: Buffer }, label: string, sealed: Buffer, aad: Buffer) {
    const { secretKey } = ml_kem768_x25519.keygen(new Uint8Array(to.kemSeed));
    const secret = ml_kem768_x25519.decapsulate(new Uint8Array(sealed.subarray(0, 1120)), secretKey);
    const schedule = keySchedule(secret, Buffer.concat([Buffer.from(label), Buffer.of(0), to.digest]), 2);
    return { schedule, plaintext: openAead(1, schedule.keyAndNonce, 0, aad, sealed.subarray(1120)) };
  }

  it.each([
    ['seal/envelope.json', 'ck1 env', 1],
    ['seal/control.json', 'ck1 ctl', 2],
  ] as const)('opens %s and reads its answers', (name, label, type) => {
    const vector = load(name);
    const message = hex(vector['message']);
    expect(message.subarray(0, 6)).toEqual(Buffer.concat([Buffer.from('CK1'), Buffer.of(type), u16(1)]));
    const headLength = 12 + message.readUInt16BE(6);
    expect(message.length).toBe(headLength + message.readUInt32BE(8));
    const [head, sealed] = [message.subarray(0, headLength), message.subarray(headLength)];
    const { schedule, plaintext } = openSealed(proxy, label, sealed, head);
    const document = unpad(plaintext);
    const authorization = field(document, 6);
    expect(field(authorization, 6)).toEqual(hex(vector['authorization']));
    const account = field(authorization, 2);
    const grants = sha256(field(authorization, 4));
    const wallet = field(account, 2);
    const payer = H('ck1 account', wallet, field(account, 4));
    if (type === 1) {
      const request = load('seal/request-suite-1.json');
      expect(field(document, 2)).toEqual(hex(request['core']));
      expect(field(document, 4)).toEqual(Buffer.concat(list(request['wraps']).map(hex)));
      expect(payer).toEqual(hex(vector['accountId']));
      const signedBytes = Buffer.concat([hex(request['coreHash']), payer, grants]);
      expect(signed(wallet, 'ck1 auth', signedBytes, field(authorization, 6))).toBe(true);
    } else {
      const operation = field(document, 2);
      const question = sha256(Buffer.of(operation.length), operation, field(document, 4));
      const signedBytes = Buffer.concat([sha256(sealed.subarray(0, 1120)), question, payer, grants]);
      expect(signed(wallet, 'ck1 ctl-auth', signedBytes, field(authorization, 6))).toBe(true);
    }
    const answers = list(vector['answers']);
    expect(answers.length).toBeGreaterThan(0);
    const keys = schedule.export('ck1 proxy-resp', 44);
    for (const [i, answer] of answers.entries()) {
      const record = hex(member(answer, 'record'));
      expect([record[0], record.readUInt32BE(1)]).toEqual([3, record.length - 5]);
      expect(openAead(1, keys, i, Buffer.of(3), record.subarray(5))).toEqual(
        hex(member(answer, 'plaintext')),
      );
    }
  });

  it('follows the handshake of the worker channel', () => {
    const vector = load('seal/link.json');
    const [workerHello, proxyHello] = [hex(vector['workerHello']), hex(vector['proxyHello'])];
    const audience = Buffer.from(String(vector['audience']));
    const nonces = [field(workerHello, 2), field(proxyHello, 2)];
    const transcript = H('ck1 link', worker.digest, proxy.digest, ...nonces, audience);
    const { plaintext: fromProxy } = openSealed(worker, 'ck1 link', field(proxyHello, 6), transcript);
    const { plaintext: fromWorker } = openSealed(proxy, 'ck1 link', hex(vector['workerKey']), transcript);
    expect(fromProxy).toEqual(hex(member(vector, 'proxyRandom', 'secret')));
    expect(fromWorker).toEqual(hex(member(vector, 'workerRandom', 'secret')));
    const secrets = Buffer.concat([fromProxy, fromWorker]);
    const keys = Buffer.from(hkdfSync('sha256', secrets, transcript, Buffer.from('ck1 link-keys'), 88));
    const ready = (message: Buffer, key: Buffer) =>
      openAead(1, key, 0, message.subarray(0, 1), message.subarray(1));
    const workerReady = ready(hex(vector['workerReady']), keys.subarray(0, 44));
    expect(field(workerReady, 2)).toEqual(Buffer.of(1));
    expect(field(workerReady, 30)).toEqual(Buffer.of(0, 0, 0, 4));
    const proxyReady = ready(hex(vector['proxyReady']), keys.subarray(44));
    expect(field(proxyReady, 2)).toEqual(Buffer.of(1));
  });
});

describe('a second implementation, private models', () => {
  /** PROTOCOL.md §17.1: derives everything from key and header, opens every piece. */
  function openModel(file: Buffer, key: Buffer): { digest: Buffer; plain: Buffer } {
    expect(file.subarray(0, 4).toString()).toBe('CKM1');
    const end = 6 + file.readUInt16BE(4);
    const header = file.subarray(6, end);
    const [size, chunkBytes] = [Number(field(header, 8).readBigUInt64BE()), field(header, 6).readUInt32BE()];
    const digest = H('ck1 model', header);
    const info = Buffer.concat([Buffer.from('ck1 model-keys'), Buffer.of(0), digest]);
    const secrets = Buffer.from(hkdfSync('sha256', key, field(header, 4), info, 76));
    expect(secrets.subarray(44)).toEqual(file.subarray(end, end + 32));
    const pieces: Buffer[] = [];
    for (let at = end + 32; at < file.length; at += chunkBytes + 16) {
      const last = Buffer.of(at + chunkBytes + 16 >= file.length ? 1 : 0);
      const piece = file.subarray(at, at + chunkBytes + 16);
      pieces.push(openAead(1, secrets, pieces.length, last, piece));
    }
    const plain = Buffer.concat(pieces);
    expect(plain.length).toBe(size);
    expect(sha256(plain)).toEqual(field(header, 10));
    return { digest, plain };
  }

  it('opens sealed models', () => {
    const vectors = load('model/sealed-models.json');
    for (const model of list(vectors['models'])) {
      const file = Buffer.concat([hex(member(model, 'prefix')), ...list(member(model, 'chunks')).map(hex)]);
      const { digest, plain } = openModel(file, hex(vectors['key']));
      expect(digest).toEqual(hex(member(model, 'digest')));
      expect(plain).toEqual(hex(member(model, 'plain')));
    }
    expect(list(vectors['models'])).toHaveLength(2);
  });

  it('opens none of the tampered ones', () => {
    const vectors = load('model/tampered.json');
    const { model, cases } = vectors;
    const chunks = list(member(model, 'chunks')).map(hex);
    for (const one of list(cases)) {
      const parts = list(member(one, 'parts')).map((part) =>
        typeof part === 'number' ? (chunks[part] ?? Buffer.alloc(0)) : hex(part),
      );
      expect(
        () => {
          const { digest } = openModel(Buffer.concat(parts), hex(vectors['key']));
          expect(digest).toEqual(hex(member(model, 'digest')));
        },
        String(member(one, 'name')),
      ).toThrow();
    }
    expect(list(cases).length).toBeGreaterThan(10);
  });

  it('opens the release of a key', () => {
    const vector = load('model/release.json');
    const release = hex(vector['release']);
    const [terms, sealedKey] = [field(release, 2), field(release, 4)];
    const digest = H('ck1 manifest', hex(vector['manifest']));
    expect([field(terms, 6), field(terms, 8)]).toEqual([hex(vector['modelDigest']), digest]);
    expect(Number(field(terms, 10).readBigUInt64BE())).toBe(vector['expires']);
    const secret = ml_kem768_x25519.decapsulate(
      new Uint8Array(sealedKey.subarray(0, 1120)),
      ml_kem768_x25519.keygen(new Uint8Array(hex(vector['kemSeed']))).secretKey,
    );
    const info = Buffer.concat([Buffer.from('ck1 model-release'), Buffer.of(0), digest]);
    const { keyAndNonce } = keySchedule(secret, info, 2);
    expect(openAead(1, keyAndNonce, 0, terms, sealedKey.subarray(1120))).toEqual(hex(vector['key']));
  });
});
