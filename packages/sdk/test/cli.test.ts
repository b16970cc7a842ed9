// Do the commands do what --help says, over real sockets and files, and fail with one sentence?
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
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

  it('accepts: what chat and status saved verifies again; without a bill receipt verify says so', async () => {
    const seed = file('export.seed');
    const made = await run('account', '--create', '--account-seed-file', seed);
    network.credit(made.out.trim(), 1_000_000n);
    const args = ['--account-seed-file', seed, ...flags()];
    const [chat, status] = [file('chat.json'), file('status.json')];
    expect((await run('chat', 'hi', '--model', 'simulated-model', '--export', chat, ...args)).code).toBe(0);
    expect((await run('status', '--export', status, ...flags())).code).toBe(0);
    expect((await stat(chat)).mode & 0o777).toBe(0o600);

    const again = await run('report', 'verify', chat, '--simulated');
    expect(again).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^SIMULATED TDX.*Verified: 4 machine/s),
    });
    expect(again.out).toContain('Not checked again');
    const bill = await run('receipt', 'verify', chat, '--simulated', '--json');
    expect(JSON.parse(bill.out)).toMatchObject({
      label: 'SIMULATED TDX',
      outcome: 'accept',
      receipt: { model: 'simulated-model', tokens: '29', cost: { client: '580' } },
    });
    expect((await run('receipt', 'verify', chat, '--simulated')).out).toContain(
      'charged 29 tokens: 580 nanoTON',
    );
    expect((await run('report', 'verify', status, '--simulated')).code).toBe(0);
    expect(await run('receipt', 'verify', status, '--simulated')).toMatchObject({
      code: 1,
      notes: expect.stringMatching(/^RECEIPT_MISSING: /),
    });
  });

  it('rejects: a saved report that is simulated, altered, cut, or something else', async () => {
    const saved = file('saved.json');
    expect((await run('status', '--export', saved, ...flags())).code).toBe(0);
    const text = await readFile(saved, 'utf8');
    const verify = async (content: string, ...more: string[]) => {
      await writeFile(file('altered.json'), content);
      const { code, notes } = await run('report', 'verify', file('altered.json'), ...more);
      return `${code} ${/^\w+/.exec(notes)?.[0]}`;
    };
    expect(await verify(text)).toBe('1 ATTESTATION_UNTRUSTED_ROOT');
    expect(await verify(text.replace('"candidates":0', '"candidates":1'), '--simulated')).toBe(
      '1 REPORT_EXPORT_DIGEST',
    );
    expect(await verify(text.slice(0, -9), '--simulated')).toBe('1 REPORT_EXPORT_INVALID');
    expect(await verify('{}', '--simulated')).toBe('1 REPORT_EXPORT_INVALID');
    expect((await run('report', 'verify', file('nowhere.json'))).code).toBe(2);
    // Never overwritten: it may be the only copy.
    expect((await run('status', '--export', saved, ...flags())).code).toBe(2);
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
