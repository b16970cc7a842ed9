// What is needed to judge thousands of slightly changed inputs: one machine, remembered signatures, a printed seed.
import { quotePrimitives } from '#platform';
import { parseCollateral, type VerifiedQuote, verifyQuote } from '../../src/attestation/index.js';
import { CocoonError } from '../../src/errors.js';
import { toHex } from '../../src/internal/bytes.js';
import type { QuotePrimitives } from '../../src/internal/primitives.js';
import {
  createSimulatedTdx,
  SCENARIO_NOW,
  simulatedMeasurementRule,
  simulatedMeasurements,
  simulatedRootDer,
} from '../../src/testing/tdx/index.js';
import { simulatedAnchor } from '../../src/unsafe.js';

/** `npm run test:deep`: every bit and every length instead of a sample. */
export const DEEP: boolean = process.env['COCOONKIT_DEEP'] === '1';

/** The same in each run, another one in each deep run; COCOONKIT_SEED repeats that. Every failure names it. */
export const SEED: number = Number(
  process.env['COCOONKIT_SEED'] ?? (DEEP ? Math.floor(Math.random() * 2 ** 31) : 20_261),
);

/** A generator of whole numbers below `limit` (a linear congruential one: spread is enough here). */
export function seeded(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

export const tdx = createSimulatedTdx({ now: SCENARIO_NOW });
export const quote = tdx.quote({
  measurements: simulatedMeasurements('worker'),
  version: 5,
  bodyType: 3,
});
export const collateral = tdx.collateral();
/** Not authenticated and not read: the quote carries its own chain. */
export const UNUSED = 'pck_crl_issuer_chain';

// Real verification, but the same key, message and signature are verified once: most changes leave eight of nine as they were.
const verdicts = new Map<string, boolean>();
const primitives: QuotePrimitives = {
  sha256: quotePrimitives.sha256,
  async p256Verify(publicKey, message, signature) {
    const id = toHex(publicKey) + toHex(signature) + toHex(quotePrimitives.sha256(message));
    const known = verdicts.get(id);
    if (known !== undefined) return known;
    const verdict = await quotePrimitives.p256Verify(publicKey, message, signature);
    if (verdict) verdicts.set(id, verdict);
    return verdict;
  },
};

const options = {
  now: SCENARIO_NOW,
  policy: { measurements: [simulatedMeasurementRule('worker')], reportData: new Uint8Array(64) },
  anchor: simulatedAnchor(simulatedRootDer()),
  primitives,
};

export async function verify(bytes: Uint8Array, documents: unknown = collateral): Promise<VerifiedQuote> {
  return verifyQuote(bytes, { ...options, collateral: parseCollateral(documents) });
}

/** The code of the refusal, or `undefined` when the input was accepted. Anything but our own error is thrown on. */
export async function refusal(verifying: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await verifying();
    return undefined;
  } catch (error) {
    const typed =
      error instanceof CocoonError && error.kind === 'attestation' && error.code.startsWith('ATTESTATION_');
    if (!typed || error.remedy.length < 10) throw error;
    return error.code;
  }
}

export function flip(bytes: Uint8Array, index: number, bit: number): Uint8Array {
  const out = bytes.slice();
  out[index] = (out[index] ?? 0) ^ (1 << bit);
  return out;
}
