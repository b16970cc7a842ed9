// With which network, proxy and account does a command work? From flags alone.
import { readFile, writeFile } from 'node:fs/promises';
import { type Account, accountFromSeed, createAccount, SEED_BYTES } from '../account/account.js';
import { type Cocoon, createCocoon } from '../client.js';
import type { CocoonOptions } from '../config.js';
import { fromHex, toHex } from '../internal/bytes.js';
import { publishedAnchor } from './read-anchor.js';
import { usage } from './read-input.js';
import { registryReader } from './read-registry.js';
import type { Output } from './run-command.js';

export interface ConnectOptions {
  proxy: string[];
  registry: string;
  registryKey: string;
  accountSeedFile?: string | undefined;
  simulated?: boolean | undefined;
  policy?: 'fast' | 'balanced' | 'strict' | undefined;
  /** Where the report is kept, with its evidence. */
  export?: string | undefined;
}

/** @throws CocoonError `REGISTRY_KEY_INVALID`, `SEED_INVALID`, those of `createCocoon` */
export async function connect(options: ConnectOptions, output: Output): Promise<Cocoon> {
  const { accountSeedFile } = options;
  const registry = registryReader(options);
  return createCocoon({
    proxy: options.proxy,
    network: { registry },
    policy: options.policy,
    account: accountSeedFile === undefined ? undefined : await readAccount(accountSeedFile),
    anchor: options.simulated === true ? await announced(output) : undefined,
  });
}

async function announced(output: Output): Promise<CocoonOptions['anchor']> {
  output.note('SIMULATED TDX: machines are not verified against real hardware.\n');
  return publishedAnchor();
}

/** Writes an exported report for its owner alone. Never overwrites a file. */
export async function saveExport(path: string | undefined, report: { export(): string }): Promise<void> {
  if (path !== undefined) await writeFile(path, report.export(), { mode: 0o600, flag: 'wx' });
}

/** A seed file holds 64 hex digits, or 32 raw bytes. */
export async function readAccount(path: string): Promise<Account> {
  const bytes = await readFile(path);
  if (bytes.length === SEED_BYTES) return accountFromSeed(Uint8Array.from(bytes));
  const text = bytes.toString('latin1').trim();
  if (!/^[0-9a-fA-F]{64}$/.test(text)) {
    throw usage('SEED_INVALID', 'The account seed file holds neither 64 hex digits nor 32 bytes.');
  }
  return accountFromSeed(fromHex(text));
}

/** Makes a new seed file that only its owner can read. Never overwrites one. */
export async function makeAccount(path: string): Promise<Account> {
  const { account, seed } = await createAccount();
  await writeFile(path, `${toHex(seed)}\n`, { mode: 0o600, flag: 'wx' });
  return account;
}
