// Do the commands do what --help says, over real sockets and files, and fail with one sentence?
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { platform } from '#platform';
import { createProgram } from '../src/cli/program.js';
import { toHex } from '../src/internal/bytes.js';
import { signLocalRegistry } from '../src/registry/local-registry.js';
import { createMemoryNetwork, type MemoryNetwork } from '../src/testing/index.js';
import { type ServedNetwork, serveNetwork } from './support/serve-network.js';

let folder: string;
let network: MemoryNetwork;
let served: ServedNetwork;
let key: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cocoonkit-cli-'));
  // Commands ask the system for the time.
  network = await createMemoryNetwork({ now: new Date() });
  const signer = await platform.ed25519Generate();
  key = toHex(signer.publicKey);
  served = await serveNetwork(network, {
    '/registry.json': await signLocalRegistry(network.registry, signer),
  });
});

afterAll(async () => {
  await served.close();
  await rm(folder, { recursive: true });
});

async function run(...args: string[]): Promise<{ code: number; out: string; notes: string }> {
  let [out, notes, code] = ['', '', -1];
  const program = createProgram({
    output: {
      out: (text) => {
        out += text;
      },
      note: (text) => {
        notes += text;
      },
    },
    now: () => new Date(),
    signal: new AbortController().signal,
    exit: (value) => {
      code = value;
    },
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    code = error.exitCode;
  }
  return { code, out, notes };
}

const file = (name: string) => join(folder, name);
const flags = () => [
  '--proxy',
  served.url,
  '--registry',
  `${served.url}/registry.json`,
  '--registry-key',
  key,
  '--simulated',
];

describe('network commands', () => {
  it('accepts: account, models, status and chat in a row', async () => {
    const seed = file('account.seed');
    const made = await run('account', '--create', '--account-seed-file', seed);
    expect(made.out).toMatch(/^[0-9a-f]{64}\n$/);
    expect((await stat(seed)).mode & 0o777).toBe(0o600);
    network.credit(made.out.trim(), 1_000_000n);

    const balance = await run('account', '--account-seed-file', seed, ...flags());
    expect(balance.out).toContain('1000000 tokens, 20000000 nanoTON');
    const models = await run('models', ...flags());
    expect(models.out).toMatch(/^simulated-model: 3 worker.*SIMULATED TDX/);
    const status = await run('status', ...flags(), '--model', 'simulated-model', '--json');
    expect(JSON.parse(status.out)).toMatchObject({
      label: 'SIMULATED TDX',
      report: { simulated: true, candidates: 3 },
    });

    const chat = await run(
      'chat',
      'say',
      'hello',
      '--model',
      'simulated-model',
      '--account-seed-file',
      seed,
      ...flags(),
    );
    expect(chat).toMatchObject({ code: 0, out: 'Hello there\n' });
    expect(chat.notes).toMatch(
      /SIMULATED TDX\. Verified \d+ checks, sealed to 3 machine\(s\); 29 tokens, 580 nanoTON/,
    );
    const json = await run(
      'chat',
      'hi',
      '--model',
      'simulated-model',
      '--account-seed-file',
      seed,
      ...flags(),
      '--json',
    );
    expect(JSON.parse(json.out)).toMatchObject({ object: 'chat.completion', charge: { client: '580' } });
  });

  it('rejects: each failure with one sentence and a code', async () => {
    expect((await run('chat', 'hi', '--model', 'simulated-model', ...flags())).notes).toContain(
      'ACCOUNT_REQUIRED: ',
    );
    expect((await run('chat', '--model', 'simulated-model', ...flags())).notes).toContain('PROMPT_MISSING: ');
    expect((await run('models', ...flags().slice(0, -1))).notes).toMatch(/^ATTESTATION_UNTRUSTED_ROOT: /);
    const other = flags().map((flag) => (flag === key ? '00'.repeat(32) : flag));
    expect(await run('models', ...other)).toMatchObject({
      code: 1,
      notes: expect.stringContaining('REGISTRY_SIGNATURE: '),
    });
    const short = flags().map((flag) => (flag === key ? 'beef' : flag));
    expect((await run('models', ...short)).notes).toContain('REGISTRY_KEY_INVALID: ');
    await writeFile(file('bad.seed'), 'no seed');
    expect((await run('account', '--account-seed-file', file('bad.seed'))).notes).toMatch(/^SEED_INVALID: /);
  });

  it('rejects: making a seed file over an existing one', async () => {
    await writeFile(file('kept.seed'), 'precious');
    expect(await run('account', '--create', '--account-seed-file', file('kept.seed'))).toMatchObject({
      code: 2,
      notes: expect.stringMatching(/^EEXIST: .*not overwritten/),
    });
  });
});
