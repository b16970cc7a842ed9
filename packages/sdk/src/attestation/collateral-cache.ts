// What was verified before and need not be again, and which collateral is older than what was seen already?
import { type CacheMemory, type KnownMachine, registerCache } from './cache-memory.js';
import { check } from './fail.js';
import { checkMarks, isRolledBack, type RollbackMark, type RollbackMarks } from './rollback-marks.js';
import type { VerifiedDocuments } from './steps/read-documents.js';
import type { Window } from './validity.js';
import { EXTENSION, extensionHex } from './x509/extensions.js';
import type { Crl } from './x509/parse-crl.js';

const DEFAULT_COLLATERALS = 16;
const DEFAULT_MACHINES = 512;
const MAX_KEPT = 65_536;
/** One per platform family and issuer; the oldest is forgotten beyond that. */
const MAX_MARKS = 1_024;

export interface CollateralCacheOptions {
  /** Collateral documents kept, one per platform family; default 16. Each costs about 100 kB. */
  readonly maxCollaterals?: number | undefined;
  /** Machines whose certificates are kept; default 512. Each costs about 15 kB. */
  readonly maxMachines?: number | undefined;
  /**
   * How much older than the newest seen a document may be, for machines that refresh their collateral at different times.
   * Default 0. An older tcbEvaluationDataNumber is refused whatever its date.
   */
  readonly rollbackToleranceMs?: number | undefined;
  /** Marks of an earlier run, from `marks()`. */
  readonly marks?: RollbackMarks | undefined;
}

/** Made by `createCollateralCache`, and only by it: the option `cache` takes no other object. */
export interface CollateralCache {
  /** The newest documents that came with a fully verified quote: plain JSON, to be kept and passed to the next cache. */
  marks(): RollbackMarks;
  /** What is held now. */
  size(): { readonly collaterals: number; readonly machines: number; readonly marks: number };
}

/**
 * A memory for many verifications, as option `cache` of `verifyQuote`, `verifyQuoteSync` and `verifyMachine`. It holds only what was
 * verified, found by the hash of the exact bytes and the root: three signatures remain of nine, two for a known machine, one while its
 * quoting enclave keeps its key. Windows, revocation and policy are judged every time. Documents older than those seen are refused.
 * @throws CocoonError `ATTESTATION_OPTIONS`
 */
export function createCollateralCache(options: CollateralCacheOptions = {}): CollateralCache {
  const { maxCollaterals = DEFAULT_COLLATERALS, maxMachines = DEFAULT_MACHINES } = options;
  const { rollbackToleranceMs = 0, marks: kept = {} } = options;
  for (const limit of [maxCollaterals, maxMachines]) {
    check(Number.isInteger(limit) && limit >= 1 && limit <= MAX_KEPT, 'OPTIONS', 'cache size');
  }
  check(Number.isFinite(rollbackToleranceMs) && rollbackToleranceMs >= 0, 'OPTIONS', 'rollbackToleranceMs');
  const documents = new Map<string, VerifiedDocuments>();
  const machines = new Map<string, KnownMachine>();
  const marks = new Map<string, RollbackMark>(Object.entries(checkMarks(kept, MAX_MARKS)));

  const memory: CacheMemory = {
    machine: (key) => touch(machines, key),
    documents: (key) => touch(documents, key),
    keepMachine: (key, value) => keep(machines, key, value, maxMachines),
    keepDocuments: (key, value) => keep(documents, key, value, maxCollaterals),
    refuseRollback(seen, simulated) {
      for (const { name, what, strict, mark } of sightings(seen, simulated)) {
        const newest = marks.get(name);
        const tolerance = strict && mark.number < (newest?.number ?? 0) ? 0 : rollbackToleranceMs;
        check(newest === undefined || !isRolledBack(mark, newest, tolerance), 'COLLATERAL_ROLLBACK', what);
      }
    },
    remember(seen, simulated) {
      for (const { name, mark } of sightings(seen, simulated)) {
        const { number = 0, issuedAt = 0 } = marks.get(name) ?? {};
        const newest = {
          number: Math.max(number, mark.number),
          issuedAt: Math.max(issuedAt, mark.issuedAt),
        };
        keep(marks, name, newest, MAX_MARKS);
      }
    },
  };
  const cache: CollateralCache = {
    marks: () => Object.fromEntries(marks),
    size: () => ({ collaterals: documents.size, machines: machines.size, marks: marks.size }),
  };
  return registerCache(cache, memory);
}

interface Sighting {
  readonly name: string;
  readonly what: string;
  /** Whether a lower number is refused whatever the date: Intel counts TCB recoveries, not lists. */
  readonly strict: boolean;
  readonly mark: RollbackMark;
}

function sightings(seen: VerifiedDocuments, simulated: boolean): readonly Sighting[] {
  const { tcbInfo, qeIdentity, rootCrl, pckCrl } = seen;
  // A simulated Intel must not move the marks of the real one.
  const prefix = simulated ? 'simulated ' : '';
  const document = (name: string, what: string, number: number, { from }: Window): Sighting => ({
    name: prefix + name,
    what,
    strict: true,
    mark: { number, issuedAt: from },
  });
  const list = (what: string, { extensions, number, from }: Crl): Sighting => ({
    name: `${prefix}crl ${extensionHex(extensions, EXTENSION.authorityKeyId)}`,
    what,
    strict: false,
    mark: { number, issuedAt: from },
  });
  return [
    document(`tcb ${tcbInfo.fmspc}`, 'TCB info', tcbInfo.evaluationDataNumber, tcbInfo),
    document('qe', 'QE identity', qeIdentity.evaluationDataNumber, qeIdentity),
    list('root CRL', rootCrl),
    list('PCK CRL', pckCrl),
  ];
}

/** Moves the entry to the end, so that the first is the one unused for longest. */
function touch<T>(map: Map<string, T>, key: string): T | undefined {
  const value = map.get(key);
  if (value !== undefined && map.delete(key)) map.set(key, value);
  return value;
}

function keep<T>(map: Map<string, T>, key: string, value: T, most: number): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next().value;
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
