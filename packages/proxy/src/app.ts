// What is a running proxy? Registry, identity, ledger, listeners: started in this order, ended in reverse.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { priceDigest } from '@cocoonkit/sdk/seal/envelope';
import { getRequestListener } from '@hono/node-server';
import { AddressBuckets } from './admission/address-buckets.js';
import { OpeningQueue } from './admission/opening-queue.js';
import { ReplayGuard } from './admission/replay-guard.js';
import { Tickets } from './admission/tickets.js';
import { readLastBackup } from './backup/last-backup.js';
import { refuseUnfinishedRestore } from './backup/restore-backup.js';
import { dropUnfinishedBackup } from './backup/write-backup.js';
import type { ProxyConfig } from './config.js';
import { ModelList } from './control/model-list.js';
import { RosterBook } from './control/roster-book.js';
import { SilenceWatches } from './forward/watch-silence.js';
import { parseHex, toHex } from './hex.js';
import { closeServer, listen } from './http/listen.js';
import { createIdentity } from './identity.js';
import type { Ledger } from './ledger/ledger.js';
import { createMemoryLedger } from './ledger/memory-ledger.js';
import { openSqliteLedger } from './ledger/sqlite-ledger.js';
import type { Log } from './log.js';
import { createMetrics } from './metrics.js';
import { openRegistry } from './network/open-registry.js';
import type { ProxyParts, ProxyState } from './proxy-parts.js';
import { openQuotes } from './quote/open-quotes.js';
import { collateralGauges, reportCollateral } from './report-collateral.js';
import { OpenRequests } from './requests/open-requests.js';
import { openRequestJournal } from './requests/request-journal.js';
import { adminRoutes } from './routes/admin-routes.js';
import { publicRoutes } from './routes/public-routes.js';
import { serveWorkers } from './routes/worker-endpoint.js';
import { openMeasurementHistory } from './status/measurement-history.js';
import { revokeDisallowed } from './workers/revoke-disallowed.js';
import { WorkerTable } from './workers/worker-table.js';

const EXPIRE_MS = 5_000;
/** A proxy that shuts down goes on answering until nobody asked for so long. */
const QUIET_MS = 250;

export interface ProxyDeps {
  now: () => Date;
  random: (length: number) => Uint8Array;
  fetch: typeof globalThis.fetch;
  log: Log;
  /** Milliseconds that never jump, for the silence of peers. */
  monotonicMs?: (() => number) | undefined;
  /** Instead of the one the configuration names; closed by `stop`. */
  ledger?: Ledger | undefined;
  /**
   * Whether stake and balance cover what workers are owed; asked for each request. While false nothing new is taken on
   * (`NO_FUNDS_AT_PROXY`). Default: always, for a ledger without a chain has no stake.
   */
  canPay?: (() => boolean) | undefined;
  /** Instead of the quotes the configuration names. */
  openQuotes?: typeof openQuotes | undefined;
}

export interface RunningProxy {
  readonly url: string;
  readonly adminUrl: string;
  readonly parts: ProxyParts;
  /** Takes nothing new, lets running requests end within the limit, closes everything. */
  stop(): Promise<void>;
}

/** @throws CocoonError when registry, quote or ledger cannot be used. */
export async function startProxy(config: ProxyConfig, deps: ProxyDeps): Promise<RunningProxy> {
  const { now, random, fetch, log } = deps;
  const { dir, limits } = config;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  refuseUnfinishedRestore(dir);
  const state: ProxyState = { draining: false, inferring: 0 };
  const requests = new OpenRequests();
  const workers = new WorkerTable(now, (digest) => requests.awaitsBillOf(digest));
  let renewEvidence = (): void => undefined;
  const quotes = await (deps.openQuotes ?? openQuotes)(config, {
    now,
    random,
    fetch,
    onCollateral(event) {
      reportCollateral(event, { log, now });
      if (event.type === 'renewed' && event.changed) renewEvidence();
    },
  });
  const registryKey = parseHex(config.registryKey, 32) ?? new Uint8Array(0);
  const registry = await openRegistry({
    source: config.registry,
    publicKey: registryKey,
    fetch,
    log,
    onRules: (rules) => void revokeDisallowed(rules, { workers, anchor: quotes.anchor, now, log }),
  });
  const { prices, network } = registry.current();
  const audience = loadAudience(join(dir, 'ledger.id'), random);
  const identity = await createIdentity({
    network,
    audience,
    url: config.url,
    suites: config.classical ? [1, 2, 3] : [1, 2],
    epochSeconds: config.epochSeconds,
    overlapSeconds: config.overlapSeconds,
    beacons: registry.beacons,
    quotes,
    now,
    random,
    log,
  });
  // Clients refuse a machine whose collateral ends, so new collateral goes out with new keys at once.
  renewEvidence = () => void identity.renew();
  const ledger = deps.ledger ?? (await openLedger(config, prices));
  // Only now: the ledger's lock says that no other process is at work here.
  dropUnfinishedBackup(dir);
  const nowSeconds = (): number => Math.floor(now().getTime() / 1000);
  const persistent =
    config.ledger === 'memory' ? undefined : openJournal(dir, ledger, requests, nowSeconds());
  const parts: ProxyParts = {
    limits,
    audience,
    simulated: quotes.anchor !== undefined,
    priceDigest: priceDigest(prices),
    pricePerToken: prices.pricePerToken,
    addressHeader: config.addressHeader,
    now,
    random,
    log,
    metrics: createMetrics({
      ...collateralGauges(quotes.refresher, now),
      workers: () => workers.size,
      revoked_workers: () => workers.revoked,
      streams: () => workers.streams,
      open_requests: () => requests.size,
      inferring: () => state.inferring,
      opening_queue: () => parts.opening.waiting,
      draining: () => (state.draining ? 1 : 0),
      can_pay: () => (parts.canPay() ? 1 : 0),
      epoch_seconds_left: () => identity.current().notAfter - nowSeconds(),
      ledger_reserved_nanoton: () => Number(ledger.totals().reserved),
      ledger_charged_nanoton: () => Number(ledger.totals().charged),
      last_backup_timestamp_seconds: () => readLastBackup(dir),
    }),
    registry,
    identity,
    collateral: () => quotes.refresher?.status().state,
    ledger,
    canPay: deps.canPay ?? (() => true),
    journal: persistent,
    workers,
    requests,
    silence: new SilenceWatches({
      limitMs: limits.silenceMs,
      monotonicMs: deps.monotonicMs ?? (() => performance.now()),
    }),
    buckets: new AddressBuckets({ perSecond: limits.addressRate, burst: limits.addressBurst, now }),
    opening: new OpeningQueue({ atOnce: limits.opening, maxWaiting: limits.openQueue, now }),
    tickets: new Tickets({ random, now }),
    replays: new ReplayGuard(),
    rosters: new RosterBook(workers, now),
    models: new ModelList(workers, now),
    state,
  };

  const historyFile = config.ledger === 'memory' ? undefined : join(dir, 'measurements.json');
  const history = openMeasurementHistory(historyFile, now);
  const server = createServer(
    {
      maxHeaderSize: 8_192,
      headersTimeout: limits.headMs,
      // Node looks for slow heads only now and then, by default every 30 s.
      connectionsCheckingInterval: Math.min(limits.headMs, 5_000),
      requestTimeout: 0,
      keepAliveTimeout: 15_000,
      // A client that is gone without a word is noticed by TCP.
      keepAlive: true,
      keepAliveInitialDelay: 15_000,
    },
    getRequestListener(publicRoutes(parts, history).fetch, {
      overrideGlobalObjects: false,
      autoCleanupIncoming: false,
    }),
  );
  server.maxConnections = limits.connections;
  let lastRequestAt = Number.NEGATIVE_INFINITY;
  server.prependListener('request', (_incoming, outgoing) => {
    if (!state.draining) return;
    lastRequestAt = performance.now();
    // Nobody should send the next request on a connection that is about to end.
    outgoing.setHeader('Connection', 'close');
  });
  const closeSockets = serveWorkers(server, parts, quotes.anchor);
  const token = toHex(random(32));
  const admin = createServer(
    { maxHeaderSize: 8_192, headersTimeout: 10_000, requestTimeout: 10_000 },
    getRequestListener(adminRoutes(parts, token, dir).fetch, { overrideGlobalObjects: false }),
  );
  admin.maxConnections = 64;
  const adminUrl = await listen(admin, '127.0.0.1', config.adminPort);
  writePrivate(join(dir, 'admin.token'), token);
  writePrivate(join(dir, 'admin.url'), adminUrl);
  const url = await listen(server, config.host, config.port);
  const timer = setInterval(() => {
    requests.sweep(nowSeconds());
    void ledger.expire(nowSeconds()).catch(() => log('error', { event: 'expire-failed' }));
  }, EXPIRE_MS);
  timer.unref();

  return {
    url,
    adminUrl,
    parts,
    async stop() {
      state.draining = true;
      if (state.inferring > 0) lastRequestAt = performance.now();
      for (const channel of workers.all()) channel.drain();
      const until = performance.now() + limits.drainMs;
      // Clients that keep asking are told to go elsewhere, which a closed connection would not do, until they have gone.
      const busy = () => state.inferring > 0 || performance.now() - lastRequestAt < QUIET_MS;
      while (busy() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 25));
      clearInterval(timer);
      identity.stop();
      quotes.refresher?.stop();
      registry.stop();
      workers.stop();
      parts.silence.stop();
      closeSockets();
      await closeServer(server);
      await closeServer(admin);
      await persistent?.close();
      await ledger.close();
    },
  };
}

async function openLedger(config: ProxyConfig, prices: { pricePerToken: bigint; workerPerToken: bigint }) {
  const { pricePerToken, workerPerToken } = prices;
  const own = { pricePerToken, workerPerToken };
  const limits = { maxRunning: config.limits.accountRunning, maxNewGrants: config.limits.accountNewGrants };
  if (config.ledger === 'memory') return createMemoryLedger({ prices: own, ...limits });
  return openSqliteLedger({ path: join(config.dir, 'ledger.db'), prices: own, ...limits });
}

function openJournal(dir: string, ledger: Ledger, requests: OpenRequests, nowSeconds: number) {
  const { journal, restored } = openRequestJournal({
    dir: join(dir, 'requests'),
    nowSeconds,
    keep: ({ operation, account, key }) => {
      const known = ledger.operation(operation, account);
      return known?.state === 'reserved' && known.coreHash === key;
    },
  });
  for (const attempt of restored) requests.add(attempt);
  return journal;
}

/** Names this ledger for ever: requests, grants and receipts are made out to it. */
function loadAudience(file: string, random: (length: number) => Uint8Array): string {
  try {
    const audience = readFileSync(file, 'utf8').trim();
    if (/^local:[0-9a-f]{32}$/.test(audience)) return audience;
  } catch {
    // The first start in this directory.
  }
  const audience = `local:${toHex(random(16))}`;
  writePrivate(file, audience);
  return audience;
}

function writePrivate(file: string, text: string): void {
  writeFileSync(file, `${text}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
}
