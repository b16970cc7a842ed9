// What does a network without a chain agree on? One process signs the rules and ticks the beacons (PROTOCOL.md §16).
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DEFAULT_PRICES, type PriceTable } from '@cocoonkit/sdk/protocol';
import { signLocalRegistry } from '@cocoonkit/sdk/registry';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { toHex } from '../hex.js';
import { closeServer, listen } from '../http/listen.js';
import type { LocalMeasurements } from '../quote/quote-source.js';
import { firstBeacon, type LocalBeacon, nextBeacon } from './beacon-chain.js';
import { BeaconStore } from './beacon-store.js';
import { loadRegistryKey } from './registry-key.js';

const TICK_MS = 1_000;
const MAX_CONNECTIONS = 4_096;

export interface RegistryOptions {
  /** Holds registry.json, registry.key, network.id and beacons.log. */
  dir: string;
  host?: string | undefined;
  port?: number | undefined;
  measurements: LocalMeasurements;
  /** Default: the public network's prices. */
  prices?: PriceTable | undefined;
  now: () => Date;
  random: (length: number) => Uint8Array;
}

export interface RunningRegistry {
  readonly url: string;
  readonly network: string;
  /** The key clients pin, hex. */
  readonly publicKey: string;
  /** Adds the next beacon now. */
  tick(): void;
  stop(): Promise<void>;
}

/** A restart on the same directory continues network, key and chain; only the address may differ. */
export async function startRegistry(options: RegistryOptions): Promise<RunningRegistry> {
  const { dir, host = '127.0.0.1', port = 0, now, random } = options;
  mkdirSync(dir, { recursive: true });
  const signer = loadRegistryKey(join(dir, 'registry.key'), random);
  const network = loadNetworkId(join(dir, 'network.id'), random);
  const beacons = new BeaconStore(join(dir, 'beacons.log'));
  const seconds = (): number => Math.floor(now().getTime() / 1000);

  const tick = (): LocalBeacon => {
    const { last } = beacons;
    // Time never runs backwards in the chain, whatever the clock does.
    const next =
      last === undefined
        ? firstBeacon(network, seconds())
        : nextBeacon(last, Math.max(seconds(), last.utime));
    beacons.append(next);
    return next;
  };
  let latest = tick();

  let snapshot = '';
  const app = new Hono();
  const beaconJson = (beacon: LocalBeacon) => ({
    kind: 'local',
    chain: network,
    ...beacon,
    seqno: String(beacon.seqno),
  });
  app.use(async (context, next) => {
    await next();
    context.header('Access-Control-Allow-Origin', '*');
    context.header('Cache-Control', 'no-store');
  });
  app.get('/registry.json', (context) => context.body(snapshot, 200, { 'Content-Type': 'application/json' }));
  app.get('/health', (context) => context.json({ status: 'ok' }));
  app.get('/beacon', (context) => context.json(beaconJson(latest)));
  app.get('/beacon/:seqno{[0-9]{1,15}}', (context) => {
    const beacon = beacons.find(Number(context.req.param('seqno')));
    return beacon === undefined ? context.notFound() : context.json(beaconJson(beacon));
  });

  const server = createServer(
    { maxHeaderSize: 8_192, headersTimeout: 10_000, requestTimeout: 10_000 },
    getRequestListener(app.fetch, { overrideGlobalObjects: false }),
  );
  server.maxConnections = MAX_CONNECTIONS;
  const url = await listen(server, host, port);
  snapshot = await signLocalRegistry(
    {
      network,
      source: 'local',
      prices: options.prices ?? DEFAULT_PRICES,
      measurements: options.measurements,
      beaconUrl: url,
      issuedAt: seconds(),
    },
    signer,
  );
  writeWhole(join(dir, 'registry.json'), snapshot);
  const timer = setInterval(() => {
    latest = tick();
  }, TICK_MS);

  return {
    url,
    network,
    publicKey: toHex(signer.publicKey),
    tick() {
      latest = tick();
    },
    async stop() {
      clearInterval(timer);
      await closeServer(server);
    },
  };
}

function loadNetworkId(file: string, random: (length: number) => Uint8Array): string {
  try {
    const network = readFileSync(file, 'utf8').trim();
    if (/^local:[0-9a-f]{32}$/.test(network)) return network;
  } catch {
    // The first start in this directory.
  }
  const network = `local:${toHex(random(16))}`;
  writeWhole(file, `${network}\n`);
  return network;
}

/** Readers see the old file or the new one, never half of it. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.next`, text);
  renameSync(`${file}.next`, file);
}
