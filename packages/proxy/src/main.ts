#!/usr/bin/env node
// The command `cocoonkit-proxy`: registry, serve, credit, backup, restore, devnet. The only file that touches the process and its environment.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CocoonError } from '@cocoonkit/sdk/errors';
import { Command } from 'commander';
import { startProxy } from './app.js';
import type { ReadBackup } from './backup/read-backup.js';
import { restoreBackup } from './backup/restore-backup.js';
import { takeBackup } from './backup/take-backup.js';
import { parseProxyConfig } from './config.js';
import { creditAccount, parseTon } from './credit-account.js';
import { createLog } from './log.js';
import { simulatedRules } from './quote/simulated.js';
import { startRegistry } from './registry/start-registry.js';

const log = createLog();
const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const now = (): Date => new Date();

const program = new Command('cocoonkit-proxy').description(
  'Routes sealed requests to workers without reading them.',
);

program
  .command('registry')
  .description('Serves the registry of a local network: signed rules and a beacon every second.')
  .requiredOption('--dir <dir>', 'where the network lives')
  .option('--host <host>', 'address to listen on', '127.0.0.1')
  .option('--port <port>', 'port, 0 for any', '0')
  .option('--measurements <file>', 'JSON {"worker":[rule],"proxy":[rule]}; default: the simulated images')
  .option('--json', 'print machine-readable lines')
  .action(
    async (options: { dir: string; host: string; port: string; measurements?: string; json?: boolean }) => {
      const measurements =
        options.measurements === undefined
          ? await simulatedRules()
          : JSON.parse(readFileSync(options.measurements, 'utf8'));
      const port = Number(options.port);
      const registry = await startRegistry({
        dir: options.dir,
        host: options.host,
        port,
        measurements,
        now,
        random,
      });
      const { url, publicKey, network } = registry;
      say(options.json, 'registry', url, { publicKey, network });
      endWith(() => registry.stop());
    },
  );

program
  .command('serve')
  .description('Runs the proxy.')
  .requiredOption('--registry <source>', 'URL or file of the registry')
  .requiredOption('--registry-key <hex>', 'key the registry must be signed with')
  .requiredOption('--quote <source>', 'simulated or configfs')
  .requiredOption('--dir <dir>', 'where ledger and admin token live')
  .option('--host <host>', 'address to listen on', '127.0.0.1')
  .option('--port <port>', 'port, 0 for any', '0')
  .option('--admin-port <port>', 'port of the loopback admin listener, 0 for any', '0')
  .option(
    '--pccs <url>',
    'fetches Intel’s collateral for configfs quotes and keeps it fresh: your PCCS, or https://api.trustedservices.intel.com',
  )
  .option('--collateral <file>', 'Intel’s collateral from a file you keep fresh, instead of --pccs')
  .option('--event-log <file>', 'the machine’s boot log (default: the kernel’s CCEL, where it has one)')
  .option('--ledger <kind>', 'sqlite or memory', 'sqlite')
  .option('--classical', 'also offer suite 3 (X25519, no post-quantum protection)')
  .option('--epoch-seconds <n>', 'life of one set of keys (default 3600)')
  .option('--overlap-seconds <n>', 'how long before its end the next set is made (default 600)')
  .option('--url <url>', 'stable public address of this replica')
  .option('--address-header <name>', 'header with the client address, set by your load balancer')
  .option('--limit <name=value...>', 'change a limit, for example addressRate=1000')
  .option('--json', 'print machine-readable lines')
  .action(async (options: Record<string, string | boolean | string[] | undefined>) => {
    const { json, limit, collateral, ...settings } = options;
    const limits = Object.fromEntries([limit ?? []].flat().map((pair) => String(pair).split('=', 2)));
    const config = parseProxyConfig({ ...settings, collateralFile: collateral, limits });
    const proxy = await startProxy(config, { now, random, fetch, log });
    say(json === true, 'proxy', proxy.url, { adminUrl: proxy.adminUrl });
    endWith(() => proxy.stop());
  });

program
  .command('credit')
  .description('Adds funds to an account of the proxy that runs on this directory.')
  .requiredOption('--dir <dir>', 'the running proxy’s directory')
  .requiredOption('--account <hex>', 'account id, 64 hex digits')
  .requiredOption('--ton <amount>', 'amount in TON, for example 1.5')
  .option('--reference <text>', 'names this payment; the same name is booked once')
  .option('--json', 'print machine-readable lines')
  .action(
    async (options: { dir: string; account: string; ton: string; reference?: string; json?: boolean }) => {
      const booked = await creditAccount({
        adminUrl: readFileSync(join(options.dir, 'admin.url'), 'utf8').trim(),
        token: readFileSync(join(options.dir, 'admin.token'), 'utf8').trim(),
        account: options.account,
        nanoTon: parseTon(options.ton),
        reference: options.reference ?? randomBytes(16).toString('hex'),
        fetch,
      });
      const text = `Credited ${options.ton} TON. Balance: ${booked.balance} nanoTON.`;
      process.stdout.write(
        `${options.json === true ? JSON.stringify({ event: 'credited', ...booked }) : text}\n`,
      );
    },
  );

program
  .command('backup')
  .description('Writes ledger and open requests into one file, while the proxy runs or when it does not.')
  .requiredOption('--dir <dir>', 'the proxy’s directory')
  .requiredOption('--out <file>', 'the file to write; it must not exist')
  .option('--json', 'print machine-readable lines')
  .action(async (options: { dir: string; out: string; json?: boolean }) => {
    const { manifest, sha256, online } = await takeBackup({ dir: options.dir, out: options.out, fetch, now });
    sayBackup(options.json, online ? 'backup' : 'backup-at-rest', { manifest, sha256 });
  });

program
  .command('restore')
  .description('Makes a proxy’s directory of a backup, after checking every hash and sum.')
  .requiredOption('--in <file>', 'the backup')
  .requiredOption('--dir <dir>', 'a directory that does not exist or is empty')
  .option('--sha256 <hex>', 'what `backup` printed, if you kept it elsewhere')
  .option('--json', 'print machine-readable lines')
  .action(async (options: { in: string; dir: string; sha256?: string; json?: boolean }) => {
    const { dir, sha256 } = options;
    sayBackup(options.json, 'restored', await restoreBackup({ file: options.in, dir, sha256 }));
  });

program
  .command('devnet')
  .description('Runs a local TON chain in memory behind toncenter’s HTTP API. No real TON.')
  .option('--host <host>', 'address to listen on; faucet and clock answer this machine only', '127.0.0.1')
  .option('--port <port>', 'port, 0 for any', '0')
  .option('--json', 'print machine-readable lines')
  .action(async (options: { host: string; port: string; json?: boolean }) => {
    // Here, not above: the other commands run without the TVM.
    const { LOCAL_CHAIN, startDevnet } = await import('./devnet/index.js');
    const { host, port } = options;
    const { url, endpoint, stop } = await startDevnet({ host, port: Number(port), now, random });
    if (options.json !== true) process.stdout.write(`${LOCAL_CHAIN}\n`);
    say(options.json, 'devnet', url, { endpoint, chain: LOCAL_CHAIN });
    if (options.json !== true) process.stdout.write(`new TonClient({ endpoint: '${endpoint}' })\n`);
    endWith(stop);
  });

function sayBackup(json: boolean | undefined, event: string, { manifest, sha256 }: ReadBackup): void {
  const { time, sums } = manifest;
  const amounts = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, String(sum)]));
  const of = new Date(time * 1000).toISOString();
  const text = `${event}: ledger of ${of}, ${sums.accounts} accounts, ${sums.charges} charges, ${sums.charged} nanoTON charged, SHA-256 ${sha256}`;
  process.stdout.write(`${json === true ? JSON.stringify({ event, time, sha256, ...amounts }) : text}\n`);
}

function say(json: boolean | undefined, role: string, url: string, more: Record<string, string>): void {
  const line = JSON.stringify({ event: 'listening', role, url, pid: process.pid, ...more });
  process.stdout.write(`${json === true ? line : `${role} listening at ${url}`}\n`);
}

function endWith(stop: () => Promise<void>): void {
  let ending = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(1);
      ending = true;
      stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

program.parseAsync(process.argv).catch((error: unknown) => {
  const known = error instanceof CocoonError;
  process.stderr.write(`${known ? `${error.message} ${error.remedy}` : 'Unexpected failure.'}\n`);
  if (!known) log('error', { event: 'internal-error', code: 'INTERNAL' });
  process.exit(1);
});
