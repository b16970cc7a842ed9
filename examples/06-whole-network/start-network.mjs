// Which processes make up the network, and in which order do they start? The same commands an operator would type.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { step } from './print.mjs';
import { startService } from './start-service.mjs';

const PROXY = fileURLToPath(new URL('../../packages/proxy/dist/main.js', import.meta.url));
const WORKER = fileURLToPath(new URL('../../packages/worker/dist/main.js', import.meta.url));
const KEPT_LOG_LINES = 200;

/** Starts registry, proxy and workers on free loopback ports, with everything they write in a temporary folder. */
export async function startNetwork(options) {
  const dir = await mkdtemp(join(tmpdir(), 'cocoonkit-demo-'));
  const services = [];
  const lines = [];
  const log = (line) => {
    lines.push(line);
    if (lines.length > KEPT_LOG_LINES) lines.shift();
    if (options.verbose) process.stderr.write(`    ${line}\n`);
  };
  const start = async (name, script, args) => {
    const service = startService(name, script, args, { log, nodeArgs: options.nodeArgs });
    services.push(service);
    const { url } = await service.listening;
    step(`${name}: process ${service.pid}${url === undefined ? '' : `, ${url}`}`);
    return url;
  };
  const stop = async () => {
    await Promise.all(services.reverse().map((service) => service.stop()));
    await rm(dir, { recursive: true, force: true });
  };

  try {
    const registryUrl = await start('registry', PROXY, [
      'registry',
      '--dir',
      join(dir, 'registry'),
      '--port',
      '0',
    ]);
    const registry = `${registryUrl}/registry.json`;
    const signed = await readFile(join(dir, 'registry', 'registry.json'), 'utf8');
    // The demo made this registry itself, so reading its key from the file is pinning it.
    const registryKey = JSON.parse(signed).publicKey;
    const trust = [
      ...['--registry', registry, '--registry-key', registryKey, '--quote', 'simulated'],
      ...(options.classical ? ['--classical'] : []),
    ];
    const proxyDir = join(dir, 'proxy');
    const serveProxy = [
      'serve',
      ...trust,
      '--dir',
      proxyDir,
      '--port',
      String(options.proxyPort ?? 0),
      '--admin-port',
      '0',
      ...(options.ledger === undefined ? [] : ['--ledger', options.ledger]),
      ...(options.limits ?? []).flatMap((limit) => ['--limit', limit]),
    ];
    const proxy = await start('proxy', PROXY, serveProxy);
    const model = options.model ?? 'cocoonkit/extractive';
    const engine =
      options.upstream === undefined
        ? ['--engine', 'extractive']
        : ['--engine', 'openai', '--upstream', options.upstream, '--features', 'chat,tools,json'];
    await Promise.all(
      Array.from({ length: options.workers }, (_, i) =>
        start(`worker ${i + 1}`, WORKER, [
          'serve',
          '--proxy',
          proxy,
          ...trust,
          ...engine,
          '--model',
          model,
          '--machine',
          `worker-${i + 1}`,
          ...(options.slots === undefined ? [] : ['--slots', String(options.slots)]),
        ]),
      ),
    );
    const pids = Object.fromEntries(services.map(({ name, pid }) => [name, pid]));
    return {
      dir,
      proxy,
      proxyDir,
      proxyCommand: PROXY,
      registry,
      registryKey,
      signedRegistry: signed,
      model,
      pids,
      /** For one that was killed: the same command again. With `proxyPort` it has the same address. */
      restartProxy: () => start('proxy', PROXY, serveProxy),
      log: lines,
      stop,
    };
  } catch (error) {
    for (const line of lines.slice(-20)) process.stderr.write(`  ${line}\n`);
    await stop();
    throw error;
  }
}
