// Do the commands work as processes, and does money add up when the proxy is killed in the middle of a request?
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LinkControl } from '@cocoonkit/sdk/protocol';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { answerHonestly, connectWorker } from './support/scripted-worker.js';
import { creditThrough, type Reachable, until } from './support/start-network.js';
import { TestClient } from './support/test-client.js';

// Below the package, so that the bundle finds the package's own dependencies.
const cache = fileURLToPath(new URL('../node_modules/.cache/', import.meta.url));
const source = (name: string): string => fileURLToPath(new URL(`../src/${name}`, import.meta.url));
const running: ChildProcess[] = [];
let out: string;
let dir: string;

beforeAll(async () => {
  mkdirSync(cache, { recursive: true });
  out = mkdtempSync(join(cache, 'proxy-test-'));
  dir = mkdtempSync(join(tmpdir(), 'cocoonkit-process-'));
  await build({
    entryPoints: { main: source('main.ts'), 'sqlite-thread': source('ledger/sqlite-thread.ts') },
    outdir: out,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['@cocoonkit/source'],
    external: [
      'libsql',
      'ws',
      'pino',
      'prom-client',
      'esbuild',
      'commander',
      'zod',
      'hono',
      '@hono/node-server',
      '@ton/core',
      '@ton/sandbox',
    ],
  });
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});
afterAll(() => {
  rmSync(out, { recursive: true, force: true });
  rmSync(dir, { recursive: true, force: true });
});

async function start(
  args: string[],
  stderr: 'inherit' | 'pipe' = 'inherit',
): Promise<{ child: ChildProcess; said: Record<string, string> }> {
  const child = spawn(process.execPath, [join(out, 'main.js'), ...args, '--json'], {
    stdio: ['ignore', 'pipe', stderr],
  });
  running.push(child);
  if (child.stdout === null) throw new TypeError('no output');
  const [line]: string[] = await once(createInterface(child.stdout), 'line');
  const said: unknown = JSON.parse(line ?? '');
  if (typeof said !== 'object' || said === null) throw new TypeError('no object');
  return {
    child,
    said: Object.fromEntries(Object.entries(said).map(([key, value]) => [key, String(value)])),
  };
}

async function run(args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [join(out, 'main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  const [code]: (number | null)[] = await once(child, 'close');
  return { code: code ?? null, ...said };
}

test('accepts: devnet serves a local chain, says that it is one, and ends at SIGTERM with 0', async () => {
  const { child, said } = await start(['devnet', '--port', '0']);
  expect(said).toMatchObject({ event: 'listening', role: 'devnet', chain: 'LOCAL CHAIN, no real TON' });
  const { endpoint = '' } = said;
  const body = JSON.stringify({ id: '1', jsonrpc: '2.0', method: 'getMasterchainInfo', params: {} });
  const response = await fetch(endpoint, { method: 'POST', body });
  expect(await response.json()).toMatchObject({ ok: true, result: { last: { workchain: -1 } } });
  child.kill('SIGTERM');
  const [code]: (number | null)[] = await once(child, 'exit');
  expect(code).toBe(0);
  const refused = await run(['devnet', '--port', 'many']);
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toContain('The port is no number from 0 to 65535.');
});

test('accepts: backup of a running proxy and of one that was killed; restore; serve again', async () => {
  const base = join(dir, 'backups');
  const registry = await start(['registry', '--dir', join(base, 'registry'), '--port', '0']);
  const { url = '', publicKey = '' } = registry.said;
  const serve = ['serve', '--registry', url, '--registry-key', publicKey, '--quote', 'simulated'];
  const proxyDir = join(base, 'proxy');
  const { child } = await start([...serve, '--dir', proxyDir]);
  await creditThrough(proxyDir)('a'.repeat(64), 1_500_000_000n);
  const one = join(base, 'one.backup');
  const taken = await run(['backup', '--dir', proxyDir, '--out', one, '--json']);
  expect(JSON.parse(taken.out)).toMatchObject({ event: 'backup', credited: '1500000000', accounts: '1' });
  expect(await run(['backup', '--dir', proxyDir, '--out', one])).toMatchObject({ code: 1, out: '' });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const two = join(base, 'two.backup');
  const rest = await run(['backup', '--dir', proxyDir, '--out', two]);
  expect(rest).toMatchObject({ code: 0, err: '' });
  expect(rest.out).toMatch(
    /^backup-at-rest: ledger of 20.*, 1 accounts, 0 charges, 0 nanoTON charged, SHA-256 [0-9a-f]{64}\n$/,
  );

  const refused = await run(['restore', '--in', one, '--dir', proxyDir]);
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toContain('The directory is not empty.');
  const back = join(base, 'back');
  const { sha256 } = JSON.parse(taken.out);
  const restored = await run(['restore', '--in', one, '--dir', back, '--sha256', sha256, '--json']);
  expect(JSON.parse(restored.out)).toMatchObject({ event: 'restored', sha256, credited: '1500000000' });
  await start([...serve, '--dir', back]);
  expect(await creditThrough(back)('a'.repeat(64), 1_500_000_000n)).toMatchObject({
    balance: '1500000000',
    repeated: true,
  });
});

test('accepts: kill -9 between answer and bill; after the restart the bill is charged once, and SIGTERM ends with 0', async () => {
  const registry = await start(['registry', '--dir', join(dir, 'registry'), '--port', '0']);
  const { url = '', network = '', publicKey = '' } = registry.said;
  expect(registry.said).toMatchObject({
    event: 'listening',
    role: 'registry',
    pid: String(registry.child.pid),
  });
  const serve = ['serve', '--registry', url, '--registry-key', publicKey, '--quote', 'simulated'];
  const proxyDir = join(dir, 'proxy');
  const startProxy = () => start([...serve, '--dir', proxyDir, '--port', '0', '--admin-port', '0']);
  const reach = (said: Record<string, string>): Reachable => ({
    registry: { url, network, publicKey },
    proxy: { url: said['url'] ?? '' },
    now: () => new Date(),
    credit: creditThrough(proxyDir),
  });

  const first = await startProxy();
  const client = await TestClient.create(reach(first.said));
  const bills: LinkControl[] = [];
  const worker = await connectWorker(client.network, {
    script: (job, self) => answerHonestly(job, self, undefined, { keepBill: (bill) => bills.push(bill) }),
  });
  const { message } = await client.envelope(await client.seal([worker]));
  const response = await client.post(`/v1/infer/${client.replica}`, message);
  // The first answer byte is out, so the reservation and what checking the bill needs are kept.
  expect(response.status).toBe(200);
  await until(() => bills.length === 1);
  first.child.kill('SIGKILL');
  await response.arrayBuffer().catch(() => undefined);
  await once(first.child, 'exit');

  const second = await startProxy();
  const again = reach(second.said);
  const back = await connectWorker(again, { machine: worker.machine });
  for (const bill of [...bills, ...bills]) back.send(bill);
  await until(() => back.controls.filter(({ type }) => type === 'receipt-ack').length === 2);
  expect(back.controls.flatMap(({ code }) => code ?? [])).toEqual([]);
  expect(await again.credit(client.id, 1_000_000n)).toMatchObject({
    balance: '999000',
    spendable: '999000',
    repeated: true,
  });
  for (const { child } of [second, registry]) {
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  }
});

test('a log that nobody reads stops nothing; one that is read has every line, the last ones too', async () => {
  const registry = await start(['registry', '--dir', join(dir, 'quiet-registry'), '--port', '0']);
  const { url = '', publicKey = '' } = registry.said;
  const serve = ['serve', '--registry', url, '--registry-key', publicKey, '--quote', 'simulated'];
  const limits = ['addressRate=1000000', 'addressBurst=1000000'].flatMap((limit) => ['--limit', limit]);
  /** Each of these handshakes leaves a line. */
  const refusals = async (said: Record<string, string>, rounds: number): Promise<void> => {
    for (let round = 0; round < rounds; round++) {
      await Promise.all(
        Array.from({ length: 50 }, async () => {
          const socket = new WebSocket(`${said['url']?.replace('http', 'ws')}/v1/worker`);
          socket.on('open', () => socket.send(new Uint8Array(3)));
          socket.on('error', () => {});
          await once(socket, 'close');
        }),
      );
    }
  };

  const unread = await start([...serve, '--dir', join(dir, 'unread'), ...limits], 'pipe');
  // More lines than the pipe holds.
  await refusals(unread.said, 60);
  expect((await fetch(`${unread.said['url']}/health`)).status).toBe(200);
  unread.child.stderr?.resume();

  const read = await start([...serve, '--dir', join(dir, 'read'), ...limits], 'pipe');
  let text = '';
  read.child.stderr?.setEncoding('utf8').on('data', (more: string) => (text += more));
  await refusals(read.said, 2);
  for (const { child } of [unread, read]) {
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
  }
  const events = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).event);
  expect(events.filter((event) => event === 'worker-refused')).toHaveLength(100);
});
