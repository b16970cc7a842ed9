// How does a proxy on real hardware get its quotes? From the kernel, each with the collateral that belongs to it.
import { readTsmQuote, type TsmTree } from '@cocoonkit/sdk/tsm';
import type { QuoteSource } from './quote-source.js';

export interface ConfigfsOptions {
  /** The document for this quote, PROTOCOL.md §5.5; asked anew for each. */
  collateral: (quote: Uint8Array) => Promise<Uint8Array>;
  /** Reads the boot log that belongs to a quote. */
  eventLog?: ((quote: Uint8Array) => Promise<Uint8Array | undefined>) | undefined;
  /** Names the report entry; unpredictable so that two processes never share one. */
  random: (length: number) => Uint8Array;
  /** The kernel's tree; by default the one of this system. */
  tree?: TsmTree | undefined;
}

/** @throws CocoonError `QUOTE_UNAVAILABLE`, and what `collateral` throws. */
export function createConfigfsQuotes({ collateral, random, tree, eventLog }: ConfigfsOptions): QuoteSource {
  const entryName = () => `cocoonkit-${Buffer.from(random(8)).toString('hex')}`;
  return {
    kind: 'configfs',
    async quote(reportData) {
      const quote = await readTsmQuote(reportData, { tree, entryName });
      return { quote, collateral: await collateral(quote), eventLog: await eventLog?.(quote) };
    },
  };
}
