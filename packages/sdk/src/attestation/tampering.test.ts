// Can anybody change, cut or confuse evidence without the verifier noticing, or make it throw something untyped?
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CocoonError } from '../errors.js';
import { equalBytes } from '../internal/bytes.js';
import { noblePrimitives } from '../internal/noble.js';
import {
  createSimulatedTdx,
  SCENARIO_NOW,
  simulatedMeasurementRule,
  simulatedMeasurements,
  simulatedRootDer,
} from '../testing/tdx/index.js';
import { simulatedAnchor } from '../unsafe.js';
import { parseAs } from './fail.js';
import { parsePemChain } from './format/pem.js';
import {
  type DcapQvlCollateral,
  parseCollateral,
  parseQuote,
  type VerifiedQuote,
  verifyQuote,
} from './index.js';
import { parseTcbInfo } from './parse-tcb-info.js';
import { parseCertificate } from './x509/parse-certificate.js';
import { parseCrl } from './x509/parse-crl.js';

const tdx = createSimulatedTdx({ now: SCENARIO_NOW });
const quote = tdx.quote({ measurements: simulatedMeasurements('worker'), version: 5, bodyType: 3 });
const collateral = tdx.collateral();
const policy = { measurements: [simulatedMeasurementRule('worker')], reportData: new Uint8Array(64) };
const anchor = simulatedAnchor(simulatedRootDer());

async function verify(bytes: Uint8Array, documents: unknown = collateral): Promise<VerifiedQuote> {
  return verifyQuote(bytes, { collateral: parseCollateral(documents), now: SCENARIO_NOW, policy, anchor });
}

/** The error of a verification that must fail, and must fail with our error. */
async function failure(verifying: Promise<unknown>): Promise<CocoonError | undefined> {
  try {
    await verifying;
    return undefined;
  } catch (error) {
    if (!(error instanceof CocoonError)) throw error;
    expect(error.kind).toBe('attestation');
    expect(error.code).toMatch(/^ATTESTATION_/);
    expect(error.remedy.length).toBeGreaterThan(10);
    return error;
  }
}

/** Every twentieth place, from a seed, so that each run checks the same ones. */
function sample(length: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length }, (_, i) => i).filter(() => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % 20 === 0;
  });
}

function flip(bytes: Uint8Array, index: number, bit: number): Uint8Array {
  const out = bytes.slice();
  out[index] = (out[index] ?? 0) ^ (1 << bit);
  return out;
}

describe('truncation', () => {
  it('rejects: a quote cut at any boundary of its structure, or one byte around it', async () => {
    const { signed, qeAuthData } = parseQuote(quote);
    const parts = [48, 2, 4, 648, 4, 64, 64, 2, 4, 384, 64, 2, qeAuthData.length, 2, 4];
    const boundaries = [0];
    for (const size of parts) boundaries.push((boundaries.at(-1) ?? 0) + size);
    expect(boundaries).toContain(signed.length);
    const fields = [
      2,
      4,
      8,
      12,
      28,
      54 + 16,
      54 + 64,
      54 + 112,
      54 + 136,
      54 + 520,
      54 + 584,
      54 + 600,
      quote.length - 1,
    ];
    for (const end of [...boundaries, ...fields].flatMap((at) => [at - 1, at, at + 1])) {
      if (end < 0 || end >= quote.length) continue;
      expect((await failure(verify(quote.slice(0, end))))?.code, `cut at ${end}`).toBe('ATTESTATION_QUOTE');
    }
  });

  it('rejects: collateral fields cut in the middle', async () => {
    for (const [name, value] of Object.entries(collateral)) {
      if (name === 'pck_crl_issuer_chain') continue;
      const cut = { ...collateral, [name]: value.slice(0, Math.floor(value.length / 2)) };
      expect(await failure(verify(quote, cut)), name).toBeDefined();
    }
  });
});

describe('single flipped bits', () => {
  it('rejects: a flip of any authenticated byte of the quote', async () => {
    const { length, certificates } = parseQuote(quote);
    expect(length).toBe(quote.length);
    let rejected = 0;
    for (const index of sample(quote.length, 7)) {
      const changed = flip(quote, index, index % 8);
      if ((await failure(verify(changed))) !== undefined) rejected++;
      // PEM has line ends and a final NUL outside the certificates: only these may change, and never what they carry.
      else
        expect(
          parseQuote(changed).certificates.every((der, i) => equalBytes(der, certificates[i] ?? der)),
        ).toBe(true);
    }
    expect(rejected).toBeGreaterThan(200);
  });

  it('rejects: a flip in each field that one signature alone protects', async () => {
    const places = [
      0,
      8,
      30,
      54,
      54 + 16,
      54 + 120,
      54 + 136,
      54 + 520,
      54 + 584,
      54 + 600,
      701,
      770,
      800,
      900,
      1220,
      1300,
    ];
    for (const index of places)
      expect(await failure(verify(flip(quote, index, 0))), `byte ${index}`).toBeDefined();
  });

  it('rejects: a flip of any authenticated character of the collateral', async () => {
    const chains = (documents: DcapQvlCollateral) =>
      [documents.tcb_info_issuer_chain, documents.qe_identity_issuer_chain].flatMap((text) =>
        parsePemChain(text),
      );
    let rejected = 0;
    for (const [name, value] of Object.entries(collateral)) {
      // The quote carries the PCK chain; this copy is not used.
      if (name === 'pck_crl_issuer_chain') continue;
      for (const index of sample(value.length, name.length)) {
        const character = String.fromCharCode(value.charCodeAt(index) ^ (1 << (index % 7)));
        const changed = { ...collateral, [name]: value.slice(0, index) + character + value.slice(index + 1) };
        if ((await failure(verify(quote, changed))) !== undefined) rejected++;
        // Hex digits in the other case and PEM line ends say the same thing.
        else if (name.endsWith('chain')) expect(chains(changed)).toEqual(chains(collateral));
        else expect(character.toLowerCase()).toBe(value.charAt(index).toLowerCase());
      }
    }
    expect(rejected).toBeGreaterThan(400);
  });
});

describe('parsers against arbitrary input', () => {
  it('throw only typed errors for random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
        expect(await failure(verify(bytes))).toBeDefined();
        expect(await failure((async () => parseCollateral(bytes))())).toBeDefined();
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('throw only typed errors for random values and texts as collateral', async () => {
    const values = fc.oneof(
      fc.anything(),
      fc.json(),
      fc.record({ tcb_info: fc.string(), root_ca_crl: fc.string() }),
    );
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        expect(await failure((async () => parseCollateral(value))())).toBeDefined();
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it('throw only typed errors for damaged certificates, lists and documents', () => {
    const crl = Uint8Array.from(collateral.pck_crl.match(/../g) ?? [], (digits) =>
      Number.parseInt(digits, 16),
    );
    const targets: readonly (readonly [Uint8Array, (bytes: Uint8Array) => unknown])[] = [
      [tdx.pckChain[0] ?? crl, parseCertificate],
      [crl, parseCrl],
      [new TextEncoder().encode(collateral.tcb_info), parseTcbInfo],
    ];
    const damage = fc.record({ at: fc.nat(), length: fc.nat(8), bytes: fc.uint8Array({ maxLength: 8 }) });
    fc.assert(
      fc.property(fc.constantFrom(...targets), damage, ([good, parse], { at, length, bytes }) => {
        const start = at % good.length;
        const bad = Uint8Array.from([...good.subarray(0, start), ...bytes, ...good.subarray(start + length)]);
        try {
          parseAs('PCK_CHAIN', 'damaged', () => parse(bad));
        } catch (error) {
          expect(error).toBeInstanceOf(CocoonError);
        }
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it('throw only typed errors for missing arguments', async () => {
    const call = verifyQuote as (...values: unknown[]) => Promise<unknown>;
    for (const values of [
      [],
      [quote],
      [quote, {}],
      [quote, { collateral, policy }],
      [undefined, { collateral, policy, now: SCENARIO_NOW, anchor }],
      ['text', { collateral, policy, now: SCENARIO_NOW, anchor }],
      [quote, { policy, now: SCENARIO_NOW, anchor }],
    ]) {
      expect(await failure((async () => call(...values))())).toBeDefined();
    }
    expect(await failure((async () => (parseQuote as (value: unknown) => unknown)('text'))())).toBeDefined();
  });
});

describe('cryptography', () => {
  it('accepts and rejects the same with pure JavaScript', async () => {
    const options = { collateral, now: SCENARIO_NOW, policy, anchor, primitives: noblePrimitives };
    const native = await verify(quote);
    expect(await verifyQuote(quote, options)).toEqual(native);
    expect((await failure(verifyQuote(flip(quote, 60, 0), options)))?.code).toBe('ATTESTATION_QUOTE_SIG');
  });

  it('rejects: every one of the nine signatures on its own', async () => {
    const codes: string[] = [];
    for (let broken = 0; broken < 9; broken++) {
      let count = 0;
      const primitives = { ...noblePrimitives, p256Verify: () => count++ !== broken };
      codes.push(
        (await failure(verifyQuote(quote, { collateral, now: SCENARIO_NOW, policy, anchor, primitives })))
          ?.code ?? 'none',
      );
      expect(count).toBe(9);
    }
    expect(codes.map((code) => code.replace('ATTESTATION_', ''))).toEqual([
      'PCK_CA_SIG',
      'PCK_SIG',
      'CRL_SIG',
      'CRL_SIG',
      'COLLATERAL_SIGNER_SIG',
      'TCB_INFO_SIG',
      'QE_IDENTITY_SIG',
      'QE_REPORT_SIG',
      'QUOTE_SIG',
    ]);
  });

  it('rejects: primitives that fail or answer with something else than true', async () => {
    for (const answer of [undefined, 1, 'yes', Promise.resolve({}), Promise.reject(new Error('no crypto'))]) {
      const primitives = { ...noblePrimitives, p256Verify: () => answer as unknown as boolean };
      const error = await failure(
        verifyQuote(quote, { collateral, now: SCENARIO_NOW, policy, anchor, primitives }),
      );
      expect(error?.code).toBe('ATTESTATION_PCK_CA_SIG');
    }
  });
});

describe('privacy', () => {
  it('privacy: no error shows report data, measurements or machine ids', async () => {
    const verified = await verify(quote);
    const other = await failure(
      verifyQuote(quote, {
        collateral,
        now: SCENARIO_NOW,
        policy: { ...policy, machines: ['11'.repeat(16)] },
        anchor,
      }),
    );
    const mismatch = await failure(
      verifyQuote(quote, { collateral, now: SCENARIO_NOW, policy: { ...policy, measurements: [] }, anchor }),
    );
    const text = JSON.stringify([other, mismatch]);
    for (const secret of [
      verified.ppid,
      verified.platformInstanceId ?? verified.ppid,
      verified.measurements.mrtd,
    ])
      expect(text).not.toContain(secret);
  });
});
