// How does a worker on real hardware get its quotes? From the kernel, each with the collateral that belongs to it.
import { readTsmQuote, type TsmQuoteOptions } from '@cocoonkit/sdk/tsm';
import type { QuoteProvider } from './quote-provider.js';

export interface ConfigfsOptions extends TsmQuoteOptions {
  /** The collateral document for this quote; asked anew for each, because collateral expires. */
  collateral: (quote: Uint8Array) => Promise<Uint8Array>;
  /** Reads the boot log that belongs to a quote. */
  eventLog?: ((quote: Uint8Array) => Promise<Uint8Array | undefined>) | undefined;
}

/** Quotes of the machine this process runs in. Needs Linux 6.7 or later inside a TDX guest, and the right to write the tree. */
export function configfsQuotes({ collateral, eventLog, ...options }: ConfigfsOptions): QuoteProvider {
  return {
    name: 'configfs',
    async quote(reportData) {
      const quote = await readTsmQuote(reportData, options);
      return { quote, collateral: await collateral(quote), eventLog: await eventLog?.(quote) };
    },
  };
}
