// A running network of real processes for end-to-end tests, and a client that may spend on it.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type Account,
  type Cocoon,
  type CocoonOptions,
  createAccount,
  createCocoon,
  parseLocalRegistry,
  type Registry,
} from '@cocoonkit/sdk';
import { httpBeaconSource } from '@cocoonkit/sdk/registry';
import { simulatedRootDer } from '@cocoonkit/sdk/testing';
import { simulatedAnchor } from '@cocoonkit/sdk/unsafe';
import { startNetwork } from '../../06-whole-network/start-network.mjs';

export interface WholeNetwork {
  proxy: string;
  registry: Registry;
  account: Account;
  /** Of the account, 64 hex digits. */
  accountSeed: string;
  model: string;
  pids: Record<string, number>;
  /** The services' last log lines. */
  log: string[];
  client(options?: Partial<CocoonOptions>): Cocoon;
  /** Nothing reserved, and exactly so much charged. */
  totals(): Promise<LedgerTotals>;
  metrics(): Promise<string>;
  adminUrl(): Promise<string>;
  parts: Awaited<ReturnType<typeof startNetwork>>;
  stop(): Promise<void>;
}

/** nanoTON as decimal text. */
export interface LedgerTotals {
  charged: string;
  workers: string;
  proxy: string;
  reserved: string;
}

export async function startWholeNetwork(
  options: {
    workers?: number;
    upstream?: string;
    model?: string;
    classical?: boolean;
    proxyPort?: number;
  } = {},
): Promise<WholeNetwork> {
  const network = await startNetwork({ workers: 2, verbose: false, ...options });
  const key = new Uint8Array(Buffer.from(network.registryKey, 'hex'));
  const registry = await parseLocalRegistry(new TextEncoder().encode(network.signedRegistry), key);
  const { account, seed } = await createAccount();
  await creditAccount(network, account.id, '1');
  const adminUrl = async (): Promise<string> =>
    (await readFile(join(network.proxyDir, 'admin.url'), 'utf8')).trim();
  const admin = async (path: string): Promise<Response> => {
    const token = await readFile(join(network.proxyDir, 'admin.token'), 'utf8');
    return fetch(`${await adminUrl()}${path}`, { headers: { authorization: `Bearer ${token.trim()}` } });
  };
  return {
    proxy: network.proxy,
    accountSeed: Buffer.from(seed).toString('hex'),
    registry,
    account,
    model: network.model,
    pids: network.pids,
    log: network.log,
    client: (more = {}) =>
      createCocoon({
        proxy: network.proxy,
        network: { registry, beacons: httpBeaconSource(registry.beaconUrl ?? '', fetch) },
        account,
        anchor: simulatedAnchor(simulatedRootDer()),
        ...more,
      }),
    totals: async () => (await (await admin('/admin/totals')).json()) as LedgerTotals,
    metrics: async () => (await admin('/metrics')).text(),
    adminUrl,
    parts: network,
    stop: () => network.stop(),
  };
}

export async function creditAccount(
  network: { proxyCommand: string; proxyDir: string },
  account: string,
  ton: string,
): Promise<void> {
  await promisify(execFile)(process.execPath, [
    network.proxyCommand,
    'credit',
    '--dir',
    network.proxyDir,
    '--account',
    account,
    '--ton',
    ton,
  ]);
}
