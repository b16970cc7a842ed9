// Can two proxies be restarted one after the other, as real processes, without a client noticing?
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  type Cocoon,
  type CocoonEvent,
  createAccount,
  createCocoon,
  parseLocalRegistry,
} from '@cocoonkit/sdk';
import { httpBeaconSource } from '@cocoonkit/sdk/registry';
import { simulatedRootDer } from '@cocoonkit/sdk/testing';
import { simulatedAnchor } from '@cocoonkit/sdk/unsafe';
import { afterEach, expect, it } from 'vitest';
import { startService } from '../06-whole-network/start-service.mjs';
import { SUMMARY } from './support/in-process.js';
import { steadyPort } from './support/steady-port.js';
import { creditAccount } from './support/whole-network.js';

const run = promisify(execFile);
const PROXY = fileURLToPath(new URL('../../packages/proxy/dist/main.js', import.meta.url));
const WORKER = fileURLToPath(new URL('../../packages/worker/dist/main.js', import.meta.url));

type Service = ReturnType<typeof startService>;
const services = new Set<Service>();
let dir: string | undefined;
afterEach(async () => {
  await Promise.all([...services].map((service) => service.stop()));
  services.clear();
  if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
});

async function start(name: string, script: string, args: string[]): Promise<Service & { url: string }> {
  const service = startService(name, script, args);
  services.add(service);
  const { url } = await service.listening;
  return { ...service, url };
}

/** As an operator's tool does it: SIGTERM, and then as long as it takes. */
async function terminate(service: Service): Promise<void> {
  process.kill(service.pid ?? 0, 'SIGTERM');
  await expect
    .poll(() => {
      try {
        return process.kill(service.pid ?? 0, 0);
      } catch {
        return false;
      }
    })
    .toBe(false);
  services.delete(service);
}

/** A proxy that can be started again on its directory and port. */
class RestartableProxy {
  readonly dir: string;
  readonly #port: number;
  readonly #trust: string[];
  #service: Service | undefined;

  constructor(path: string, port: number, trust: string[]) {
    this.dir = path;
    this.#port = port;
    this.#trust = trust;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get args(): string[] {
    return [
      'serve',
      ...this.#trust,
      '--dir',
      this.dir,
      '--limit',
      'addressRate=100000',
      'addressBurst=100000',
      'accountRunning=1000',
    ];
  }

  async start(): Promise<void> {
    this.#service = await start('proxy', PROXY, [...this.args, '--port', String(this.#port)]);
  }

  async terminate(): Promise<void> {
    if (this.#service !== undefined) await terminate(this.#service);
  }

  async #admin(path: string): Promise<Response> {
    const read = (name: string): string => readFileSync(join(this.dir, name), 'utf8').trim();
    return fetch(`${read('admin.url')}${path}`, {
      headers: { authorization: `Bearer ${read('admin.token')}` },
    });
  }

  async hasWorkers(count: number): Promise<void> {
    await expect
      .poll(async () =>
        (await (await this.#admin('/metrics')).text()).includes(`cocoonkit_workers ${count}\n`),
      )
      .toBe(true);
  }

  /** nanoTON charged, once nothing is reserved. */
  async charged(): Promise<bigint> {
    const totals = async () => (await (await this.#admin('/admin/totals')).json()) as Record<string, string>;
    await expect.poll(async () => (await totals())['reserved']).toBe('0');
    return BigInt((await totals())['charged'] ?? '');
  }
}

it('two proxies restart in turn under a dozen clients: no request fails, each is charged once', async () => {
  dir = mkdtempSync(join(tmpdir(), 'cocoonkit-rolling-'));
  const registryDir = join(dir, 'registry');
  const registryUrl = (await start('registry', PROXY, ['registry', '--dir', registryDir, '--port', '0'])).url;
  const signed = readFileSync(join(registryDir, 'registry.json'), 'utf8');
  const { publicKey } = JSON.parse(signed) as { publicKey: string };
  const trust = [
    '--registry',
    `${registryUrl}/registry.json`,
    '--registry-key',
    publicKey,
    '--quote',
    'simulated',
  ];
  const a = new RestartableProxy(join(dir, 'a'), await steadyPort(), trust);
  const b = new RestartableProxy(join(dir, 'b'), await steadyPort(), trust);
  const both = [a, b];
  await Promise.all(both.map((proxy) => proxy.start()));
  const engine = ['--engine', 'extractive', '--model', SUMMARY.model, '--slots', '64'];
  await start('worker', WORKER, [
    'serve',
    '--proxy',
    both.map(({ url }) => url).join(','),
    ...trust,
    ...engine,
  ]);
  await Promise.all(both.map((proxy) => proxy.hasWorkers(1)));

  // A second process on a ledger that is in use says so and leaves it alone.
  const second = await run(process.execPath, [PROXY, ...a.args, '--port', '0']).catch(
    (error: unknown) => error,
  );
  expect(second).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Another process has this ledger open'),
  });

  const { account } = await createAccount();
  for (const { dir: proxyDir } of both) {
    await creditAccount({ proxyCommand: PROXY, proxyDir }, account.id, '1');
  }
  const registry = await parseLocalRegistry(
    new TextEncoder().encode(signed),
    new Uint8Array(Buffer.from(publicKey, 'hex')),
  );
  // How long a restart takes is the machine's affair: waits of clients end when it is over.
  let restarted = Promise.resolve();
  const events: CocoonEvent[] = [];
  const open = (): Cocoon =>
    createCocoon({
      proxy: both.map(({ url }) => url),
      network: { registry, beacons: httpBeaconSource(registry.beaconUrl ?? '', fetch) },
      account,
      anchor: simulatedAnchor(simulatedRootDer()),
      wait: async (ms) => {
        await restarted;
        await new Promise((resolve) => setTimeout(resolve, ms));
      },
      onEvent: (event) => events.push(event),
    });
  const cocoons = Array.from({ length: 3 }, open);
  const replies: { text: string; nanoTon: bigint }[] = [];
  const ask = async (cocoon: Cocoon): Promise<void> => {
    const { text, charge } = await cocoon.chat(SUMMARY);
    replies.push({ text, nanoTon: charge.client });
  };
  await Promise.all(cocoons.map(ask));
  let over = false;
  const loop = async (cocoon: Cocoon): Promise<void> => {
    while (!over) await ask(cocoon);
  };
  const clients = Promise.all(cocoons.flatMap((cocoon) => Array.from({ length: 4 }, () => loop(cocoon))));
  clients.catch(() => undefined);

  for (const proxy of both) {
    let done = (): void => undefined;
    restarted = new Promise((resolve) => {
      done = resolve;
    });
    await proxy.terminate();
    await proxy.start();
    await proxy.hasWorkers(1);
    done();
  }
  const before = replies.length;
  await expect.poll(() => replies.length).toBeGreaterThan(before + 24);
  over = true;
  await clients;
  expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
  const charged = await Promise.all(both.map((proxy) => proxy.charged()));
  expect(charged.every((amount) => amount > 0n)).toBe(true);
  const paid = replies.reduce((sum, { nanoTon }) => sum + nanoTon, 0n);
  expect(charged.reduce((sum, amount) => sum + amount, 0n)).toBe(paid);
  expect(events.some(({ type }) => type === 'failover')).toBe(true);
  for (const cocoon of cocoons) cocoon.close();
});
