// Which quotes does the configuration ask for, and where does their collateral come from?
import {
  createCollateralRefresher,
  fetchCollateral,
  type RefreshEvent,
} from '@cocoonkit/sdk/attestation/fetch';
import { readBootLog, type TsmTree } from '@cocoonkit/sdk/tsm';
import type { SimulatedAnchor } from '@cocoonkit/sdk/unsafe';
import type { ProxyConfig } from '../config.js';
import { createConfigfsQuotes } from './configfs.js';
import type { QuoteSource } from './quote-source.js';
import { readCollateral } from './read-collateral.js';
import { createSimulatedQuotes } from './simulated.js';

export interface OpenQuotesOptions {
  now: () => Date;
  random: (length: number) => Uint8Array;
  fetch: typeof globalThis.fetch;
  onCollateral: (event: RefreshEvent) => void;
  /** The kernel's tree and the root of its quotes; by default this machine's and Intel's. */
  tree?: TsmTree | undefined;
  anchor?: SimulatedAnchor | undefined;
}

export async function openQuotes(
  config: Pick<ProxyConfig, 'quote' | 'pccs' | 'collateralFile' | 'eventLog'>,
  options: OpenQuotesOptions,
): Promise<QuoteSource> {
  const { now, random, fetch, onCollateral, tree, anchor } = options;
  const { pccs: baseUrl, collateralFile = '' } = config;
  if (config.quote === 'simulated') return createSimulatedQuotes();
  const eventLog = (quote: Uint8Array) => readBootLog({ quote, file: config.eventLog });
  if (baseUrl === undefined) {
    return createConfigfsQuotes({
      collateral: () => readCollateral(collateralFile),
      eventLog,
      random,
      tree,
    });
  }
  const jitter = (): number => (random(1)[0] ?? 0) / 256;
  const refresher = createCollateralRefresher({
    fetch: (platform, signal) => fetchCollateral({ ...platform, baseUrl, fetch, jitter, signal }),
    now,
    jitter,
    anchor,
    onEvent: onCollateral,
  });
  const quotes = createConfigfsQuotes({
    collateral: (quote) => refresher.staple(quote),
    eventLog,
    random,
    tree,
  });
  return { ...quotes, anchor, refresher };
}
