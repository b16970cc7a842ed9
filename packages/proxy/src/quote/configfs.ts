// How does a real TDX machine get quotes? Through Linux configfs-tsm (Documentation/ABI/testing/configfs-tsm-report).
import { mkdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CocoonError } from '@cocoonkit/sdk/errors';
import { LIMITS } from '@cocoonkit/sdk/protocol';
import type { QuoteSource } from './quote-source.js';

const REPORT_DIR = '/sys/kernel/config/tsm/report';

/** @param options.collateralFile PROTOCOL.md §5.5, kept fresh by the operator; read for every quote. */
export function createConfigfsQuotes(options: {
  collateralFile: string;
  /** Names the report directory; unpredictable so that two processes never share one. */
  random: (length: number) => Uint8Array;
  reportDir?: string | undefined;
}): QuoteSource {
  const { collateralFile, random, reportDir = REPORT_DIR } = options;
  return {
    kind: 'configfs',
    async quote(reportData) {
      const entry = join(reportDir, `cocoonkit-${Buffer.from(random(8)).toString('hex')}`);
      try {
        await mkdir(entry);
        await writeFile(join(entry, 'inblob'), reportData);
        // The kernel counts writes: any other number means somebody else used this entry meanwhile.
        const quote = new Uint8Array(await readFile(join(entry, 'outblob')));
        const generation = (await readFile(join(entry, 'generation'), 'utf8')).trim();
        if (generation !== '1' || quote.length === 0 || quote.length > LIMITS.quoteBytes)
          throw new TypeError('unusable report');
        return { quote, collateral: await readCollateral(collateralFile) };
      } catch (cause) {
        throw new CocoonError({
          kind: 'config',
          code: 'QUOTE_UNAVAILABLE',
          message: 'This machine could not produce a TDX quote.',
          remedy: `Check that it is a TDX guest, that ${reportDir} is writable and the collateral file readable.`,
          cause,
        });
      } finally {
        await rmdir(entry).catch(() => {});
      }
    },
  };
}

async function readCollateral(file: string): Promise<Uint8Array> {
  const { size } = await stat(file);
  if (size > LIMITS.collateralBytes) throw new TypeError('collateral above the limit');
  return new Uint8Array(await readFile(file));
}
