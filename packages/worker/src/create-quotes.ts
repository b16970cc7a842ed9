// Where do this worker's quotes come from, and whose root does it believe?
import type { SimulatedAnchor } from '@cocoonkit/sdk/attestation';
import { LIMITS } from '@cocoonkit/sdk/protocol';
import type { WorkerConfig } from './config.js';
import { readFileUpTo } from './load-registry.js';
import { configfsQuotes } from './quote/configfs-tsm.js';
import type { QuoteProvider } from './quote/quote-provider.js';
import { workerError } from './worker-error.js';

export interface QuoteSource {
  quotes: QuoteProvider;
  /** Present on simulated networks alone. */
  anchor?: SimulatedAnchor | undefined;
}

export async function createQuotes(
  config: Pick<WorkerConfig, 'quote' | 'collateral'>,
  options: { now: () => Date; seed: string },
): Promise<QuoteSource> {
  if (config.quote === 'simulated') {
    const { simulatedQuotes } = await import('./quote/simulated.js');
    return simulatedQuotes(options);
  }
  return { quotes: configfsQuotes({ collateral: () => readCollateral(config.collateral) }) };
}

async function readCollateral(path: string | undefined): Promise<Uint8Array> {
  try {
    if (path === undefined) throw new TypeError('no file');
    return await readFileUpTo(path, LIMITS.collateralBytes);
  } catch (cause) {
    throw workerError({
      code: 'COLLATERAL_UNAVAILABLE',
      message: 'The file with the machine’s collateral cannot be read.',
      remedy:
        'Check --collateral: a JSON document as PROTOCOL.md §5.5 describes, refreshed before it expires.',
      cause,
    });
  }
}
