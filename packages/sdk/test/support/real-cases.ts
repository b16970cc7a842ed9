// Which genuine quotes are published with the protocol, and what is the verdict on each?
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const QUOTE_VECTORS: string = fileURLToPath(new URL('../../spec/vectors/quotes/', import.meta.url));

export interface RealCase {
  quote: string;
  collateral: string;
  /** Unix seconds. */
  now: number;
  /** The verdict holds from then until then. */
  from: number;
  to: number;
  outcome: 'accept' | 'reject';
  code?: string;
  status?: string;
  platform?: string;
  module?: string;
  qe?: string;
  advisories?: string[];
}

export const REAL_CASES: readonly RealCase[] = JSON.parse(
  readFileSync(join(QUOTE_VECTORS, 'cases.json'), 'utf8'),
);

/** What `cocoonkit` needs to judge a case, after `verify` or a quote of another spelling. */
export const caseArguments = (entry: RealCase | undefined, quote?: string): string[] => [
  ...['verify', quote ?? join(QUOTE_VECTORS, entry?.quote ?? '')],
  ...['--collateral', join(QUOTE_VECTORS, entry?.collateral ?? ''), '--at', `${entry?.now}`],
];
