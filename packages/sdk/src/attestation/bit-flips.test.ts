// Is there a bit of the evidence that anybody can change without the verifier noticing?
//
// What is not authenticated, and therefore never used: bytes after the declared part of the quote (padding), the member
// `pck_crl_issuer_chain` and unknown members of the collateral, and spelling that reads as the same value: hex digits in the other
// case, and CR before LF in PEM. Everything else is under a signature, a hash or an exact comparison.
import { describe, expect, it } from 'vitest';
import {
  collateral,
  DEEP,
  flip,
  quote,
  refusal,
  SEED,
  seeded,
  UNUSED,
  verify,
} from '../../test/support/tampering.js';
import { concat } from '../internal/bytes.js';

const random = seeded(SEED);
/** One bit of each byte, or all of them. */
const bits = (count: number): readonly number[] =>
  DEEP ? Array.from({ length: count }, (_, bit) => bit) : [random(count)];
/** Every byte of a quote; of the much longer collateral every fourth, from a random start. */
const STEP = DEEP ? 1 : 4;

describe(`single flipped bits (COCOONKIT_SEED=${SEED})`, () => {
  it('rejects: a flip of any byte of the quote', async () => {
    const accepted: string[] = [];
    for (let index = 0; index < quote.length; index++) {
      for (const bit of bits(8)) {
        const code = await refusal(async () => verify(flip(quote, index, bit)));
        if (code === undefined) accepted.push(`byte ${index}, bit ${bit}`);
      }
    }
    expect(accepted, `COCOONKIT_SEED=${SEED}`).toEqual([]);
  });

  it('rejects: a flip of any character of the collateral, unless it is a hex digit in the other case', async () => {
    const accepted: string[] = [];
    let tried = 0;
    for (const [name, value] of Object.entries(collateral)) {
      if (name === UNUSED) continue;
      const hex = name.endsWith('crl') || name.endsWith('signature');
      for (let index = random(STEP); index < value.length; index += STEP) {
        for (const bit of bits(7)) {
          const character = String.fromCharCode(value.charCodeAt(index) ^ (1 << bit));
          if (hex && character.toLowerCase() === value.charAt(index).toLowerCase()) continue;
          const changed = {
            ...collateral,
            [name]: value.slice(0, index) + character + value.slice(index + 1),
          };
          tried++;
          if ((await refusal(async () => verify(quote, changed))) === undefined)
            accepted.push(`${name}, character ${index}, bit ${bit}`);
        }
      }
    }
    expect(accepted, `COCOONKIT_SEED=${SEED}`).toEqual([]);
    expect(tried).toBeGreaterThan(1500);
  });

  it('accepts: a change of what is not authenticated, with the same claims', async () => {
    const { checks: _, ...claims } = await verify(quote);
    const upper = { ...collateral, pck_crl: collateral.pck_crl.toUpperCase() };
    const windows = {
      ...collateral,
      tcb_info_issuer_chain: collateral.tcb_info_issuer_chain.replaceAll('\n', '\r\n'),
    };
    const others = [
      await verify(concat(quote, Uint8Array.of(1, 2, 3))),
      await verify(quote, { ...collateral, [UNUSED]: 'anything', more: { of: 'it' } }),
      await verify(quote, upper),
      await verify(quote, windows),
    ];
    for (const other of others) expect(other).toMatchObject(claims);
  });
});
