// Where do this worker's quotes come from, and whose root does it believe?
import { packStaple, parseCollateral, type SimulatedAnchor } from '@cocoonkit/sdk/attestation';
import {
  type CollateralRefresher,
  createCollateralRefresher,
  fetchCollateral,
  type RefreshEvent,
} from '@cocoonkit/sdk/attestation/fetch';
import { LIMITS } from '@cocoonkit/sdk/protocol';
import { readBootLog, type TsmTree } from '@cocoonkit/sdk/tsm';
import type { WorkerConfig } from './config.js';
import { readFileUpTo } from './load-registry.js';
import { configfsQuotes } from './quote/configfs-tsm.js';
import type { QuoteProvider } from './quote/quote-provider.js';
import { workerError } from './worker-error.js';

export interface QuoteSource {
  quotes: QuoteProvider;
  /** Present on simulated networks alone. */
  anchor?: SimulatedAnchor | undefined;
  /** Ends the renewal of collateral. */
  stop?: (() => void) | undefined;
}

export interface CreateQuotesOptions {
  now: () => Date;
  seed: string;
  fetch: typeof globalThis.fetch;
  /** 0 <= x < 1 */
  jitter: () => number;
  onCollateral?: ((event: RefreshEvent) => void) | undefined;
  kernel?: Kernel | undefined;
}

/** What stands in for this machine's kernel, Intel's root and the timer of renewals. */
export interface Kernel {
  tree: TsmTree;
  anchor: SimulatedAnchor;
  schedule?: ((ms: number, task: () => void) => () => void) | undefined;
}

export async function createQuotes(
  config: Pick<WorkerConfig, 'quote' | 'collateral' | 'pccs' | 'eventLog'>,
  options: CreateQuotesOptions,
): Promise<QuoteSource> {
  if (config.quote === 'simulated') {
    const { simulatedQuotes } = await import('./quote/simulated.js');
    return simulatedQuotes(options);
  }
  const { tree, anchor } = options.kernel ?? {};
  const { pccs, collateral: file } = config;
  const eventLog = (quote: Uint8Array) => readBootLog({ quote, file: config.eventLog });
  if (pccs === undefined)
    return { quotes: configfsQuotes({ tree, collateral: () => readCollateral(file), eventLog }) };
  const refresher = createRefresher(pccs, options);
  return {
    quotes: configfsQuotes({ tree, collateral: (quote) => refresher.staple(quote), eventLog }),
    anchor,
    stop: () => refresher.stop(),
  };
}

function createRefresher(baseUrl: string, options: CreateQuotesOptions): CollateralRefresher {
  const { now, fetch, jitter, onCollateral, kernel } = options;
  return createCollateralRefresher({
    fetch: (platform, signal) => fetchCollateral({ ...platform, baseUrl, fetch, jitter, signal }),
    now,
    jitter,
    anchor: kernel?.anchor,
    onEvent: onCollateral,
    schedule: kernel?.schedule,
  });
}

/** Whatever form the file has, evidence carries the short one. */
async function readCollateral(path: string | undefined): Promise<Uint8Array> {
  try {
    if (path === undefined) throw new TypeError('no file');
    return packStaple(parseCollateral(await readFileUpTo(path, LIMITS.collateralBytes)));
  } catch (cause) {
    throw workerError({
      code: 'COLLATERAL_UNAVAILABLE',
      message: 'The file with the machine’s collateral cannot be read.',
      remedy:
        'Check --collateral: a file made by `cocoonkit collateral fetch`, or a JSON document as PROTOCOL.md §5.5 describes, refreshed before it expires.',
      cause,
    });
  }
}
