#!/usr/bin/env node
// The command `cocoonkit-worker`: flags and environment in, exit code out. The only file that reads the environment.
import { CocoonError } from '@cocoonkit/sdk/errors';
import { systemRandom } from '@cocoonkit/sdk/seal';
import { Command } from 'commander';
import { startWorker } from './app.js';
import { parseConfig } from './config.js';
import { addDoctorCommand } from './doctor/doctor-command.js';
import { addLaunchCommand } from './launch/launch-command.js';
import { createLog } from './log.js';

/** A start that was given up has this long to tidy up. */
const GIVE_UP_MS = 1_000;

const program = new Command('cocoonkit-worker')
  .description('Opens sealed requests inside a TDX machine, runs a model, answers sealed and signs the bill.')
  .version('0.1.0');

program
  .command('serve')
  .description('Connects to proxies and serves one model until SIGTERM.')
  .option('--proxy <urls>', 'addresses of proxies, comma-separated')
  .option('--registry <url|file>', 'the network’s signed registry')
  .option('--registry-key <hex>', 'public key that signs the registry, 64 hex digits')
  .option('--quote <kind>', 'configfs: this TDX machine; simulated: SIMULATED TDX, proves nothing')
  .option(
    '--pccs <url>',
    'fetches Intel’s collateral and keeps it fresh, with --quote configfs: your PCCS, or https://api.trustedservices.intel.com',
  )
  .option('--collateral <file>', 'Intel’s collateral from a file you keep fresh, instead of --pccs')
  .option('--event-log <file>', 'the machine’s boot log (default: the kernel’s CCEL, where it has one)')
  .option(
    '--engine <kind>',
    'extractive (sentence picker, not a language model), openai (a server beside this one) or gguf (a model file, run by llama.cpp)',
  )
  .option('--model-file <file>', 'the model, with --engine gguf; needs the package node-llama-cpp')
  .option('--model-url <url>', 'fetches the model instead; needs its hash and size')
  .option('--model-sha256 <hex>', 'SHA-256 of the model file, checked before it is loaded')
  .option('--model-size <bytes>', 'size of the model file')
  .option('--model-cache <folder>', 'where fetched models are kept (default ~/.cache/cocoonkit/models)')
  .option('--model-sealed-file <file>', 'a model encrypted by `cocoonkit model seal`; waits for its key')
  .option('--model-digest <hex>', 'digest of the sealed model, quoted for clients')
  .option('--model-release-listen <host:port>', 'where the owner reaches the waiting worker')
  .option('--model-request-file <file>', 'or: evidence for the owner is written here …')
  .option('--model-release-file <file>', '… and the key is awaited here')
  .option('--model-memory <folder>', 'where decrypted weights are kept, a tmpfs (default /dev/shm)')
  .option('--model-on-disk', 'with --quote simulated: that folder may be on a disk')
  .option('--gpu <use>', 'auto or off, with --engine gguf (default auto)')
  .option('--threads <n>', 'processor threads of the model, with --engine gguf (default 0: all)')
  .option('--upstream <url>', 'http://127.0.0.1:8000/v1 or unix:/run/model.sock, with --engine openai')
  .option('--upstream-model <name>', 'the model’s name at the upstream, if it differs')
  .option(
    '--unattested-upstream',
    'allow an upstream outside this machine; clients are told and refuse by default',
  )
  .option(
    '--cache-salt',
    'the upstream keeps prefix caches apart by cache_salt (vLLM): cached tokens get their discount',
  )
  .option(
    '--gpu-evidence <url>',
    'http://127.0.0.1:9000/gpu or unix:/run/gpu.sock: the program that asks the GPUs for evidence over a nonce',
  )
  .option(
    '--gpu-attested',
    'promise that this machine checked its GPUs before the worker started; clients see it as declared',
  )
  .option('--classical', 'also offer suite 3 (X25519, no post-quantum protection) to clients that ask for it')
  .option('--features <list>', 'what the upstream’s model can do, for example chat,tools,json')
  .option('--model <name>', 'the model’s name in the network')
  .option(
    '--model-proof <kind>',
    'measured: the model’s hash is part of the measured image (default declared)',
  )
  .option('--coefficient <n>', 'price factor, 1000 is ×1 (default 1000)')
  .option('--max-context <tokens>', 'longest prompt of the upstream’s model (default 32768)')
  .option('--max-body <bytes>', 'longest sealed request (default 16777216)')
  .option('--slots <n>', 'requests at once (default 4)')
  .option('--owner <address>', 'where the worker’s share is paid to')
  .option('--outbox <file>', 'keeps unacknowledged bills over a crash')
  .option('--machine <name>', 'name of the simulated machine')
  .option('--json', 'print one line of JSON when serving')
  .addHelpText('after', '\nEnvironment: COCOONKIT_UPSTREAM_KEY is sent to the upstream as a bearer token.')
  .action(async (flags: Record<string, unknown>) => {
    const upstreamKey = process.env['COCOONKIT_UPSTREAM_KEY'];
    await serve({ ...flags, ...(upstreamKey === undefined ? {} : { upstreamKey }) });
  });

addDoctorCommand(program);
addLaunchCommand(program);

async function serve(flags: Record<string, unknown>): Promise<void> {
  // An unexpected error may quote what it was working on; its text must not reach a log.
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  const config = parseConfig(flags);
  // Before it serves nothing has begun that could be drained.
  const starting = new AbortController();
  const giveUp = (): void => {
    starting.abort();
    setTimeout(() => process.exit(0), GIVE_UP_MS);
  };
  process.once('SIGTERM', giveUp);
  process.once('SIGINT', giveUp);
  const worker = await startWorker(config, {
    log: createLog(),
    random: systemRandom,
    monotonicMs: () => performance.now(),
    hostTime: () => new Date(),
    jitter: Math.random,
    fetch: globalThis.fetch,
    signal: starting.signal,
    onAwaitingModel: ({ digest, url }) => {
      const simulated = config.quote === 'simulated' ? 'SIMULATED TDX, ' : '';
      process.stdout.write(
        config.json
          ? `${JSON.stringify({ event: 'awaiting-model', role: 'worker', url, digest, pid: process.pid })}\n`
          : `${simulated}waiting for the key of model ${digest}${url === undefined ? '' : ` at ${url}`}\n`,
      );
    },
  }).catch((error: unknown) => {
    if (starting.signal.aborted) process.exit(0);
    throw error;
  });
  process.off('SIGTERM', giveUp);
  process.off('SIGINT', giveUp);
  const stop = (): void => {
    worker.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  void worker.connected.then((url) => {
    const simulated = worker.simulated ? 'SIMULATED TDX, ' : '';
    process.stdout.write(
      config.json
        ? `${JSON.stringify({ event: 'listening', role: 'worker', url, pid: process.pid })}\n`
        : `${simulated}serving ${config.model} through ${url}\n`,
    );
  });
}

/** One plain sentence and what to do, never a stack. */
function fail(error: unknown): void {
  const text =
    error instanceof CocoonError ? `${error.message} ${error.remedy}` : 'The worker failed unexpectedly.';
  process.stderr.write(`cocoonkit-worker: ${text}\n`);
  process.exit(1);
}

program.exitOverride();
program.parseAsync().catch((error: unknown) => {
  // Commander has printed its own text already; help and version end with 0.
  if (error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number')
    process.exit(error.exitCode);
  fail(error);
});
