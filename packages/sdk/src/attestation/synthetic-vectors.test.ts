// Do the published synthetic vectors stand for the table of defects, and can they be run from the file alone?
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applySplices } from '../../scripts/splices.js';
import {
  type CollateralVector,
  type SyntheticVectors,
  syntheticVectors,
} from '../../scripts/synthetic-quotes.js';
import { fromHex, fromUtf8, utf8 } from '../internal/bytes.js';
import { simulatedAnchor } from '../unsafe.js';
import { parseCollateral, type QuotePolicy, verifyQuote } from './index.js';

const file = new URL('../../spec/vectors/quotes/synthetic/cases.json', import.meta.url);

/** Readable enough: one case a line. */
function write({ cases, ...head }: SyntheticVectors): string {
  const lines = cases.map((entry) => JSON.stringify(entry)).join(',\n');
  return `${JSON.stringify(head, null, 1).slice(0, -2)},\n "cases": [\n${lines}\n]}\n`;
}

// Writes instead of comparing: only after a deliberate change of the table.
if (process.env['UPDATE_VECTORS'] === '1') {
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, write(syntheticVectors()));
}

const text = readFileSync(file, 'utf8');
const vectors: SyntheticVectors = JSON.parse(text);
const anchor = simulatedAnchor(fromHex(vectors.root));

function collateralOf(change: CollateralVector | undefined): unknown {
  if (change === undefined) return vectors.collateral;
  if ('text' in change) return change.text;
  if ('bytes' in change) return fromHex(change.bytes);
  if ('value' in change) return change.value;
  const out: Record<string, unknown> = { ...vectors.collateral, ...change.set };
  for (const [name, splices] of Object.entries(change.splices))
    out[name] = fromUtf8(applySplices(utf8(vectors.collateral[name] ?? ''), splices));
  for (const name of change.remove) delete out[name];
  return out;
}

function policyOf(value: unknown): QuotePolicy {
  const policy = value as QuotePolicy & { reportData: string };
  return { ...policy, reportData: policy.reportData === 'any' ? 'any' : fromHex(policy.reportData) };
}

describe('synthetic quote vectors', () => {
  it('are what this code makes', () => {
    expect(text).toBe(write(syntheticVectors()));
  });

  it('leave out little, and say what', () => {
    expect(vectors.omitted.length).toBeLessThan(6);
    expect(vectors.cases.length).toBeGreaterThan(300);
  });

  for (const entry of vectors.cases) {
    it(`${entry.outcome}s: ${entry.name}`, async () => {
      const verifying = (async () =>
        verifyQuote(applySplices(fromHex(vectors.quote), entry.quote ?? []), {
          collateral: parseCollateral(collateralOf(entry.collateral)),
          now: new Date((entry.now ?? vectors.now) * 1000),
          policy: policyOf(entry.policy ?? vectors.policy),
          anchor,
        }))();
      if (entry.outcome === 'accept') expect((await verifying).tcb.status).toBe(entry.status);
      else await expect(verifying).rejects.toMatchObject({ code: entry.code });
    });
  }
});
