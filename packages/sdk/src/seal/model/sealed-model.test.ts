// Does a sealed model open to exactly the weights that were sealed, and to nothing else?
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { CHUNK, fixedModel, MODEL_KEY } from '../../../scripts/fixed-model.js';
import { modelDefects } from '../../../scripts/model-vectors.js';
import { concat, equalBytes } from '../../internal/bytes.js';
import {
  encodeModelHeader,
  MAX_MODEL_PREFIX_BYTES,
  sealedModelBytes,
  sealedModelHeaderLayout,
} from '../../protocol/sealed-model.js';
import { createModelSealer, openSealedModel, readSealedModel } from './index.js';
import { modelError } from './model-error.js';

/** Every step a reader takes, in its order. */
async function openFile(file: Uint8Array, expected: Uint8Array, key = MODEL_KEY): Promise<Uint8Array> {
  const model = readSealedModel(file.subarray(0, MAX_MODEL_PREFIX_BYTES), file.length);
  if (!equalBytes(model.digest, expected)) throw modelError('SEALED_MODEL_WRONG');
  const opener = await openSealedModel(model, key);
  const plain: Uint8Array[] = [];
  let at = model.length;
  while (opener.nextBytes > 0) {
    const length = opener.nextBytes;
    plain.push(await opener.open(file.subarray(at, at + length)));
    at += length;
  }
  opener.end();
  return concat(...plain);
}

const model = await fixedModel(2 * CHUNK + 5);
const sizes = [1, 2, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 1, 2 * CHUNK, 2 * CHUNK + 1, 3 * CHUNK];

describe('a sealed model', () => {
  it.each(sizes)('accepts: %i bytes open to what they were', async (size) => {
    const { file, plain, digest, header, prefix } = await fixedModel(size);
    expect(await openFile(file, digest)).toEqual(plain);
    expect(file.length).toBe(sealedModelBytes({ header, length: prefix.length }));
  });

  it('accepts: any bytes, any size of pieces, any name, any key', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40_000 }),
        fc.constantFrom(4_096, 8_192, 16_384, 65_536),
        fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), { nil: undefined }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        async (size, chunkBytes, name, key) => {
          const { file, plain, digest } = await fixedModel(size, { key, header: { chunkBytes, name } });
          expect(equalBytes(await openFile(file, digest, key), plain)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('privacy: no 16 bytes of the weights stand in the file', async () => {
    const { file, plain } = await fixedModel(3 * CHUNK);
    const sealed = new Set<string>();
    const text = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 16));
    for (let at = 0; at + 16 <= file.length; at++) sealed.add(text(file, at));
    for (let at = 0; at + 16 <= plain.length; at += 16) expect(sealed.has(text(plain, at))).toBe(false);
  });

  it('privacy: the same weights under the same key share no piece with another salt', async () => {
    const one = await fixedModel(2 * CHUNK);
    const other = await fixedModel(2 * CHUNK, { header: { salt: platform.sha256(MODEL_KEY) } });
    expect(one.chunks[0]).not.toEqual(other.chunks[0]);
    await expect(openFile(concat(one.prefix, ...other.chunks), one.digest)).rejects.toMatchObject({
      code: 'SEALED_MODEL_CHUNK',
    });
  });
});

describe('rejects', () => {
  it.each(modelDefects(model))('rejects: $name', async ({ code, file }) => {
    await expect(openFile(file, model.digest)).rejects.toMatchObject({ code });
  });

  it('rejects: another key', async () => {
    const { file, digest } = model;
    await expect(openFile(file, digest, platform.sha256(MODEL_KEY))).rejects.toMatchObject({
      code: 'SEALED_MODEL_KEY',
    });
    await expect(openFile(file, digest, MODEL_KEY.subarray(1))).rejects.toMatchObject({
      code: 'KEYS_INVALID',
    });
  });

  it('rejects: any one bit flipped anywhere, always with a code', async () => {
    const { file, digest, prefix } = await fixedModel(CHUNK + 9);
    const bits = [
      ...Array.from({ length: prefix.length * 8 }, (_, i) => i),
      ...Array.from(
        { length: 200 },
        (_, i) => prefix.length * 8 + ((i * 7_919) % ((file.length - prefix.length) * 8)),
      ),
    ];
    for (const bit of bits) {
      const bad = file.slice();
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await expect(openFile(bad, digest), `bit ${bit}`).rejects.toMatchObject({
        code: expect.stringMatching(/^SEALED_MODEL_(FORMAT|WRONG|KEY|LENGTH|CHUNK)$/),
      });
    }
  });

  it('rejects: every beginning of the file', async () => {
    const { file, digest, prefix } = await fixedModel(40);
    for (let length = 0; length < file.length; length++)
      await expect(openFile(file.subarray(0, length), digest)).rejects.toMatchObject({
        code: length < prefix.length ? 'SEALED_MODEL_FORMAT' : 'SEALED_MODEL_LENGTH',
      });
  });

  it('rejects: pieces of another model under the same key, at the same place', async () => {
    const one = model;
    const other = await fixedModel(2 * CHUNK + 5, { header: { sha256: new Uint8Array(32) } });
    await expect(
      openFile(concat(one.prefix, ...other.chunks.slice(0, 1), ...one.chunks.slice(1)), one.digest),
    ).rejects.toMatchObject({ code: 'SEALED_MODEL_CHUNK', details: { chunk: 0 } });
  });

  it('rejects: pieces in another order or length when sealing, missing ones at the end of either side', async () => {
    const { header, plain, file, digest } = model;
    const sealer = await createModelSealer({ key: MODEL_KEY, header });
    const wrong = { code: 'SEALED_MODEL_ORDER' };
    await expect(sealer.seal(plain.subarray(0, 5))).rejects.toMatchObject(wrong);
    await sealer.seal(plain.subarray(0, CHUNK));
    expect(() => sealer.end()).toThrow(expect.objectContaining(wrong));
    await sealer.seal(plain.subarray(CHUNK, 2 * CHUNK));
    await sealer.seal(plain.subarray(2 * CHUNK));
    sealer.end();
    await expect(sealer.seal(plain.subarray(0, CHUNK))).rejects.toMatchObject(wrong);
    const opener = await openSealedModel(
      readSealedModel(file.subarray(0, MAX_MODEL_PREFIX_BYTES), file.length),
      MODEL_KEY,
    );
    expect(() => opener.end()).toThrow(expect.objectContaining({ code: 'SEALED_MODEL_LENGTH' }));
    expect(digest).toHaveLength(32);
  });

  it.each([
    ['no bytes', { size: 0n }],
    ['more than 4 TiB', { size: 2n ** 42n + 1n }],
    ['pieces below 4,096', { chunkBytes: 2_048 }],
    ['pieces above 4 MiB', { chunkBytes: 8 * 1024 * 1024 }],
    ['pieces of no power of two', { chunkBytes: 5_000 }],
    ['pieces of no bytes', { chunkBytes: 0 }],
    ['another version', { version: 2 }],
  ])('rejects: a header with %s, when written and when read', async (_, change) => {
    const { header, file, prefix } = await fixedModel(5);
    const changed = { ...header, ...change };
    expect(() => encodeModelHeader(changed)).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
    const bytes = sealedModelHeaderLayout.encode(changed);
    const bad = file.slice();
    bad.set(bytes, 6);
    expect(bytes.length).toBe(prefix.length - 6 - 32);
    expect(() => readSealedModel(bad.subarray(0, MAX_MODEL_PREFIX_BYTES), bad.length)).toThrow(
      expect.objectContaining({ code: 'SEALED_MODEL_FORMAT' }),
    );
  });
});
