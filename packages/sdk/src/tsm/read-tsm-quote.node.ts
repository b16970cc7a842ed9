// How does a Linux guest ask the TDX module for a quote? Through configfs (kernel documentation: ABI/testing/configfs-tsm-report).
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseQuote, type TdxQuote } from '../attestation/parse-quote.js';
import { CocoonError } from '../errors.js';
import { equalBytes } from '../internal/bytes.js';
import { LIMITS } from '../protocol/limits.js';
import { errnoOf, remedyFor } from './tsm-remedies.node.js';
import { type TsmTree, tsmTree } from './tsm-tree.node.js';

const REPORT_ROOT = '/sys/kernel/config/tsm/report';
const REPORT_DATA_BYTES = 64;
const PROVIDER = 'tdx_guest';
const MAX_TEXT_BYTES = 64;
/** Another writer of the same entry is an accident; three in a row are not. */
const MAX_TRIES = 3;
/** The guest driver serves one quote at a time and answers EBUSY, EINTR or EAGAIN meanwhile. */
const PASSING = ['EBUSY', 'EINTR', 'EAGAIN'];
const MAX_REPEATS = 6;
const FIRST_WAIT_MS = 20;

export interface TsmQuoteOptions {
  /** The kernel's tree; by default the one of this system. */
  tree?: TsmTree | undefined;
  /** Name of an entry, asked anew for each; by default unique to this process and call. */
  entryName?: (() => string) | undefined;
  /** Waits between repetitions. */
  wait?: ((milliseconds: number) => Promise<unknown>) | undefined;
}

interface Entry {
  tree: TsmTree;
  name: string;
  repeat: <T>(operation: () => Promise<T>) => Promise<T>;
}

/**
 * A quote of the machine this process runs in, over these 64 bytes, without padding. Needs Linux 6.7 or later in a TDX guest and the
 * right to write the report tree. Checks that the quote carries the report data; does not verify it.
 * @throws CocoonError `QUOTE_UNAVAILABLE`, with what the kernel said in `details.errno` and a remedy for it
 */
export async function readTsmQuote(
  reportData: Uint8Array,
  options: TsmQuoteOptions = {},
): Promise<Uint8Array> {
  if (reportData.length !== REPORT_DATA_BYTES) throw unavailable('the report data is not 64 bytes');
  const { tree = tsmTree(REPORT_ROOT), wait = sleep } = options;
  const entryName = options.entryName ?? (() => `cocoonkit-${process.pid}-${randomBytes(8).toString('hex')}`);
  const entry = await makeEntry(tree, entryName, repeater(wait));
  try {
    return await readQuote(entry, reportData);
  } finally {
    // The kernel removes the files with the entry. A leftover entry holds nothing secret.
    await entry.repeat(() => tree.remove(entry.name)).catch(() => undefined);
  }
}

async function makeEntry(tree: TsmTree, entryName: () => string, repeat: Entry['repeat']): Promise<Entry> {
  for (let attempt = 1; ; attempt++) {
    const name = entryName();
    try {
      await repeat(() => tree.make(name));
      return { tree, name, repeat };
    } catch (cause) {
      // Somebody else has this name: theirs is not touched.
      if (errnoOf(cause) === 'EEXIST' && attempt < MAX_TRIES) continue;
      throw unavailable('the kernel makes no TDX report here', cause);
    }
  }
}

/** `generation` counts writes. If it moved by more than our own, the quote may be over somebody else's data. */
async function readQuote(entry: Entry, reportData: Uint8Array): Promise<Uint8Array> {
  const provider = await readText(entry, 'provider');
  if (provider !== PROVIDER) throw unavailable('the report provider is not a TDX guest');
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const before = await readGeneration(entry);
    await entry
      .repeat(() => entry.tree.write(entry.name, 'inblob', reportData))
      .catch((cause: unknown) => {
        throw unavailable('the report data could not be written', cause);
      });
    const outblob = await read(entry, 'outblob', LIMITS.quoteBytes + 1);
    if ((await readGeneration(entry)) !== before + 1n) continue;
    if (outblob.length === 0 || outblob.length > LIMITS.quoteBytes)
      throw unavailable('the quote has an impossible length');
    const quote = parse(outblob);
    if (!equalBytes(quote.report.reportData, reportData))
      throw unavailable('the quote is over other report data');
    return outblob.slice(0, quote.length);
  }
  throw unavailable('somebody else keeps writing the report entry');
}

function parse(outblob: Uint8Array): TdxQuote {
  try {
    return parseQuote(outblob);
  } catch (cause) {
    throw unavailable('the kernel gave something else than a TDX quote', cause);
  }
}

async function readGeneration(entry: Entry): Promise<bigint> {
  const value = await readText(entry, 'generation');
  if (!/^[0-9]{1,18}$/.test(value)) throw unavailable('the generation counter is not a number');
  return BigInt(value);
}

async function readText(entry: Entry, name: string): Promise<string> {
  return Buffer.from(await read(entry, name, MAX_TEXT_BYTES))
    .toString('utf8')
    .trim();
}

function read({ tree, name: entry, repeat }: Entry, name: string, maxBytes: number): Promise<Uint8Array> {
  return repeat(() => tree.read(entry, name, maxBytes)).catch((cause: unknown) => {
    throw unavailable(`the entry’s ${name} could not be read`, cause);
  });
}

/** Repeats what failed in passing, with growing waits. */
function repeater(wait: (milliseconds: number) => Promise<unknown>): Entry['repeat'] {
  return async (operation) => {
    for (let repeats = 0; ; repeats++) {
      try {
        return await operation();
      } catch (error) {
        if (repeats >= MAX_REPEATS || !PASSING.includes(errnoOf(error) ?? '')) throw error;
        await wait(FIRST_WAIT_MS * 2 ** repeats);
      }
    }
  };
}

function unavailable(reason: string, cause?: unknown): CocoonError {
  const errno = errnoOf(cause);
  return new CocoonError({
    kind: 'attestation',
    code: 'QUOTE_UNAVAILABLE',
    message: `No TDX quote: ${reason}${errno === undefined ? '' : ` (${errno})`}.`,
    remedy: remedyFor(errno),
    details: errno === undefined ? {} : { errno },
    cause,
  });
}
