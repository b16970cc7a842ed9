// Is Node's own ML-KEM the same as the JavaScript one, where there is one, and is none used where there is none?
import * as crypto from 'node:crypto';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { describe, expect, it, test } from 'vitest';
import { createXWing } from '../seal/x-wing.js';
import { jsLattice, jsPostQuantum, type Lattice } from './ml-kem.js';
import { nodeLattice } from './ml-kem.node.js';
import { platform, postQuantum } from './platform.node.js';

if (nodeLattice === undefined)
  process.stdout.write(
    `ML-KEM of node:crypto not tested: Node ${process.versions.node} has none (it came with 24.7)\n`,
  );

test('it is used exactly where node:crypto offers it', async () => {
  expect(nodeLattice !== undefined).toBe('encapsulate' in crypto);
  expect((await postQuantum()).mlKem768).toBe(nodeLattice ?? jsLattice);
});

describe.runIf(nodeLattice !== undefined)('ML-KEM-768 of node:crypto', () => {
  // Not at once: where there is none, this is collected but not run.
  const lattice: Lattice = {
    keyPair: (bytes) => nodeLattice?.keyPair(bytes) ?? expect.unreachable(),
    publicKey: (bytes) => nodeLattice?.publicKey(bytes) ?? expect.unreachable(),
  };
  const seed = platform.randomBytes(64);

  it('accepts: what JavaScript encapsulated, and the other way round', async () => {
    const own = await lattice.keyPair(seed);
    const { publicKey, secretKey } = ml_kem768.keygen(seed);
    expect(own.publicKey).toEqual(publicKey);
    const theirs = ml_kem768.encapsulate(publicKey);
    expect(await own.decapsulate(theirs.cipherText)).toEqual(theirs.sharedSecret);
    const ours = await (await lattice.publicKey(publicKey)).encapsulate(new Uint8Array(32), true);
    expect(ml_kem768.decapsulate(ours.cipherText, secretKey)).toEqual(ours.sharedSecret);
    const changed = ours.cipherText.map((byte, i) => (i === 500 ? byte ^ 1 : byte));
    expect(await own.decapsulate(changed)).toEqual(ml_kem768.decapsulate(changed, secretKey));
  });

  it('rejects: keys, seeds and ciphertexts that are none', async () => {
    const { publicKey, decapsulate } = await lattice.keyPair(seed);
    await expect((async () => lattice.keyPair(seed.subarray(1)))()).rejects.toThrow(RangeError);
    await expect((async () => lattice.publicKey(publicKey.subarray(1)))()).rejects.toThrow(RangeError);
    await expect((async () => decapsulate(new Uint8Array(1087)))()).rejects.toThrow();
    // Coefficients outside the field, FIPS 203 section 7.2.
    const outside = publicKey.slice();
    outside.fill(0xff, 0, 3);
    await expect((async () => lattice.publicKey(outside))()).rejects.toThrow();
  });

  it('accepts: X-Wing with it and without it are one KEM, and a fresh encapsulation is always another', async () => {
    const without = createXWing(platform, async () => jsPostQuantum);
    const withIt = createXWing(platform, async () => ({ ...jsPostQuantum, mlKem768: lattice }));
    const pair = await withIt.keyPair(seed.subarray(0, 32));
    const other = await without.keyPair(seed.subarray(0, 32));
    expect(pair.publicKey.publicKey).toEqual(other.publicKey.publicKey);
    const recipient = await withIt.publicKey(pair.publicKey.publicKey);
    const [one, two] = [
      await recipient.encapsulate(new Uint8Array(64), true),
      await recipient.encapsulate(new Uint8Array(64), true),
    ];
    expect(await other.decapsulate(one.encapsulated)).toEqual(one.sharedSecret);
    expect(await pair.decapsulate(one.encapsulated)).toEqual(one.sharedSecret);
    expect(one.encapsulated.subarray(0, 1088)).not.toEqual(two.encapsulated.subarray(0, 1088));
    expect(one.sharedSecret).not.toEqual(two.sharedSecret);
    // Asked for in full, the randomness decides everything.
    expect(await recipient.encapsulate(seed)).toEqual(
      await (await without.publicKey(pair.publicKey.publicKey)).encapsulate(seed),
    );
  });
});
