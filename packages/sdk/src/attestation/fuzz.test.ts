// Does anything an attacker can write make the verifier throw something untyped, or never end?
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collateral, DEEP, quote, refusal, SEED, tdx, verify } from '../../test/support/tampering.js';
import { concat, fromHex, toHex, utf8 } from '../internal/bytes.js';
import { der } from '../testing/tdx/der-writer.js';
import { verifySimulated } from '../testing/tdx/index.js';
import { parseAs } from './fail.js';
import { parseCollateral, parseQuote } from './index.js';
import { parseQeIdentity } from './parse-qe-identity.js';
import { parseTcbInfo } from './parse-tcb-info.js';
import { children, type DerNode, readDer, SEQUENCE } from './x509/der.js';
import { parseCertificate } from './x509/parse-certificate.js';
import { parseCrl } from './x509/parse-crl.js';
import { parseSgxExtension } from './x509/parse-sgx-extension.js';

// fast-check prints this seed and the smallest failing input; COCOONKIT_SEED repeats the run.
const runs = (count: number): fc.Parameters<unknown> => ({ seed: SEED, numRuns: DEEP ? 20 * count : count });
const CONSTRUCTED = 0x20;
const crl = fromHex(collateral.pck_crl);
const [leaf = crl] = tdx.pckChain;

/** One place in a DER tree and what is done to it. */
interface TreeChange {
  readonly place: number;
  readonly operation: 'delete' | 'duplicate' | 'swap' | 'tag' | 'content' | 'empty' | 'wrap' | 'length';
  readonly bytes: Uint8Array;
}

const treeChange: fc.Arbitrary<TreeChange> = fc.record({
  place: fc.nat(),
  operation: fc.constantFrom('delete', 'duplicate', 'swap', 'tag', 'content', 'empty', 'wrap', 'length'),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 9 }),
});

function countNodes(node: DerNode): number {
  if ((node.tag & CONSTRUCTED) === 0) return 1;
  return 1 + children(node).reduce((sum, child) => sum + countNodes(child), 0);
}

/** Rewrites one node of a tree; the lengths of all its parents stay true, except for `length`, which lies about one. */
function changeTree(bytes: Uint8Array, { place, operation, bytes: random }: TreeChange): Uint8Array {
  const tree = readDer(bytes, SEQUENCE);
  let left = place % countNodes(tree);
  const [first = 0] = random;
  const rewrite = (node: DerNode): Uint8Array => {
    if (left-- === 0) {
      if (operation === 'delete') return new Uint8Array();
      if (operation === 'duplicate') return concat(node.bytes, node.bytes);
      if (operation === 'tag') return concat(Uint8Array.of(first), node.bytes.subarray(1));
      if (operation === 'content') return der(node.tag, random);
      if (operation === 'empty') return der(node.tag);
      if (operation === 'wrap') return der(0x30, node.bytes);
      if (operation === 'length')
        return concat(node.bytes.subarray(0, 1), Uint8Array.of(first), node.bytes.subarray(2));
      const parts = (node.tag & CONSTRUCTED) === 0 ? [] : children(node).map((child) => child.bytes);
      return der(node.tag, ...parts.reverse());
    }
    if ((node.tag & CONSTRUCTED) === 0) return node.bytes;
    return der(node.tag, ...children(node).map(rewrite));
  };
  return rewrite(tree);
}

const parse = (read: () => unknown) => refusal(async () => parseAs('QUOTE', 'fuzz', read));

describe(`arbitrary input (COCOONKIT_SEED=${SEED})`, () => {
  it('rejects: random bytes as quote and as collateral', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
        expect(await refusal(async () => verify(bytes))).toBeDefined();
        expect(await refusal(async () => parseCollateral(bytes))).toBeDefined();
      }),
      runs(200),
    );
  });

  it('rejects: random bytes behind a header that is in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
        expect(await refusal(async () => verify(concat(quote.subarray(0, 54), bytes)))).toBeDefined();
      }),
      runs(200),
    );
  });

  it('rejects: random values and texts as collateral, or as one member of it', async () => {
    const value = fc.oneof(fc.anything(), fc.json(), fc.string());
    await fc.assert(
      fc.asyncProperty(value, fc.constantFrom(...Object.keys(collateral)), async (any, name) => {
        expect(await refusal(async () => parseCollateral(any))).toBeDefined();
        const code = await refusal(async () => verify(quote, { ...collateral, [name]: any }));
        if (name !== 'pck_crl_issuer_chain') expect(code).toBeDefined();
      }),
      runs(200),
    );
  });

  it('reads random DER and JSON, or refuses them, but never breaks', async () => {
    const readers = [parseCertificate, parseCrl, parseTcbInfo, parseQeIdentity];
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.json().map(utf8),
          fc
            .array(fc.uint8Array({ maxLength: 20 }))
            .map((parts) => der(0x30, ...parts.map((part) => der(0x30, part)))),
        ),
        async (bytes) => {
          for (const read of readers) expect(await parse(() => read(bytes))).toBe('ATTESTATION_QUOTE');
        },
      ),
      runs(300),
    );
  });
});

describe(`input that is nearly right (COCOONKIT_SEED=${SEED})`, () => {
  it('reads changed certificates, lists and SGX extensions, or refuses them, but never breaks', async () => {
    const sgx = parseCertificate(leaf).extensions.get('2a864886f84d010d01') ?? leaf;
    const targets: readonly (readonly [Uint8Array, (bytes: Uint8Array) => unknown])[] = [
      [leaf, parseCertificate],
      [crl, parseCrl],
      [sgx, (bytes) => parseSgxExtension(new Map([['2a864886f84d010d01', bytes]]))],
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...targets), treeChange, async ([good, read], change) => {
        await parse(() => read(changeTree(good, change)));
      }),
      runs(1000),
    );
  });

  it('rejects: certificates and lists changed after they were signed', async () => {
    const pem = (bytes: Uint8Array): string =>
      `-----BEGIN CERTIFICATE-----\n${btoa(String.fromCharCode(...bytes))}\n-----END CERTIFICATE-----\n`;
    await fc.assert(
      fc.asyncProperty(treeChange, async (change) => {
        const list = toHex(changeTree(crl, change));
        if (list !== collateral.pck_crl)
          expect(await refusal(async () => verify(quote, { ...collateral, pck_crl: list }))).toBeDefined();
        const chain = collateral.tcb_info_issuer_chain;
        const end = chain.indexOf('-----BEGIN', 1);
        const signer = fromBase64(chain.slice(0, end));
        const changed = changeTree(signer, change);
        if (toHex(changed) === toHex(signer)) return;
        const documents = { ...collateral, tcb_info_issuer_chain: pem(changed) + chain.slice(end) };
        expect(await refusal(async () => verify(quote, documents))).toBeDefined();
      }),
      runs(200),
    );
  });

  it('reads certificates that a genuine CA signed in any shape, or refuses them, but never breaks', async () => {
    await fc.assert(
      fc.asyncProperty(treeChange, fc.constantFrom('pck', 'ca', 'tcbSigner'), async (change, which) => {
        const faults = { [which]: { editSigned: (signed: Uint8Array) => changeTree(signed, change) } };
        await refusal(async () => verifySimulated({ faults }));
      }),
      runs(60),
    );
  });

  it('rejects: any other value in any length or type field of the quote', async () => {
    const fields: readonly (readonly [at: number, size: 2 | 4])[] = [
      [0, 2],
      [2, 2],
      [4, 4],
      [48, 2],
      [50, 4],
      [702, 4],
      [834, 2],
      [836, 4],
      [1288, 2],
      [1322, 2],
      [1324, 4],
    ];
    expect(parseQuote(quote).qeAuthData.length).toBe(new DataView(quote.buffer).getUint16(1288, true));
    const extremes = fc.constantFrom(
      0,
      1,
      2,
      3,
      5,
      6,
      31,
      33,
      0x7fff,
      0x8000,
      0xffff,
      0x7fff_ffff,
      0xffff_ffff,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...fields),
        fc.oneof(extremes, fc.nat()),
        async ([at, size], value) => {
          const changed = quote.slice();
          const view = new DataView(changed.buffer);
          if (size === 2) view.setUint16(at, value & 0xffff, true);
          else view.setUint32(at, value, true);
          if (toHex(changed) === toHex(quote)) return;
          expect(await refusal(async () => verify(changed))).toBeDefined();
        },
      ),
      runs(500),
    );
  });

  it('reads documents with any member changed and signed, or refuses them, but never breaks', async () => {
    const paths = (value: unknown, path: readonly string[] = []): (readonly string[])[] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...paths(inner, [...path, key])])
        : [];
    const change = (
      root: object,
      path: readonly string[],
      edit: (parent: object, key: string) => void,
    ): void => {
      let parent: object = root;
      for (const key of path.slice(0, -1)) parent = Reflect.get(parent, key);
      edit(parent, path.at(-1) ?? '');
    };
    const replacement = fc.oneof(fc.jsonValue(), fc.constant(undefined), fc.double(), fc.string());
    await fc.assert(
      fc.asyncProperty(fc.nat(), replacement, fc.boolean(), async (pick, value, both) => {
        const edit = (document: object): void => {
          const all = paths(document);
          const path = all[pick % all.length] ?? [];
          change(document, path, (parent, key) => {
            if (value === undefined) Reflect.deleteProperty(parent, key);
            else Reflect.set(parent, key, value);
          });
        };
        const faults = { tcbInfo: { edit }, ...(both ? { qeIdentity: { edit } } : {}) };
        await refusal(async () => verifySimulated({ faults }));
      }),
      runs(100),
    );
  });
});

function fromBase64(pem: string): Uint8Array {
  return Uint8Array.from(atob(pem.replaceAll(/-----.*-----|\s/g, '')), (character) =>
    character.charCodeAt(0),
  );
}
