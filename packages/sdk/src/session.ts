// What does the client keep between calls? A verified proxy, verified pools, warm contexts, and who pays.
import type { Config } from './config.js';
import { CocoonError } from './errors.js';
import type { Registry } from './registry/registry.js';
import type { VerifiedMachine } from './seal/verified-machine.js';
import { type Credentials, createCredentials } from './session/credentials.js';
import { createEvidenceVerifier, type EvidenceVerifier } from './session/evidence.js';
import { createModelPool, type ModelPool, type PooledWorker } from './session/model-pool.js';
import { connectProxy, type ProxyConnection } from './session/proxy-connection.js';
import { watchRegistry } from './session/registry-watch.js';
import { createWarmStore, type WarmStore } from './session/warm-store.js';

/** Models with a pool at once; the least recently used goes first. */
const MAX_POOLS = 16;
/** Kinds of failure that another proxy may not have. */
const ELSEWHERE = ['network', 'attestation', 'protocol'];

export interface Ready {
  readonly connection: ProxyConnection;
  readonly proxy: VerifiedMachine;
  readonly workers: readonly PooledWorker[];
  readonly pool: ModelPool;
}

export interface Session {
  readonly credentials: Credentials;
  readonly warm: WarmStore;
  readonly evidence: EvidenceVerifier;
  /** Models that answered this client before. */
  readonly answered: Set<string>;
  /** Adjusted tokens the account had left when the proxy last said so. */
  spendable: bigint | undefined;
  registry(): Promise<Registry>;
  /** A verified proxy; the next one in the list where one fails. Nothing of a request is sent. */
  proxy(): Promise<ProxyConnection>;
  /** A verified proxy and verified workers of a model. */
  ready(model: string): Promise<Ready>;
  /** From now on the next proxy of the list comes first, if there is one. */
  leave(connection: ProxyConnection, code: string): boolean;
  connections(): readonly ProxyConnection[];
  pools(): readonly ModelPool[];
  close(): void;
}

export function createSession(config: Config): Session {
  const credentials = createCredentials(config.account, config.now);
  const warm = createWarmStore(config);
  const evidence = createEvidenceVerifier(config);
  const pools = new Map<string, ModelPool>();
  const watch = watchRegistry({
    source: config.network.registry,
    now: config.now,
    emit: config.emit,
    changed(registry) {
      for (const connection of connections) connection.recheck(registry);
      for (const pool of pools.values()) pool.recheck(registry);
    },
  });
  const registry = () => watch.current();
  const connections = config.proxies.map((url) =>
    connectProxy(url, { config, registry, evidence, credentials, warm }),
  );
  let active = 0;
  let closed = false;

  function poolOf(connection: ProxyConnection, model: string): ModelPool {
    const name = `${connection.url} ${model}`;
    const pool = pools.get(name) ?? createModelPool(model, { config, connection, registry, evidence, warm });
    pools.delete(name);
    pools.set(name, pool);
    const oldest = pools.keys().next().value;
    if (pools.size > MAX_POOLS && oldest !== undefined) pools.delete(oldest);
    return pool;
  }

  /** Runs `step` with the active proxy, then with each other one, until it succeeds. */
  async function withAny<T>(step: (connection: ProxyConnection) => Promise<T>): Promise<T> {
    if (closed) throw clientClosed();
    if (connections.length === 0) throw proxyMissing();
    const first = active;
    for (let tried = 0; ; tried++) {
      const index = (first + tried) % connections.length;
      const connection = connections[index];
      if (connection === undefined) throw proxyMissing();
      try {
        const result = await step(connection);
        // Another ledger, another balance.
        if (index !== active) session.spendable = undefined;
        active = index;
        return result;
      } catch (error) {
        if (
          !(error instanceof CocoonError) ||
          !ELSEWHERE.includes(error.kind) ||
          tried + 1 >= connections.length
        )
          throw error;
        config.emit({
          type: 'failover',
          from: index,
          to: (index + 1) % connections.length,
          code: error.code,
        });
      }
    }
  }

  const session: Session = {
    credentials,
    warm,
    evidence,
    answered: new Set(),
    spendable: undefined,
    registry,
    proxy: () =>
      withAny(async (connection) => {
        await connection.machine();
        return connection;
      }),
    ready: (model) =>
      withAny(async (connection) => {
        await registry();
        const pool = poolOf(connection, model);
        const proxy = await connection.machine();
        const workers = await pool.workers(config.candidates);
        return { connection, proxy, workers, pool };
      }),
    leave(connection, code) {
      if (connections.length < 2) return false;
      // Another request may have left it already.
      if (connections[active] !== connection) return true;
      const to = (active + 1) % connections.length;
      config.emit({ type: 'failover', from: active, to, code });
      active = to;
      session.spendable = undefined;
      return true;
    },
    connections: () => connections,
    pools: () => [...pools.values()],
    close() {
      closed = true;
      warm.close();
      pools.clear();
    },
  };
  return session;
}

function proxyMissing(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'PROXY_REQUIRED',
    message: 'createCocoon got no proxy address.',
    remedy: 'Pass proxy: the base URL of a proxy of this network.',
  });
}

function clientClosed(): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'CLIENT_CLOSED',
    message: 'This client was closed.',
    remedy: 'Create a new one with createCocoon.',
  });
}
