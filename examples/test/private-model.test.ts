// Do the commands of docs/private-models.md work as they stand there, from weights to a sealed answer, with real processes?
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeTinyGguf } from '../../packages/worker/test-support/tiny-gguf.js';
import { creditAccount, startWholeNetwork, type WholeNetwork } from './support/whole-network.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const COMMANDS: Readonly<Record<string, string>> = {
  cocoonkit: join(root, 'packages/sdk/dist/cli/main.js'),
  'cocoonkit-worker': join(root, 'packages/worker/dist/main.js'),
};

let network: WholeNetwork;
let folder: string;
let lines: string[];
const services: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  const text = await readFile(join(root, 'docs/private-models.md'), 'utf8');
  lines = (/```sh\n(.*?)```/s.exec(text)?.[1] ?? '').trim().split('\n');
  folder = await mkdtemp(join(tmpdir(), 'private-doc-'));
  network = await startWholeNetwork({ workers: 0 });
});
afterAll(async () => {
  for (const service of services) await service.stop();
  await network.stop();
  await rm(folder, { recursive: true });
});

/** A line of the text as words: names of files lie in the test's folder, addresses are those of its network. */
function wordsOf(line: string, put: Readonly<Record<string, string>>): { script: string; args: string[] } {
  const { registry, registryKey } = network.parts;
  const given: Readonly<Record<string, readonly string[]>> = {
    $NETWORK: ['--registry', registry, '--registry-key', registryKey],
    'http://127.0.0.1:4001': [network.proxy],
    '127.0.0.1:4002': ['127.0.0.1:0'],
  };
  const [npx, name = '', ...rest] = line.split(' ');
  expect(npx).toBe('npx');
  const args = rest.flatMap((word) => {
    const own = put[word];
    if (own !== undefined) return [own];
    return /^(weights\.|net\/)/.test(word) ? [join(folder, word.replace('/', '-'))] : (given[word] ?? [word]);
  });
  return { script: COMMANDS[name] ?? '', args };
}

async function run(line: string, put: Readonly<Record<string, string>> = {}, ...more: string[]) {
  const { script, args } = wordsOf(line, put);
  return promisify(execFile)(process.execPath, [script, ...args, ...more]);
}

/** A worker process that may wait as long as it likes. */
function startWorker(script: string, args: readonly string[]) {
  const child = spawn(process.execPath, [script, ...args, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  const ended = once(child, 'close');
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => said.push(line));
  // Log lines have no address.
  const find = (name: string) =>
    said.map((line) => JSON.parse(line)).find(({ event, url }) => event === name && url !== undefined);
  return {
    said: () => said.join('\n'),
    async event(name: string): Promise<{ url: string }> {
      await expect.poll(() => find(name)?.url).toBeDefined();
      return find(name);
    },
    async stop(): Promise<void> {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

test('accepts: seal, wait, release, chat', async () => {
  const [seal = '', serve = '', release = '', chat = '', ...others] = lines;
  expect(others).toEqual([]);
  await writeTinyGguf(join(folder, 'weights.gguf'));
  const weights = await readFile(join(folder, 'weights.gguf'));
  const { stdout: sealed } = await run(seal);
  const digest = /^Model digest ([0-9a-f]{64})$/m.exec(sealed)?.[1] ?? '';
  // From here on the weights are where their owner keeps them.
  await rm(join(folder, 'weights.gguf'));

  const place = await mkdtemp(join(tmpdir(), 'private-memory-'));
  const { script, args } = wordsOf(serve, { DIGEST: digest });
  // Without a GPU; and this machine may have no tmpfs, or swap.
  const here = ['--gpu', 'off', '--threads', '1', '--model-on-disk', '--model-memory', place];
  const worker = startWorker(script, [...args, ...here]);
  services.push(worker);
  const { url } = await worker.event('awaiting-model');

  const { stdout: released } = await run(release, { 'http://127.0.0.1:4002': url });
  expect(released).toContain('TCB status UpToDate');
  expect(released).toContain('SIMULATED TDX');
  expect(released).toContain('The worker says it took the key.');
  await worker.event('listening');

  const seed = join(folder, 'net-seed');
  const account = ['account', '--create', '--account-seed-file', seed];
  const cocoonkit = (...words: string[]) =>
    promisify(execFile)(process.execPath, [COMMANDS['cocoonkit'] ?? '', ...words]);
  const { stdout: id } = await cocoonkit(...account);
  await creditAccount(network.parts, id.trim(), '1');
  const trust = ['--registry', network.parts.registry, '--registry-key', network.parts.registryKey];
  const models = ['models', '--proxy', network.proxy, ...trust, '--simulated'];
  // The proxy's list may be a second old.
  await expect.poll(async () => (await cocoonkit(...models)).stdout).toContain('my-model: 1 worker');
  const { stdout, stderr } = await run(chat, {}, '--max-tokens', '8');
  expect(stderr).toContain('sealed to 1 machine');
  expect(`${stdout}${stderr}`).toContain(`sealed model ${digest}`);

  // Nothing of key or weights: not in the log, not in the folder for them, not beside the sealed file.
  const key = (await readFile(join(folder, 'weights.key'), 'utf8')).trim();
  expect(worker.said()).not.toContain(key);
  expect(await readdir(place)).toEqual([]);
  expect((await readFile(join(folder, 'weights.sealed'))).includes(weights.subarray(1_000, 1_032))).toBe(
    false,
  );
  await rm(place, { recursive: true });
});

test('rejects: to release to a proxy, genuine as it is', async () => {
  const [, , release = ''] = lines;
  await writeFile(
    join(folder, 'served'),
    new Uint8Array(await (await fetch(`${network.proxy}/v1/evidence`)).arrayBuffer()),
  );
  const refused = run(release.replace('--deliver', `--out ${join(folder, 'never')}`), {
    'http://127.0.0.1:4002': join(folder, 'served'),
  });
  await expect(refused).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('MANIFEST_ROLE') });
});
