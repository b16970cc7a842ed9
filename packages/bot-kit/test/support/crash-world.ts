// A Telegram that goes on while the bot is killed and started again, and a look into what the bot has on disk.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { systemClock } from '../../src/clock.js';
import { createJournal } from '../../src/jobs/journal.js';
import type { JournalEntry } from '../../src/jobs/journal-entry.js';
import { memoryStorage } from '../../src/storage/memory-storage.js';
import { createVault, type Vault } from '../../src/storage/vault.js';
import { createTelegramEmulator, type TelegramEmulator } from '../../src/testing/index.js';

export interface Arm {
  readonly at?: string | undefined;
  readonly nth?: number | undefined;
}

/** Built once: a bot is started many times. */
export async function buildCrashBot(): Promise<{ path: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'bot-crash-'));
  const path = join(folder, 'crash-bot.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../fixtures/crash-bot.ts', import.meta.url))],
    outfile: path,
    bundle: true,
    // node-fetch knows a signal by the name of its class.
    keepNames: true,
    format: 'esm',
    platform: 'node',
    conditions: ['@cocoonkit/source'],
    external: ['canvas', 'esbuild'],
    logLevel: 'error',
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
  });
  return { path, remove: () => rmSync(folder, { recursive: true }) };
}

export interface CrashWorld {
  readonly emu: TelegramEmulator;
  /** Entries found at kills: what the dead process was doing. */
  readonly atKills: JournalEntry[];
  readonly kills: number;
  /** Starts the bot; `arm` says where it dies. Resolves when it polls, or has died before. */
  start(arm?: Arm): Promise<void>;
  /** From now on. Number of steps since the last time; `undefined` when it is dead. */
  arm(arm: Arm): Promise<number | undefined>;
  /** False: the process is dead. */
  readonly alive: boolean;
  /** A copy of what is on disk now. */
  vault(): Vault;
  open(): Promise<readonly JournalEntry[]>;
  /** Alive, and nothing will kill it. */
  unharmed(): Promise<void>;
  /** Asks again until it is true; false when the bot was killed before. @throws Error when it ended by itself */
  until(what: () => boolean | Promise<boolean>): Promise<boolean>;
  close(): Promise<void>;
}

export async function openCrashWorld(program: string): Promise<CrashWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'bot-store-'));
  const emu = await createTelegramEmulator();
  const atKills: JournalEntry[] = [];
  let child: ChildProcess | undefined;
  let death: Promise<void> = Promise.resolve();
  let alive = false;
  let broken: Error | undefined;
  let kills = 0;

  const vault = (): Vault => {
    const entries = new Map<string, string>();
    for (const name of readdirSync(folder))
      try {
        if (!name.startsWith('.')) entries.set(name, readFileSync(join(folder, name), 'utf8'));
      } catch {
        // Deleted in between.
      }
    return createVault({
      adapter: memoryStorage(entries),
      keys: [{ id: 'k', key: new Uint8Array(32).fill(3) }],
      clock: systemClock,
      randomBytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
    });
  };
  const open = async () => {
    const journal = createJournal({ store: vault().records('journal'), clock: systemClock, process: 'test' });
    await journal.ready();
    return journal.left();
  };

  const life: CrashWorld = {
    emu,
    atKills,
    get kills() {
      return kills;
    },
    get alive() {
      return alive;
    },
    vault,
    open,
    async start(arm = {}) {
      // What the one before was doing is read by then.
      await death;
      const mine = fork(program, {
        env: {
          ...process.env,
          ARM: JSON.stringify(arm),
          API_ROOT: emu.apiRoot,
          TOKEN: emu.token,
          FOLDER: folder,
        },
        execArgv: [],
      });
      child = mine;
      alive = true;
      const died = once(mine, 'exit').then(async ([code, signal]) => {
        alive = false;
        if (signal !== 'SIGKILL') {
          broken = new Error(`The bot ended by itself with ${code}.`);
          throw broken;
        }
        kills++;
        atKills.push(...(await open()));
      });
      died.catch(() => undefined);
      death = died;
      await Promise.race([once(mine, 'message'), died]);
    },
    async arm(arm) {
      if (child === undefined || !alive) return undefined;
      const answered = once(child, 'message').then(([answer]) => Number(answer.steps));
      answered.catch(() => undefined);
      // It may die of what was ordered before.
      child.send(arm, () => undefined);
      return Promise.race([answered, death.then(() => undefined)]);
    },
    async unharmed() {
      while (!alive || (await life.arm({})) === undefined) await life.start();
    },
    async until(what) {
      while (alive) {
        if (await what()) return true;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      if (broken !== undefined) throw broken;
      return false;
    },
    async close() {
      if (child !== undefined && child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }
      await emu.close();
      rmSync(folder, { recursive: true });
    },
  };
  return life;
}
