// How does a Linux guest ask the TDX module for a quote? Through configfs (kernel documentation: ABI/testing/configfs-tsm-report).
import { randomBytes } from 'node:crypto';
import { LIMITS } from '@cocoonkit/sdk/protocol';
import { workerError } from '../worker-error.js';
import type { QuoteProvider } from './quote-provider.js';
import { type TsmTree, tsmTree } from './tsm-tree.js';

const REPORT_ROOT = '/sys/kernel/config/tsm/report';
const REPORT_DATA_BYTES = 64;
const PROVIDER = 'tdx_guest';
const MAX_TEXT_BYTES = 64;
/** Another writer of the same entry is an accident; three in a row are not. */
const MAX_TRIES = 3;

export interface ConfigfsOptions {
  /** The collateral document for this quote; asked anew for each, because collateral expires. */
  collateral: (quote: Uint8Array) => Promise<Uint8Array>;
  /** The kernel's tree; by default the one of this system. */
  tree?: TsmTree | undefined;
  /** Name of the entry; by default unique to this process and call. */
  entryName?: (() => string) | undefined;
}

/** Quotes of the machine this process runs in. Needs Linux 6.7 or later inside a TDX guest, and the right to write the tree. */
export function configfsQuotes(options: ConfigfsOptions): QuoteProvider {
  const tree = options.tree ?? tsmTree(REPORT_ROOT);
  const entryName = options.entryName ?? (() => `cocoonkit-${process.pid}-${randomBytes(4).toString('hex')}`);
  return {
    name: 'configfs',
    async quote(reportData) {
      if (reportData.length !== REPORT_DATA_BYTES) throw unavailable('the report data is not 64 bytes');
      const quote = await askKernel(tree, entryName(), reportData);
      return { quote, collateral: await options.collateral(quote) };
    },
  };
}

async function askKernel(tree: TsmTree, entry: string, reportData: Uint8Array): Promise<Uint8Array> {
  try {
    await tree.make(entry);
  } catch (cause) {
    throw unavailable('the kernel offers no TDX reports here', cause);
  }
  try {
    return await readQuote(tree, entry, reportData);
  } finally {
    // The kernel removes the files with the entry. A leftover entry holds nothing secret.
    await tree.remove(entry).catch(() => undefined);
  }
}

/** `generation` counts writes. If it moved by more than our own, the quote may be over somebody else's data. */
async function readQuote(tree: TsmTree, entry: string, reportData: Uint8Array): Promise<Uint8Array> {
  const provider = await readText(tree, entry, 'provider');
  if (provider !== PROVIDER) throw unavailable('the report provider is not a TDX guest');
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const before = await readGeneration(tree, entry);
    await tree.write(entry, 'inblob', reportData).catch((cause: unknown) => {
      throw unavailable('the report data could not be written', cause);
    });
    const quote = await read(tree, entry, 'outblob', LIMITS.quoteBytes + 1);
    if ((await readGeneration(tree, entry)) !== before + 1n) continue;
    if (quote.length === 0 || quote.length > LIMITS.quoteBytes)
      throw unavailable('the quote has an impossible length');
    return quote;
  }
  throw unavailable('somebody else keeps writing the report entry');
}

async function readGeneration(tree: TsmTree, entry: string): Promise<bigint> {
  const value = await readText(tree, entry, 'generation');
  if (!/^[0-9]{1,18}$/.test(value)) throw unavailable('the generation counter is not a number');
  return BigInt(value);
}

async function readText(tree: TsmTree, entry: string, name: string): Promise<string> {
  return Buffer.from(await read(tree, entry, name, MAX_TEXT_BYTES))
    .toString('utf8')
    .trim();
}

function read(tree: TsmTree, entry: string, name: string, maxBytes: number): Promise<Uint8Array> {
  return tree.read(entry, name, maxBytes).catch((cause: unknown) => {
    throw unavailable(`the entry’s ${name} could not be read`, cause);
  });
}

function unavailable(reason: string, cause?: unknown): Error {
  return workerError({
    kind: 'attestation',
    code: 'QUOTE_UNAVAILABLE',
    message: `No TDX quote: ${reason}.`,
    remedy:
      'Run the worker as root inside a TDX guest with Linux 6.7 or later and configfs mounted, or use --quote simulated on a local network.',
    cause,
  });
}
