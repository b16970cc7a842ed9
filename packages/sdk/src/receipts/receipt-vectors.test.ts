import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixedWorker } from '../../scripts/fixed-machines.js';
import { fromHex, toHex } from '../internal/bytes.js';
import { decodeCore } from '../protocol/core.js';
import { DEFAULT_PRICES } from '../protocol/price.js';
import { verifyReceipt } from './verify-receipt.js';

interface Vectors {
  manifest: string;
  core: string;
  coreHash: string;
  transcript: string;
  frames: number;
  cases: { name: string; code: string; receipt: string; signature: string; privateReceipt: string }[];
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../spec/vectors/receipts/receipts.json', import.meta.url), 'utf8'),
);
const worker = await fixedWorker('vector worker 0');

describe('the published receipts', () => {
  it('are for the published worker', () => {
    expect(toHex(worker.machine.evidence.manifest)).toBe(vectors.manifest);
  });

  it.each(vectors.cases)('$name → $code', async ({ code, receipt, signature, privateReceipt }) => {
    const outcome = await verifyReceipt({
      final: {
        receipt: fromHex(receipt),
        signature: fromHex(signature),
        privateReceipt: fromHex(privateReceipt),
      },
      worker: worker.machine,
      core: decodeCore(fromHex(vectors.core)),
      coreHash: fromHex(vectors.coreHash),
      transcript: fromHex(vectors.transcript),
      frames: vectors.frames,
      prices: DEFAULT_PRICES,
    }).then(
      () => '',
      (error: unknown) => Reflect.get(Object(error), 'code'),
    );
    expect(outcome).toBe(code);
  });
});
