// npm run soak: does memory grow when a whole network works for a long time, with clients that leave in the middle?
//   npm run soak -- [minutes] [--clients 4] [--workers 2] [--pause-ms 100] [--seed 20261]
// Ends with 1 if an honest request failed or memory grew beyond the bounds below.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { build } from './prepare.mjs';
import { measure } from './soak-memory.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '10' },
    clients: { type: 'string', default: '4' },
    workers: { type: 'string', default: '2' },
    'pause-ms': { type: 'string', default: '100' },
    seed: { type: 'string', default: '20261' },
  },
});
const minutes = number(positionals[0] ?? values.minutes, 'minutes');
const LINE_MS = 30_000;
/** One request in so many is given up by its client, at a moment that the seed decides. */
const LEAVES = 5;
/** A process may grow this much a minute, whatever it does: compiled code, statistics, the measuring itself. */
const FREE_KB = 150;
/**
 * And so much for each request, as long as what it must keep is still filling up: workers keep sealed answers for ten
 * minutes (for clients that come back), the proxy keeps operations for hours (none is charged twice).
 */
const KEPT = {
  proxy: { kbPerRequest: 3, forMinutes: 240 },
  worker: { kbPerRequest: 8, forMinutes: 11 },
};

await build();
const { createAccount, createCocoon, fetchLocalRegistry } = await import('@cocoonkit/sdk');
const { httpBeaconSource } = await import('@cocoonkit/sdk/registry');
const { simulatedRootDer } = await import('@cocoonkit/sdk/testing');
const { simulatedAnchor } = await import('@cocoonkit/sdk/unsafe');
const { startNetwork } = await import('../examples/06-whole-network/start-network.mjs');

const text = readFileSync(new URL('../examples/06-whole-network/document.txt', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'cocoonkit-soak-'));
const memory = new URL('./soak-memory.mjs', import.meta.url);
memory.searchParams.set('folder', folder);
const network = await startNetwork({
  workers: number(values.workers, 'workers'),
  verbose: false,
  nodeArgs: ['--import', memory.href],
});
const samples = new Map(Object.keys({ ...network.pids, client: 0 }).map((name) => [name, []]));
const counts = { answered: 0, left: 0, failed: 0 };
let state = number(values.seed, 'seed');
try {
  const cocoon = await openClient();
  const started = performance.now();
  const end = started + minutes * 60_000;
  const work = async () => {
    while (performance.now() < end) {
      await ask(cocoon);
      await wait(random(2 * number(values['pause-ms'], 'pause-ms')));
    }
  };
  const clients = Promise.all(Array.from({ length: number(values.clients, 'clients') }, work));
  const step = Math.min(LINE_MS, (minutes * 60_000) / 6);
  for (let at = step; at <= minutes * 60_000 + 1; at += step) {
    await wait(Math.max(0, started + at - performance.now()));
    await sample((performance.now() - started) / 60_000);
    process.stdout.write(`${Math.round(at / 1000)} s: ${summary()}; ${latest()}\n`);
  }
  await clients;
  cocoon.close();
} finally {
  await network.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`${summary()}\n`);
const verdicts = [...samples].map(([name, points]) => verdict(name, points));
const good = verdicts.every(Boolean) && counts.failed === 0 && counts.answered > 0;
process.stdout.write(good ? 'Nothing failed, and memory stays in its bounds.\n' : 'FAILED: see above.\n');
process.exitCode = good ? 0 : 1;

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

/** Asks every process for its memory after a collection, and waits for the answers. */
async function sample(minute) {
  const requests = counts.answered + counts.left;
  for (const [name, points] of samples) {
    const pid = network.pids[name];
    const { live, rss } = pid === undefined ? measure() : await memoryOf(pid);
    points.push({ minute, requests, liveKb: live / 1024, rssKb: rss / 1024 });
  }
}

async function memoryOf(pid) {
  const file = join(folder, `${pid}.json`);
  rmSync(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (;;) {
    try {
      return JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      await wait(10);
    }
  }
}

/** Growth over the second half, against what the work of that half explains. */
function verdict(name, points) {
  const steady = points.slice(Math.floor(points.length / 2));
  const live = slope(steady, 'liveKb');
  const perMinute = slope(steady, 'requests');
  const { kbPerRequest = 0, forMinutes = 0 } = KEPT[name.split(' ')[0]] ?? {};
  const bound = FREE_KB + (minutes / 2 < forMinutes ? kbPerRequest * perMinute : 0);
  const mb = ((steady.at(-1)?.rssKb ?? 0) / 1024).toFixed(0);
  const good = live <= bound;
  process.stdout.write(
    `${name}: ${mb} MB resident, ${slope(steady, 'rssKb').toFixed(0)} kB a minute; in use ${live.toFixed(0)} kB a minute ` +
      `at ${perMinute.toFixed(0)} requests, bound ${bound.toFixed(0)}: ${good ? 'good' : 'GROWS'}\n`,
  );
  return good;
}

/** Least squares, a minute. */
function slope(points, of) {
  const mean = (name) => points.reduce((sum, point) => sum + point[name], 0) / Math.max(1, points.length);
  const [x, y] = [mean('minute'), mean(of)];
  const above = points.reduce((sum, point) => sum + (point.minute - x) * (point[of] - y), 0);
  const below = points.reduce((sum, { minute }) => sum + (minute - x) ** 2, 0);
  return below === 0 ? 0 : above / below;
}

function summary() {
  return `${counts.answered} answered, ${counts.left} left in the middle, ${counts.failed} failed`;
}

function latest() {
  const mb = (kb) => (kb / 1024).toFixed(1);
  return [...samples]
    .map(([name, points]) => `${name} ${mb(points.at(-1)?.rssKb)} (${mb(points.at(-1)?.liveKb)} in use)`)
    .join(', ')
    .concat(' MB');
}

function random(below) {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
  return (state >> 8) % below;
}

function number(text, name) {
  const value = Number(text);
  if (!(value > 0)) throw new TypeError(`${name} must be a positive number`);
  return value;
}
