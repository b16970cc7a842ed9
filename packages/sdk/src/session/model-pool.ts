// Which verified workers can a request be sealed to right now? Few at once, more in the background, some replaced over time.
import type { Config } from '../config.js';
import { CocoonError } from '../errors.js';
import { toHex } from '../internal/bytes.js';
import { singleFlight } from '../internal/single-flight.js';
import { LIMITS } from '../protocol/limits.js';
import type { RosterEntry } from '../protocol/roster.js';
import type { Registry } from '../registry/registry.js';
import { Serial } from '../seal/serial.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import { askEvidence } from './ask-evidence.js';
import type { EvidenceVerifier } from './evidence.js';
import { disallowed, type ProxyConnection, shortName } from './proxy-connection.js';
import { shuffled } from './random-draw.js';
import { fetchRoster } from './roster.js';
import type { WarmStore } from './warm-store.js';

/** A quarter of the pool is replaced this often. */
const ROTATE_MS = 600_000;
/** A pool that knows every worker looks for changes this often; so does one that is not full. */
const LOOK_AGAIN_MS = 60_000;
/** A machine that ends sooner is not used for a new request. */
const MIN_LIFE_MS = 10_000;
/** Digests that failed to verify and are not asked for again. */
const MAX_REFUSED = 1_024;

export interface PooledWorker {
  readonly machine: VerifiedMachine;
  /** The proxy's hint of load, 0 to 255. */
  readonly load: number;
  readonly success: number;
  strikes: number;
}

export interface ModelPool {
  readonly model: string;
  readonly size: number;
  machines(): VerifiedMachine[];
  /**
   * Verified workers, at least `count` if the proxy has as many that verify.
   * @throws CocoonError `NO_VERIFIED_WORKER` (cause: the first refusal), `MODEL_UNKNOWN`, those of the roster
   */
  workers(count: number): Promise<PooledWorker[]>;
  /** Asks the proxy again, now: after it said that none of the candidates can serve. */
  refresh(count: number): Promise<void>;
  recheck(registry: Registry): void;
  /** Makes the next `workers()` verify everything again. */
  forget(): void;
}

export function createModelPool(
  model: string,
  parts: {
    config: Config;
    connection: ProxyConnection;
    registry: () => Promise<Registry>;
    evidence: EvidenceVerifier;
    warm: WarmStore;
  },
): ModelPool {
  const { config, connection, registry, evidence, warm } = parts;
  const pool = new Map<string, PooledWorker>();
  const refused = new Map<string, CocoonError>();
  let lookedAt: number | undefined;
  let rotatedAt = config.now().getTime();
  let complete = false;
  /** Offered, not verified yet. */
  let strangers: RosterEntry[] = [];

  function drop(name: string): void {
    const worker = pool.get(name);
    if (worker !== undefined) warm.forget(worker.machine);
    pool.delete(name);
  }

  function refuse(name: string, error: CocoonError): void {
    config.emit({ type: 'refused', role: 'worker', machine: name.slice(0, 16), code: error.code });
    refused.set(name, error);
    const oldest = refused.keys().next().value;
    if (refused.size > MAX_REFUSED && oldest !== undefined) refused.delete(oldest);
  }

  /** Asks for the evidence of these workers in one message and keeps those that verify. */
  async function verifyBatch(entries: readonly RosterEntry[]): Promise<void> {
    const rules = await registry();
    const digests = entries.map(({ digest }) => digest);
    const verified = await askEvidence(digests, { connection, evidence, rules });
    await Promise.all(
      entries.map(async (entry) => {
        const name = toHex(entry.digest);
        try {
          const machine = await verified(entry.digest);
          // A proxy that answers with other machines than were asked for has none of these.
          if (machine === undefined) throw evidenceMissing();
          pool.set(name, { machine, load: entry.load, success: entry.success, strikes: 0 });
          const { expiresAt } = machine;
          config.emit({
            type: 'verified',
            role: 'worker',
            machine: shortName(machine),
            expiresAt,
          });
        } catch (error) {
          if (!(error instanceof CocoonError)) throw error;
          if (error.kind === 'network' || error.kind === 'config') throw error;
          refuse(name, error);
        }
      }),
    );
  }

  async function look(): Promise<void> {
    const offer = await fetchRoster(connection, model, config);
    lookedAt = config.now().getTime();
    complete = offer.complete;
    const offered = new Set(offer.entries.map((entry) => toHex(entry.digest)));
    // Workers that left, or made new keys, are of no use any more.
    if (complete) for (const name of [...pool.keys()]) if (!offered.has(name)) drop(name);
    strangers = shuffled(config.random, offer.entries);
  }

  /** Verifies strangers, in random order, until the pool has `target` workers or there are none left. */
  async function fill(target: number): Promise<void> {
    if (age() >= LOOK_AGAIN_MS || strangers.length === 0) await look();
    strangers = strangers.filter(({ digest }) => !pool.has(toHex(digest)) && !refused.has(toHex(digest)));
    while (pool.size < target && strangers.length > 0) {
      await verifyBatch(strangers.splice(0, Math.min(target - pool.size, LIMITS.evidenceBatch)));
    }
    config.emit({ type: 'pool', model, verified: pool.size, target: config.poolSize });
  }

  /** Milliseconds since the roster was read. */
  function age(): number {
    const elapsed = lookedAt === undefined ? Number.POSITIVE_INFINITY : config.now().getTime() - lookedAt;
    return elapsed < 0 ? Number.POSITIVE_INFINITY : elapsed;
  }

  // One fill at a time: two would verify the same strangers.
  const serial = new Serial();
  let needed = 1;
  const fillNow = singleFlight(() => serial.run(() => fill(needed)));
  const fillUp = singleFlight(() =>
    serial.run(async () => {
      const rotate = config.now().getTime() - rotatedAt >= ROTATE_MS;
      const leaving =
        rotate && !complete ? shuffled(config.random, [...pool.keys()]).slice(0, pool.size / 4) : [];
      if (rotate) rotatedAt = config.now().getTime();
      if (rotate) strangers = [];
      await fill(config.poolSize + leaving.length);
      if (pool.size > leaving.length) for (const name of leaving) drop(name);
    }),
  );

  function later(): void {
    fillUp().catch((error: unknown) => {
      config.emit({ type: 'warning', code: error instanceof CocoonError ? error.code : 'POOL_NOT_FILLED' });
    });
  }

  function dropExpired(): void {
    const soon = config.now().getTime() + MIN_LIFE_MS;
    for (const [name, { machine }] of [...pool]) if (machine.expiresAt.getTime() <= soon) drop(name);
  }

  /** A pool that is full and only knows a part of the workers need not look so often. */
  function lookDue(): boolean {
    const settled = !complete && pool.size >= config.poolSize;
    return age() >= (settled ? ROTATE_MS : LOOK_AGAIN_MS);
  }

  return {
    model,
    get size() {
      return pool.size;
    },
    machines: () => [...pool.values()].map(({ machine }) => machine),
    async workers(count) {
      dropExpired();
      const short = pool.size < count && (pool.size === 0 || strangers.length > 0 || lookDue());
      if (short) {
        needed = count;
        await fillNow();
      }
      if (lookDue() || (pool.size < config.poolSize && strangers.length > 0)) later();
      if (pool.size === 0) throw noVerifiedWorker(refused);
      return [...pool.values()];
    },
    async refresh(count) {
      lookedAt = undefined;
      needed = Math.min(pool.size + count, config.poolSize);
      await fillNow();
    },
    forget() {
      for (const name of [...pool.keys()]) drop(name);
      refused.clear();
      lookedAt = undefined;
    },
    recheck(rules) {
      // What was refused under the old rules may be allowed now.
      refused.clear();
      for (const [name, { machine }] of [...pool]) {
        const code = disallowed(machine, config, rules);
        if (code === undefined) continue;
        config.emit({ type: 'revoked', role: 'worker', machine: shortName(machine), code });
        drop(name);
      }
      lookedAt = undefined;
    },
  };
}

function evidenceMissing(): CocoonError {
  return new CocoonError({
    kind: 'attestation',
    code: 'EVIDENCE_MISSING',
    message: 'The proxy has no evidence for a worker it lists.',
    remedy: 'Nothing was sent. Use another proxy.',
    stage: 'pool',
  });
}

function noVerifiedWorker(refused: ReadonlyMap<string, CocoonError>): CocoonError {
  const [first] = refused.values();
  return new CocoonError({
    kind: 'attestation',
    code: 'NO_VERIFIED_WORKER',
    message:
      first === undefined
        ? 'The proxy offers no worker for this model.'
        : `None of the proxy’s workers for this model passed verification; the first failed with ${first.code}.`,
    remedy: 'Nothing was sent. Use another model or proxy; the cause says which check failed.',
    details: { refused: refused.size, ...(first === undefined ? {} : { firstCode: first.code }) },
    cause: first,
  });
}
