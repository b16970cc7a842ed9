// Does an extra element anywhere in a certificate, a revocation list or the SGX extension make it unreadable?
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../internal/bytes.js';
import { der, integer, sequence } from '../../testing/tdx/der-writer.js';
import { createSimulatedTdx, SCENARIO_NOW } from '../../testing/tdx/index.js';
import { FormatError } from '../format/cursor.js';
import { children, type DerNode, readDer, SEQUENCE } from './der.js';
import { EXTENSION } from './extensions.js';
import { parseCertificate } from './parse-certificate.js';
import { parseCrl } from './parse-crl.js';
import { parseSgxExtension } from './parse-sgx-extension.js';

const CONSTRUCTED = 0x20;

/** Every copy of the element that has one INTEGER more at the end of one constructed element; names (at `skip`) excepted. */
function* withExtraElement(
  node: DerNode,
  skip: readonly string[],
  path = '',
): Generator<[path: string, der: Uint8Array]> {
  if ((node.tag & CONSTRUCTED) === 0 || skip.includes(path)) return;
  yield [path, der(node.tag, node.content, integer(1))];
  const inner = children(node);
  for (const [i, child] of inner.entries()) {
    for (const [place, bytes] of withExtraElement(child, skip, `${path}/${i}`)) {
      yield [place, der(node.tag, ...inner.map((each, j) => (i === j ? bytes : each.bytes)))];
    }
  }
}

const tdx = createSimulatedTdx({
  now: SCENARIO_NOW,
  faults: { pckCrl: { revoked: [Uint8Array.of(5), Uint8Array.of(6)] } },
});
const [leaf = new Uint8Array()] = tdx.pckChain;
const crl = fromHex(tdx.collateral().pck_crl);
const sgx = parseCertificate(leaf).extensions.get(EXTENSION.sgx) ?? new Uint8Array();
const readSgx = (bytes: Uint8Array) => parseSgxExtension(new Map([[EXTENSION.sgx, bytes]]));

describe('an extra element', () => {
  const targets = [
    // Issuer and subject are compared as bytes.
    ['a certificate', leaf, parseCertificate, ['/0/3', '/0/5'], 15],
    ['a revocation list', crl, parseCrl, ['/0/2'], 14],
    ['the SGX extension', sgx, readSgx, [], 25],
  ] as const;
  for (const [name, good, parse, skip, places] of targets) {
    it(`rejects: one anywhere in ${name}`, () => {
      expect(() => parse(good)).not.toThrow();
      const variants = [...withExtraElement(readDer(good, SEQUENCE), skip)];
      expect(variants.length).toBeGreaterThan(places);
      for (const [path, bytes] of variants) expect(() => parse(bytes), path).toThrow(FormatError);
    });
  }
});

describe('a revocation list', () => {
  it('rejects: one without a number, which could not be told from an older one', () => {
    const { pck_crl } = createSimulatedTdx({
      now: SCENARIO_NOW,
      faults: { pckCrl: { omitNumber: true } },
    }).collateral();
    expect(() => parseCrl(fromHex(pck_crl))).toThrow(new FormatError('no CRL number'));
  });
});

describe('SGX extension', () => {
  const changed = (from: string, to: string): Uint8Array => {
    const out = toHex(sgx).replace(from, to);
    expect(out).not.toBe(toHex(sgx));
    return fromHex(out);
  };
  const REJECTED = {
    'an identifier that appears twice': () => changed('2a864886f84d010d010703', '2a864886f84d010d010701'),
    'an SGX type of another kind': () => changed('0d01050a0101', '0d0105020101'),
    'a set in place of the TCB': () => changed('0d01023082', '0d01023182'),
    'a set in place of a pair': () =>
      changed('3010060b2a864886f84d010d010201', '3110060b2a864886f84d010d010201'),
    'a foreign identifier in place of a component': () =>
      changed('2a864886f84d010d010203', '2a864886f84d010e010203'),
    'a CPUSVN of another kind': () => changed('2a864886f84d010d0102120410', '2a864886f84d010d0102120c10'),
  };
  it('rejects: an identifier without a value, even one that may be absent', () => {
    const pairs = children(readDer(sgx, SEQUENCE)).map(({ bytes }) => bytes);
    const identifier = fromHex(`060a${EXTENSION.sgx}07`);
    for (const bare of [sequence(), sequence(identifier), sequence(integer(1), integer(1))]) {
      const others = pairs.filter((pair) => !toHex(pair).includes(toHex(identifier)));
      expect(others.length).toBe(pairs.length - 1);
      expect(() => readSgx(sequence(...others))).not.toThrow();
      expect(() => readSgx(sequence(...others, bare))).toThrow(FormatError);
    }
  });

  for (const [name, make] of Object.entries(REJECTED)) {
    it(`rejects: ${name}`, () => {
      expect(() => readSgx(make())).toThrow(FormatError);
    });
  }

  it('rejects: no extension at all', () => {
    expect(() => parseSgxExtension(new Map())).toThrow(FormatError);
  });
});

describe('common name', () => {
  const organization = '060355040a';
  const name = '0603550403';
  const twice = (text: string): string => {
    const second = text.lastIndexOf(organization);
    return text.slice(0, second) + name + text.slice(second + name.length);
  };

  it('rejects: two of them, or none', () => {
    const none = toHex(leaf).replaceAll(name, organization);
    for (const bytes of [twice(toHex(leaf)), none])
      expect(() => parseCertificate(fromHex(bytes))).toThrow('common name');
  });
});
