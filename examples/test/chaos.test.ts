// What happens to answers and money when processes are killed, the disk is full, and memory is read? Real processes.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { accountFromSeed, CocoonError, type CocoonEvent } from '@cocoonkit/sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { findInMemory } from './support/find-in-memory.js';
import { readSockets } from './support/listening-sockets.js';
import { creditAccount, startWholeNetwork, type WholeNetwork } from './support/whole-network.js';

const run = promisify(execFile);
const CHAT = new URL('../02-node-chat/main.mjs', import.meta.url).pathname;
/** nanoTON per token, of the default price table. */
const PRICE = 20n;
const SEED = Number(process.env['SEED'] ?? '20261');
const KILLS = Number(process.env['KILLS'] ?? '10');
const TEXT =
  'The ferry to the island stops in October. Islanders asked the council for a winter boat. '.repeat(40);

/** What a request may end with when a process of the network dies under it. */
const LOST = [
  'CONNECTION_LOST',
  'PROXY_STREAM_LOST',
  'PROXY_UNREACHABLE',
  'PROXY_STATUS',
  'STREAM_TRUNCATED',
  'WORKER_LOST',
  'RESELECT',
  'NO_VERIFIED_WORKER',
  'MODEL_UNKNOWN',
];

let network: WholeNetwork | undefined;
afterEach(async () => {
  await network?.stop();
  network = undefined;
});

function question(model: string, text = TEXT) {
  return {
    model,
    messages: [{ role: 'user' as const, content: text }],
    cocoonkit: { task: 'summarize' as const, sentences: 5 },
  };
}

/** The same sequence for the same seed. */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state % below;
  };
}

/** What the killed or broken proxy left on its disk, read by the command an operator would use. */
async function ledgerAtRest({
  parts,
}: WholeNetwork): Promise<{ charged: bigint; workers: bigint; proxy: bigint }> {
  const out = join(parts.dir, 'ledger.backup');
  const args = [parts.proxyCommand, 'backup', '--dir', parts.proxyDir, '--out', out, '--json'];
  const { stdout } = await run(process.execPath, args);
  const { charged, workers, proxy } = JSON.parse(stdout);
  return { charged: BigInt(charged), workers: BigInt(workers), proxy: BigInt(proxy) };
}

/** Sums what the proxy says, under seal, that it has booked. */
function countCharges() {
  const confirmed = { nanoTon: 0n };
  const onEvent = (event: CocoonEvent) => {
    if (event.type === 'charged') confirmed.nanoTon += event.tokens * PRICE;
  };
  return { confirmed, onEvent };
}

async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => isGone(pid)).toBe(true);
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

describe(`processes killed at random points (seed ${SEED})`, () => {
  it(`answers are whole or refused with a code, and the sums are right, in ${KILLS} kills`, async () => {
    const below = sequence(SEED);
    let rounds = 0;
    for (let kills = 0; kills < KILLS; rounds++) {
      const alive = await startWholeNetwork({ workers: 2 });
      network = alive;
      const { confirmed, onEvent } = countCharges();
      // What was killed stays dead: a client need not hope for long.
      const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms / 40));
      const cocoon = alive.client({ onEvent, wait });
      const whole = (await cocoon.chat(question(alive.model))).text;
      let failed = 0;
      // Both workers first, then the proxy: each death meets requests under way.
      const victims = ['worker 1', 'worker 2', 'proxy'].slice(below(2)).slice(0, KILLS - kills);
      for (const victim of victims) {
        const running = Array.from({ length: 4 }, () =>
          cocoon.chat(question(alive.model), { timeoutMs: 240_000 }).then(
            (reply) => {
              expect(reply.text).toBe(whole);
            },
            (error: unknown) => {
              expect(error).toBeInstanceOf(CocoonError);
              expect(LOST).toContain((error as CocoonError).code);
              failed++;
            },
          ),
        );
        await new Promise((resolve) => setTimeout(resolve, below(40)));
        await kill(alive.pids[victim] ?? 0);
        kills++;
        await Promise.all(running);
        const { charged, workers, proxy } =
          victim === 'proxy' ? await ledgerAtRest(alive) : await alive.totals();
        expect(BigInt(charged)).toBe(BigInt(workers) + BigInt(proxy));
        expect(BigInt(charged)).toBeGreaterThanOrEqual(confirmed.nanoTon);
      }
      expect(failed).toBeLessThanOrEqual(4 * victims.length);
      cocoon.close();
      await alive.stop();
      network = undefined;
    }
    expect(rounds).toBeGreaterThan(0);
  }, 600_000);
});

describe('clients killed in the middle', () => {
  it('leave nothing reserved, and at most the bills of what they asked', async () => {
    const alive = await startWholeNetwork({ workers: 1 });
    network = alive;
    const below = sequence(SEED);
    const seed = new Uint8Array(32).fill(9);
    const file = join(alive.parts.dir, 'seed');
    writeFileSync(file, Buffer.from(seed).toString('hex'), { mode: 0o600 });
    await creditAccount(alive.parts, (await accountFromSeed(seed)).id, '0.1');
    const { registry, registryKey } = alive.parts;
    const args = ['--proxy', alive.proxy, '--registry', registry, '--registry-key', registryKey];
    for (let i = 0; i < 3; i++) {
      const client = spawn(process.execPath, [CHAT, ...args, '--account-seed-file', file, '--simulated'], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      // Its first words come once machines are verified: the request is about to leave, or has left.
      await Promise.race([once(client.stderr, 'data'), once(client, 'exit')]);
      await new Promise((resolve) => setTimeout(resolve, below(60)));
      client.kill('SIGKILL');
    }
    await expect.poll(async () => (await alive.totals()).reserved).toBe('0');
    const { charged, workers, proxy } = await alive.totals();
    expect(BigInt(charged)).toBe(BigInt(workers) + BigInt(proxy));
    const cocoon = alive.client();
    expect((await cocoon.chat(question(alive.model))).text.length).toBeGreaterThan(0);
    cocoon.close();
  });
});

describe('a disk that is full', () => {
  it('refuses what it cannot book, and keeps every charge it confirmed', async (context) => {
    if (!existsSync('/usr/bin/prlimit')) context.skip('prlimit is needed to fill the disk of one process');
    const alive = await startWholeNetwork({ workers: 1 });
    network = alive;
    const { confirmed, onEvent } = countCharges();
    const cocoon = alive.client({ onEvent });
    await cocoon.chat(question(alive.model));
    const files = readdirSync(alive.parts.proxyDir).map(
      (name) => statSync(join(alive.parts.proxyDir, name)).size,
    );
    const limit = Math.max(...files) + 60_000;
    execFileSync('/usr/bin/prlimit', [`--pid=${alive.pids['proxy']}`, `--fsize=${limit}:${limit}`]);
    let failure: unknown;
    for (let i = 0; i < 200 && failure === undefined; i++)
      failure = await cocoon.chat(question(alive.model)).then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(failure).toMatchObject({ code: 'LEDGER_UNAVAILABLE', source: 'proxy' });
    cocoon.close();
    await kill(alive.pids['proxy'] ?? 0);
    const { charged, workers, proxy } = await ledgerAtRest(alive);
    expect(confirmed.nanoTon).toBeGreaterThan(0n);
    expect(charged).toBeGreaterThanOrEqual(confirmed.nanoTon);
    expect(charged).toBe(workers + proxy);
  });
});

describe('what somebody on the machine sees', () => {
  it('listens on loopback only', async () => {
    const alive = await startWholeNetwork({ workers: 1 });
    network = alive;
    const pids = Object.values(alive.pids);
    const sockets = pids.flatMap(readSockets);
    expect(sockets.length).toBeGreaterThanOrEqual(3);
    for (const { address } of sockets) expect(['127.0.0.1', '::1']).toContain(address);
    for (const pid of pids) expect(readlinkSync(`/proc/${pid}/exe`)).toBe(process.execPath);
  });

  it('finds no word of a prompt in the memory of the running proxy', async () => {
    const alive = await startWholeNetwork({ workers: 1 });
    network = alive;
    const cocoon = alive.client();
    // Joined only here, so that no argument and no file holds the whole.
    const secret = ['zephyr', SEED, 'quagmire'].join('');
    const reply = await cocoon.chat(question(alive.model, `The ${secret} rows over the lake. ${TEXT}`));
    expect(reply.text.length).toBeGreaterThan(0);
    const memory = (words: string[]) => findInMemory(alive.pids['proxy'] ?? 0, words);
    // The name of the model and the account are there: what is read is the memory that works.
    const known = [alive.model, alive.account.id];
    expect(await memory([secret, 'rows over the lake', ...known])).toEqual(known);
    const written = [...alive.log, await alive.metrics()].join('\n');
    expect(written).not.toContain(secret);
    cocoon.close();
  });
});
