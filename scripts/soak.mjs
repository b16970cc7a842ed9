// npm run soak: does memory grow when a whole network works for a long time, with clients that leave in the middle?
// Options: --minutes 10, --clients 4, --workers 2, --seed 20261. Ends with 1 if an honest request failed.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs, promisify } from 'node:util';
import { build } from './prepare.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    clients: { type: 'string', default: '4' },
    workers: { type: 'string', default: '2' },
    seed: { type: 'string', default: '20261' },
  },
});
const minutes = number('minutes');
const SAMPLE_MS = 2_000;
const LINE_MS = 30_000;
/** One request in so many is given up by its client, at a moment that the seed decides. */
const LEAVES = 5;

await build();
const { createAccount, createCocoon, fetchLocalRegistry } = await import('@cocoonkit/sdk');
const { httpBeaconSource } = await import('@cocoonkit/sdk/registry');
const { simulatedRootDer } = await import('@cocoonkit/sdk/testing');
const { simulatedAnchor } = await import('@cocoonkit/sdk/unsafe');
const { startNetwork } = await import('../examples/06-whole-network/start-network.mjs');

const text = readFileSync(new URL('../examples/06-whole-network/document.txt', import.meta.url), 'utf8');
const network = await startNetwork({ workers: number('workers'), verbose: false });
const samples = Object.fromEntries(Object.keys({ ...network.pids, client: 0 }).map((name) => [name, []]));
const counts = { answered: 0, left: 0, failed: 0 };
let state = number('seed');
let timer;
try {
  const cocoon = await openClient();
  const started = performance.now();
  const end = started + minutes * 60_000;
  timer = setInterval(() => sample(started), SAMPLE_MS);
  let next = started + LINE_MS;
  const work = async () => {
    while (performance.now() < end) {
      await ask(cocoon);
      if (performance.now() < next) continue;
      next += LINE_MS;
      process.stdout.write(`${Math.round((performance.now() - started) / 1000)} s: ${summary()}\n`);
    }
  };
  await Promise.all(Array.from({ length: number('clients') }, work));
  cocoon.close();
} finally {
  clearInterval(timer);
  await network.stop();
}
process.stdout.write(`${summary()}\n`);
for (const [name, points] of Object.entries(samples)) {
  // The first third is warming up: caches and pools fill.
  const steady = points.slice(Math.floor(points.length / 3));
  const last = steady.at(-1)?.kb ?? 0;
  process.stdout.write(`${name}: ${Math.round(last / 1024)} MB, ${slope(steady).toFixed(0)} kB a minute\n`);
}
process.exitCode = counts.failed > 0 || counts.answered === 0 ? 1 : 0;

async function openClient() {
  const key = new Uint8Array(Buffer.from(network.registryKey, 'hex'));
  const registry = await fetchLocalRegistry(network.registry, key);
  const { account } = await createAccount();
  const credit = ['credit', '--dir', network.proxyDir, '--account', account.id, '--ton', '1000'];
  await promisify(execFile)(process.execPath, [network.proxyCommand, ...credit]);
  return createCocoon({
    proxy: network.proxy,
    network: { registry, beacons: httpBeaconSource(registry.beaconUrl, fetch) },
    account,
    anchor: simulatedAnchor(simulatedRootDer()),
  });
}

async function ask(cocoon) {
  const leaves = random(LEAVES) === 0;
  const controller = new AbortController();
  const leave = leaves ? setTimeout(() => controller.abort(), random(30)) : undefined;
  const request = {
    model: network.model,
    messages: [{ role: 'user', content: text }],
    cocoonkit: { task: 'summarize', sentences: 3 },
  };
  try {
    await cocoon.chat(request, { signal: controller.signal });
    counts.answered++;
  } catch (error) {
    if (leaves && error.code === 'ABORTED') counts.left++;
    else {
      counts.failed++;
      process.stdout.write(`failed: ${error.code ?? error}\n`);
    }
  } finally {
    clearTimeout(leave);
  }
}

function sample(started) {
  for (const [name, points] of Object.entries(samples)) {
    const status = readFileSync(`/proc/${network.pids[name] ?? process.pid}/status`, 'utf8');
    const kb = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    points.push({ minute: (performance.now() - started) / 60_000, kb });
  }
}

/** Least squares, kB a minute. */
function slope(points) {
  const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / Math.max(1, points.length);
  const [x, y] = [mean(({ minute }) => minute), mean(({ kb }) => kb)];
  const above = points.reduce((sum, { minute, kb }) => sum + (minute - x) * (kb - y), 0);
  const below = points.reduce((sum, { minute }) => sum + (minute - x) ** 2, 0);
  return below === 0 ? 0 : above / below;
}

function summary() {
  return `${counts.answered} answered, ${counts.left} left in the middle, ${counts.failed} failed`;
}

function random(below) {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
  return state % below;
}

function number(name) {
  const value = Number(values[name]);
  if (!(value > 0)) throw new TypeError(`--${name} must be a positive number`);
  return value;
}
