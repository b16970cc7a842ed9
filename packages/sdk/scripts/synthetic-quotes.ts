// With which quotes can another verifier check itself? Every defect and variant of the simulated world as data, the same on every run.
import type { QuotePolicy } from '../src/attestation/index.js';
import { toHex, utf8 } from '../src/internal/bytes.js';
import {
  prepareSimulated,
  quoteDefects,
  quoteVariants,
  type SimulatedEvidence,
  simulatedRootDer,
} from '../src/testing/tdx/index.js';
import { makeSplices, type Splice } from './splices.js';

/** How a case's collateral differs from the healthy one. */
export type CollateralVector =
  | { splices: Record<string, Splice[]>; set: Record<string, unknown>; remove: string[] }
  | { text: string }
  | { bytes: string }
  | { value: unknown };

export interface QuoteVector {
  name: string;
  outcome: 'accept' | 'reject';
  /** Merged TCB status of what is accepted. */
  status?: string;
  /** Code and step of what is refused. */
  code?: string;
  step?: number;
  now?: number;
  policy?: unknown;
  quote?: Splice[];
  collateral?: CollateralVector;
}

export interface SyntheticVectors {
  about: string[];
  root: string;
  now: number;
  policy: unknown;
  quote: string;
  collateral: Record<string, string>;
  cases: QuoteVector[];
  omitted: string[];
}

const MAX_CASE_CHARACTERS = 65_536;

const ABOUT = [
  'Simulated machines: every signature is real, the root is not Intel’s. Trust the certificate `root` (DER, hex) and nothing else.',
  'A case is the healthy machine (quote, collateral, now, policy) with the changes it lists. now: Unix seconds.',
  'A splice [at, remove, insert] changes bytes: at this offset of the healthy value so many bytes are removed and these (hex) inserted.',
  'collateral: members are UTF-8 texts changed by `splices`, replaced by `set`, left out by `remove`; or it is `text`, `bytes` (hex) or `value` as a whole.',
  'A policy replaces the healthy one. reportData is hex; measurement rules are alternatives, all registers of a rule must match.',
  'step: the numbered check of the verifier; code: PROTOCOL.md. `omitted` names cases of the same table that are too large or no data.',
];

export function syntheticVectors(): SyntheticVectors {
  const healthy = prepareSimulated();
  const collateral = members(healthy.collateral) ?? {};
  const cases: QuoteVector[] = [];
  const omitted: string[] = [];
  const add = (head: QuoteVector, evidence: SimulatedEvidence): void => {
    const changes = changesOf(evidence, healthy, collateral);
    const vector = { ...head, ...changes };
    if (changes !== undefined && JSON.stringify(vector).length <= MAX_CASE_CHARACTERS) cases.push(vector);
    else omitted.push(head.name);
  };
  for (const { name, status, scenario } of quoteVariants())
    add({ name, outcome: 'accept', status }, prepareSimulated(scenario));
  for (const { name, code, step, scenario } of quoteDefects())
    add({ name, outcome: 'reject', code, step }, prepareSimulated(scenario));
  return {
    about: ABOUT,
    root: toHex(simulatedRootDer()),
    now: healthy.now.getTime() / 1000,
    policy: plainPolicy(healthy.policy),
    quote: toHex(healthy.quote),
    collateral,
    cases,
    omitted,
  };
}

function changesOf(
  evidence: SimulatedEvidence,
  healthy: SimulatedEvidence,
  original: Readonly<Record<string, string>>,
): Partial<QuoteVector> | undefined {
  const collateral = collateralChange(evidence.collateral, original);
  if (collateral === undefined) return undefined;
  const quote = makeSplices(healthy.quote, evidence.quote);
  const policy = plainPolicy(evidence.policy);
  return {
    ...(evidence.now.getTime() === healthy.now.getTime() ? {} : { now: evidence.now.getTime() / 1000 }),
    ...(JSON.stringify(policy) === JSON.stringify(plainPolicy(healthy.policy)) ? {} : { policy }),
    ...(quote.length === 0 ? {} : { quote }),
    ...(collateral === 'same' ? {} : { collateral }),
  };
}

function collateralChange(
  value: unknown,
  original: Readonly<Record<string, string>>,
): CollateralVector | 'same' | undefined {
  if (typeof value === 'string') return { text: value };
  if (value instanceof Uint8Array) return { bytes: toHex(value) };
  const changed = members(value);
  if (changed === undefined)
    return Object.keys(value ?? {}).length > 0 || Array.isArray(value) || typeof value === 'number'
      ? { value }
      : undefined;
  const out = {
    splices: {} as Record<string, Splice[]>,
    set: {} as Record<string, unknown>,
    remove: [] as string[],
  };
  for (const [name, text] of Object.entries(original)) {
    const now = changed[name];
    if (now === undefined) out.remove.push(name);
    else if (typeof now !== 'string') out.set[name] = now;
    else if (now !== text) out.splices[name] = makeSplices(utf8(text), utf8(now));
  }
  const same = out.remove.length + Object.keys(out.set).length + Object.keys(out.splices).length === 0;
  return same ? 'same' : out;
}

/** A plain object with members of its own. */
function members(value: unknown): Record<string, string> | undefined {
  const plain =
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.keys(value).length > 0;
  return plain ? (value as Record<string, string>) : undefined;
}

function plainPolicy({ reportData, ...rest }: QuotePolicy): unknown {
  return { ...rest, reportData: reportData === 'any' ? reportData : toHex(reportData) };
}
