// Is no key used twice with one nonce, nor more often than it may be?
import { describe, expect, it } from 'vitest';
import { random } from '../../test/support/answer-scene.js';
import { AeadSequence, nonceAt } from './aead-sequence.js';

describe('the counter of a key', () => {
  it('rejects: more messages than the limit', async () => {
    const keys = random(44);
    const sequence = await AeadSequence.create('aes-256-gcm', keys, { limit: 2 });
    const nothing = new Uint8Array(0);
    await sequence.seal(nothing, nothing);
    await sequence.seal(nothing, nothing);
    await expect(sequence.seal(nothing, nothing)).rejects.toMatchObject({ code: 'FRAME_LIMIT' });
    await expect(sequence.open(nothing, nothing)).rejects.toMatchObject({ code: 'FRAME_LIMIT' });
  });

  it('never gives two messages one nonce, however they interleave', async () => {
    const sequence = await AeadSequence.create('aes-256-gcm', random(44));
    const same = new Uint8Array(16);
    const sealedTexts = await Promise.all(Array.from({ length: 200 }, () => sequence.seal(same, same)));
    expect(new Set(sealedTexts.map((text) => text.join())).size).toBe(200);
    const nonces = [0, 1, 255, 256, 2 ** 31, 2 ** 32 - 2].map((counter) =>
      nonceAt(new Uint8Array(12).fill(0xff), counter).join(),
    );
    expect(new Set(nonces).size).toBe(6);
    expect(nonceAt(new Uint8Array(12), 0x01020304)).toEqual(
      Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4),
    );
  });
});
