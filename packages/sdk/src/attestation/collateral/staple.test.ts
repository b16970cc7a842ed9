// Does a staple prove what the JSON proves, in fewer bytes, and nothing when it is touched?
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readVector } from '../../../test/support/pcs-vectors.js';
import { concat, fromHex, readU16, readU32, toHex, u16, u32, utf8 } from '../../internal/bytes.js';
import { stapleLayout } from '../../protocol/staple.js';
import { createSimulatedTdx, simulatedRootDer } from '../../testing/tdx/index.js';
import { simulatedAnchor } from '../../unsafe.js';
import { packStaple, parseCollateral, verifyQuote } from '../index.js';

const vector: { staple: string; collateral: string; quote: string; now: number } = JSON.parse(
  readFileSync(new URL('../../../spec/vectors/quotes/staple.json', import.meta.url), 'utf8'),
);
const json = readVector(vector.collateral);
const quote = readVector(vector.quote);
const now = new Date(vector.now * 1000);
const policy = { measurements: 'any', reportData: 'any' } as const;
const staple = packStaple(parseCollateral(json));
const parse = (value: unknown) => verifyQuote(quote, { collateral: parseCollateral(value), now, policy });
const fields = stapleLayout.decode(staple);
const field = (tag: number, value: Uint8Array): Uint8Array => concat(u16(tag), u32(value.length), value);
/** The staple with another value in one field, of whatever length. */
function changed(tag: number, value: Uint8Array): Uint8Array {
  const out: Uint8Array[] = [];
  for (let at = 0; at < staple.length; ) {
    const end = at + 6 + readU32(staple, at + 2);
    out.push(readU16(staple, at) === tag ? field(tag, value) : staple.slice(at, end));
    at = end;
  }
  return concat(...out);
}

describe('staple', () => {
  it('accepts: the vector, and packs it again to the same bytes', () => {
    expect(toHex(staple)).toBe(vector.staple);
    expect(packStaple(parseCollateral(fromHex(vector.staple)))).toEqual(staple);
  });

  it('accepts: the same verdict as from the JSON it was made of', async () => {
    await expect(parse(staple)).resolves.toEqual(await parse(json));
  });

  it('accepts: two signers', () => {
    const two = { ...fields, qeSigner: readVector('pcs/root-crl.der') };
    const collateral = parseCollateral(stapleLayout.encode(two));
    expect(collateral.qeIdentity.issuerChain).toEqual([two.qeSigner]);
    expect(packStaple(collateral)).toEqual(stapleLayout.encode(two));
  });

  it('takes at most 60 % of the JSON, for real platforms', () => {
    for (const file of [vector.collateral, 'collateral/2026-03-05.phala_v5_90c0_azure_2026_02.json']) {
      const before = readVector(file);
      const after = packStaple(parseCollateral(before));
      const sizes = [before, after].map(
        (bytes) => `${bytes.length} (gzip ${gzipSync(bytes, { level: 9 }).length})`,
      );
      process.stdout.write(`${file}: ${sizes.join(' -> ')} bytes\n`);
      expect(after.length).toBeLessThan(0.6 * before.length);
    }
  });

  const REJECTED: Record<string, readonly [code: string, value: Uint8Array]> = {
    'another version': ['COLLATERAL_FORMAT', stapleLayout.encode({ ...fields, version: 2 })],
    'one byte less': ['COLLATERAL_FORMAT', staple.slice(0, -1)],
    'one byte more': ['COLLATERAL_FORMAT', concat(staple, Uint8Array.of(0))],
    'nothing but the first byte': ['COLLATERAL_FORMAT', Uint8Array.of(0)],
    'an unknown critical field': ['COLLATERAL_FORMAT', concat(staple, field(20, utf8('x')))],
    'a field twice': ['COLLATERAL_FORMAT', concat(staple, field(18, fields.pckCrl))],
    'a field out of order': ['COLLATERAL_FORMAT', concat(staple, field(3, utf8('x')))],
    'a field longer than the rest': ['COLLATERAL_FORMAT', concat(staple, u16(19), u32(0xffff_ffff))],
    'a version of three bytes': ['COLLATERAL_FORMAT', changed(2, Uint8Array.of(0, 1, 0))],
    'a signature of 63 bytes': ['COLLATERAL_FORMAT', changed(6, fields.tcbInfoSignature.slice(1))],
    'a signature of 65 bytes': [
      'COLLATERAL_FORMAT',
      changed(6, concat(fields.tcbInfoSignature, Uint8Array.of(0))),
    ],
    'a signer beyond 4 KiB': ['COLLATERAL_FORMAT', changed(12, new Uint8Array(4_097))],
    'no version': ['COLLATERAL_FORMAT', staple.slice(8)],
    'the same signer twice': [
      'COLLATERAL_FORMAT',
      stapleLayout.encode({ ...fields, qeSigner: fields.tcbSigner }),
    ],
    'more than 256 KiB': ['COLLATERAL_FORMAT', concat(staple, field(19, new Uint8Array(262_144)))],
    'an empty PCK list': ['CRL_MISSING', stapleLayout.encode({ ...fields, pckCrl: new Uint8Array(0) })],
    'an empty root list': ['CRL_MISSING', stapleLayout.encode({ ...fields, rootCrl: new Uint8Array(0) })],
    'no signer': ['COLLATERAL_SIGNER', stapleLayout.encode({ ...fields, tcbSigner: new Uint8Array(0) })],
    'the documents exchanged': [
      'TCB_INFO_SIG',
      stapleLayout.encode({ ...fields, tcbInfo: fields.qeIdentity, qeIdentity: fields.tcbInfo }),
    ],
  };
  for (const [name, [code, value]] of Object.entries(REJECTED)) {
    it(`rejects: ${name}`, async () => {
      await expect((async () => parse(value))()).rejects.toMatchObject({
        code: `ATTESTATION_${code}`,
        message: expect.stringContaining(code === 'COLLATERAL_FORMAT' ? 'collateral, staple' : ''),
      });
    });
  }

  it('accepts: an unknown field that may be skipped', async () => {
    await expect(parse(concat(staple, field(19, utf8('x'))))).resolves.toBeDefined();
  });

  it('rejects: a signer below another root than the quote’s', async () => {
    const stranger = parseCollateral(createSimulatedTdx({ now }).collateral());
    const { tcbSigner } = stapleLayout.decode(packStaple(stranger));
    await expect(parse(stapleLayout.encode({ ...fields, tcbSigner }))).rejects.toMatchObject({
      code: 'ATTESTATION_COLLATERAL_SIGNER',
    });
  });

  it('rejects: a simulated staple under Intel’s root, accepts it under its own', async () => {
    const tdx = createSimulatedTdx({ now });
    const own = packStaple(parseCollateral(tdx.collateral()));
    const collateral = parseCollateral(own);
    const anchor = simulatedAnchor(simulatedRootDer());
    await expect(verifyQuote(tdx.quote(), { collateral, now, policy, anchor })).resolves.toMatchObject({
      simulated: true,
    });
    await expect(parse(own)).rejects.toMatchObject({ code: 'ATTESTATION_CRL_ISSUER' });
  });

  it('rejects: packing collateral without signer', () => {
    const collateral = parseCollateral(json);
    const bare = { ...collateral, tcbInfo: { ...collateral.tcbInfo, issuerChain: [] } };
    expect(() => packStaple(bare)).toThrow(
      expect.objectContaining({ code: 'ATTESTATION_COLLATERAL_FORMAT' }),
    );
  });

  it('rejects: hostile bytes, exactly when the protocol’s own layout does', () => {
    const layoutAccepts = (bytes: Uint8Array): boolean => {
      try {
        const { version, tcbSigner, qeSigner, rootCrl, pckCrl } = stapleLayout.decode(bytes);
        const twice = qeSigner !== undefined && toHex(qeSigner) === toHex(tcbSigner);
        return version === 1 && !twice && rootCrl.length > 0 && pckCrl.length > 0;
      } catch {
        return false;
      }
    };
    const readerAccepts = (bytes: Uint8Array): boolean => {
      try {
        parseCollateral(bytes);
        return true;
      } catch (error) {
        expect(error).toMatchObject({ kind: 'attestation' });
        return false;
      }
    };
    const small = stapleLayout.encode({
      ...fields,
      tcbInfo: utf8('{}'),
      qeIdentity: utf8('{}'),
      tcbSigner: utf8('s'),
      qeSigner: utf8('t'),
      rootCrl: utf8('r'),
      pckCrl: utf8('p'),
    });
    const edit = fc.tuple(
      fc.nat(small.length - 1),
      fc.integer({ min: 0, max: 255 }),
      fc.nat(8),
      fc.boolean(),
    );
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        let bytes = Uint8Array.from(small);
        for (const [at, value, cut, remove] of edits) {
          if (remove) bytes = Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + cut)]);
          else bytes[at % bytes.length] = value;
        }
        bytes[0] = 0;
        const accepted = readerAccepts(bytes);
        seen.add(accepted);
        expect(accepted).toBe(layoutAccepts(bytes));
      }),
      { numRuns: 3_000, seed: 11 },
    );
    expect(seen.size).toBe(2);
  });
});
