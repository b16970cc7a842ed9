// How does a real TDX machine get quotes? Through Linux configfs-tsm (Documentation/ABI/testing/configfs-tsm-report).
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CocoonError } from '@cocoonkit/sdk/errors';
import { LIMITS } from '@cocoonkit/sdk/protocol';
import type { QuoteSource } from './quote-source.js';

const REPORT_DIR = '/sys/kernel/config/tsm/report';

export interface ConfigfsOptions {
  /** The document for this quote, PROTOCOL.md §5.5; asked anew for each. */
  collateral: (quote: Uint8Array) => Promise<Uint8Array>;
  /** Names the report directory; unpredictable so that two processes never share one. */
  random: (length: number) => Uint8Array;
  reportDir?: string | undefined;
}

/** @throws CocoonError `QUOTE_UNAVAILABLE`, and what `collateral` throws. */
export function createConfigfsQuotes(options: ConfigfsOptions): QuoteSource {
  const { collateral, random, reportDir = REPORT_DIR } = options;
  return {
    kind: 'configfs',
    async quote(reportData) {
      const entry = join(reportDir, `cocoonkit-${Buffer.from(random(8)).toString('hex')}`);
      const quote = await askKernel(entry, reportData, reportDir);
      return { quote, collateral: await collateral(quote) };
    },
  };
}

async function askKernel(entry: string, reportData: Uint8Array, reportDir: string): Promise<Uint8Array> {
  try {
    await mkdir(entry);
    await writeFile(join(entry, 'inblob'), reportData);
    const quote = new Uint8Array(await readFile(join(entry, 'outblob')));
    // The kernel counts writes: any other number means somebody else used this entry meanwhile.
    const generation = (await readFile(join(entry, 'generation'), 'utf8')).trim();
    if (generation !== '1' || quote.length === 0 || quote.length > LIMITS.quoteBytes)
      throw new TypeError('unusable report');
    return quote;
  } catch (cause) {
    throw new CocoonError({
      kind: 'config',
      code: 'QUOTE_UNAVAILABLE',
      message: 'This machine could not produce a TDX quote.',
      remedy: `Check that it is a TDX guest and that ${reportDir} is writable.`,
      cause,
    });
  } finally {
    await rmdir(entry).catch(() => {});
  }
}
