// Do the commands for private models do what --help says, and refuse every machine the verifier refuses? Real files and sockets.
import { appendFileSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../src/internal/bytes.js';
import { DEFAULT_MODEL_CHUNK_BYTES, MAX_MODEL_PREFIX_BYTES } from '../src/protocol/sealed-model.js';
import { openModelKey, openSealedModel, readSealedModel } from '../src/seal/model/index.js';
import type { SimulatedMachineOptions } from '../src/testing/simulated-machine.js';
import { runCommandLine } from './support/run-command-line.js';
import { startWaitingNetwork, type WaitingNetwork } from './support/waiting-worker.js';

let folder: string;
let network: WaitingNetwork;
/** A sealed model of 1,000 bytes. */
let digest: Uint8Array;
let key: Uint8Array;

const file = (name: string) => join(folder, name);
const run = (...args: string[]) => runCommandLine(args);
const seal = (name: string, ...more: string[]) =>
  run(
    'model',
    'seal',
    file(name),
    '--out',
    file(`${name}.sealed`),
    '--key-file',
    file(`${name}.key`),
    ...more,
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cocoonkit-model-'));
  network = await startWaitingNetwork();
  await writeFile(file('weights'), new Uint8Array(1_000).fill(7));
  digest = fromHex(JSON.parse((await seal('weights', '--json', '--name', 'my weights')).out).digest);
  key = await keyOf('weights');
});
afterAll(async () => {
  await network.close();
  await rm(folder, { recursive: true });
});

async function keyOf(name: string): Promise<Uint8Array> {
  return fromHex((await readFile(file(`${name}.key`), 'utf8')).trim());
}

/** Opens a sealed file with its key file alone. */
async function reopen(name: string): Promise<Buffer> {
  const sealed = Uint8Array.from(await readFile(file(`${name}.sealed`)));
  const model = readSealedModel(sealed.subarray(0, MAX_MODEL_PREFIX_BYTES), sealed.length);
  const opener = await openSealedModel(model, await keyOf(name));
  const pieces: Uint8Array[] = [];
  for (let at = model.length; opener.nextBytes > 0; ) {
    const end = at + opener.nextBytes;
    pieces.push(await opener.open(sealed.subarray(at, end)));
    at = end;
  }
  opener.end();
  return Buffer.concat(pieces);
}

describe('model seal', () => {
  const piece = DEFAULT_MODEL_CHUNK_BYTES;
  it.each([1, piece - 1, piece, piece + 1, 2 * piece])(
    'accepts: %i bytes open to what they were',
    async (size) => {
      const plain = Buffer.alloc(size).map((_, i) => (i * 31 + (i >> 8)) & 255);
      await writeFile(file(`m${size}`), plain);
      const done = await seal(`m${size}`);
      expect(done.code).toBe(0);
      expect(done.out).toMatch(new RegExp(`^Sealed ${size} bytes into .*\nModel digest [0-9a-f]{64}\n$`));
      expect(done.notes).toContain('Whoever has it reads the model');
      expect((await stat(file(`m${size}.key`))).mode & 0o777).toBe(0o600);
      expect((await reopen(`m${size}`)).equals(plain)).toBe(true);
    },
  );

  it('privacy: neither output names the key', async () => {
    await writeFile(file('quiet'), 'weights');
    const { out, notes } = await seal('quiet', '--json');
    expect(out + notes).not.toContain(toHex(await keyOf('quiet')));
    expect(JSON.parse(out)).toMatchObject({ bytes: 7, keyFile: file('quiet.key') });
  });

  it('rejects: to overwrite a key or a sealed file, and leaves both as they were', async () => {
    const before = [await readFile(file('weights.key')), await readFile(file('weights.sealed'))];
    expect(await seal('weights')).toMatchObject({
      code: 2,
      notes: expect.stringContaining('not overwritten'),
    });
    const other = await run(
      'model',
      'seal',
      file('weights'),
      '--out',
      file('weights.sealed'),
      '--key-file',
      file('k2'),
    );
    expect(other).toMatchObject({ code: 2, notes: expect.stringContaining('not overwritten') });
    expect([await readFile(file('weights.key')), await readFile(file('weights.sealed'))]).toEqual(before);
    expect(await readdir(folder)).not.toContain('k2');
  });

  it.each([
    ['an empty file', 'FILE_EMPTY', () => writeFile(file('bad'), '')],
    ['a folder', 'FILE_NOT_REGULAR|EISDIR', () => mkdir(file('bad'))],
    ['no file', 'ENOENT', async () => undefined],
  ])('rejects: %s, and leaves nothing behind', async (_, code, prepare) => {
    await prepare();
    const done = await seal('bad');
    expect(done.code).toBe(2);
    expect((await readdir(folder)).filter((name) => name.startsWith('bad.'))).toEqual([]);
    if (code !== 'ENOENT') expect(done.notes).toMatch(new RegExp(`^(${code})|directory`));
    await rm(file('bad'), { recursive: true, force: true });
  });

  it('rejects: a name that is too long, and leaves nothing behind', async () => {
    await writeFile(file('long'), 'weights');
    expect((await seal('long', '--name', 'x'.repeat(257))).notes).toMatch(/^MALFORMED/);
    expect((await readdir(folder)).filter((name) => name.startsWith('long.'))).toEqual([]);
  });

  it('rejects: being stopped, and leaves nothing behind', async () => {
    await writeFile(file('stopped'), 'weights');
    const args = [
      'model',
      'seal',
      file('stopped'),
      '--out',
      file('stopped.sealed'),
      '--key-file',
      file('stopped.key'),
    ];
    expect((await runCommandLine(args, { signal: AbortSignal.abort() })).notes).toMatch(/^ABORTED/);
    expect((await readdir(folder)).filter((name) => name.startsWith('stopped.'))).toEqual([]);
  });
});

describe('model seal of a file that changes between its two readings', () => {
  const size = 3 * DEFAULT_MODEL_CHUNK_BYTES;
  it.each([
    ['grows', (path: string) => appendFileSync(path, 'more')],
    ['shrinks', (path: string) => truncateSync(path, size / 2)],
    ['shrinks by whole pieces', (path: string) => truncateSync(path, (size / 3) * 2)],
    ['is rewritten', (path: string) => writeFileSync(path, Buffer.alloc(size, 1))],
  ])('rejects: it %s, and leaves nothing behind', async (_, change) => {
    const path = file('moving');
    writeFileSync(path, Buffer.alloc(size));
    // Asked once for each piece: the fourth time the second reading has its first one.
    let asked = 0;
    const signal = Object.defineProperty(new AbortController().signal, 'aborted', {
      get() {
        if (++asked === 4) change(path);
        return false;
      },
    });
    const args = ['model', 'seal', path, '--out', `${path}.sealed`, '--key-file', `${path}.key`];
    expect((await runCommandLine(args, { signal })).notes).toMatch(/^MODEL_CHANGED/);
    expect((await readdir(folder)).filter((name) => name.startsWith('moving.'))).toEqual([]);
  });
});

describe('model inspect', () => {
  it('accepts: tells the digest without a key, and calls the rest the owner’s words', async () => {
    const plain = await run('model', 'inspect', file('weights.sealed'));
    expect(plain.out).toContain(`Model digest ${toHex(digest)}\nname my weights\n1000 bytes`);
    expect(plain.notes).toContain('owner’s words');
    const json = JSON.parse((await run('model', 'inspect', file('weights.sealed'), '--json')).out);
    expect(json).toMatchObject({ digest: toHex(digest), name: 'my weights', bytes: 1_000 });
  });

  it('privacy: a name cannot steer the terminal', async () => {
    await writeFile(file('esc'), 'weights');
    await seal('esc', '--name', 'a\u001b[2Jb\u202ec');
    expect((await run('model', 'inspect', file('esc.sealed'))).out).toContain('name a?[2Jb?c\n');
  });

  it('rejects: what is no sealed model, and one that is cut', async () => {
    expect((await run('model', 'inspect', file('weights'))).notes).toMatch(/^SEALED_MODEL_FORMAT/);
    await writeFile(file('cut'), await readFile(file('weights.sealed')));
    await truncate(file('cut'), 900);
    expect((await run('model', 'inspect', file('cut'))).notes).toMatch(/^SEALED_MODEL_LENGTH/);
  });
});

const flags = () => [
  ...['--key-file', file('weights.key')],
  ...['--registry', `${network.url}/registry.json`, '--registry-key', network.registryKey],
];
const release = (...more: string[]) => run('model', 'release', file('weights.sealed'), ...flags(), ...more);
const deliver = (...more: string[]) => release('--to', network.url, '--deliver', '--simulated', ...more);

describe('model release', () => {
  it('accepts: verifies, prints what it verified, delivers a release that this worker alone opens', async () => {
    const worker = await network.worker(digest);
    const done = await deliver();
    expect(done.notes).toBe('SIMULATED TDX: the machine is not verified against real hardware.\n');
    expect(done.code).toBe(0);
    for (const part of [
      'SIMULATED TDX',
      'TCB status UpToDate',
      'GPU: nothing claimed',
      'Released to this machine alone',
    ])
      expect(done.out).toContain(part);
    const [bytes = new Uint8Array(0)] = network.releases.splice(0);
    const open = (keys = worker.keys) =>
      openModelKey({ release: bytes, keys, digest: worker.digest, modelDigest: digest, now: new Date() });
    expect(await open()).toEqual(key);
    await expect(open((await network.worker(digest)).keys)).rejects.toMatchObject({
      code: 'RELEASE_INVALID',
    });
    expect(done.out + done.notes).not.toContain(toHex(key));
  });

  it('accepts: evidence from a file, a release into a file, JSON', async () => {
    const worker = await network.worker(digest);
    await writeFile(file('evidence'), network.bundle(worker));
    const to = ['--to', file('evidence'), '--out', file('release'), '--simulated', '--json'];
    const done = await release(...to, '--valid-for', '60');
    const told = JSON.parse(done.out);
    expect(told).toMatchObject({
      label: 'SIMULATED TDX',
      outcome: 'released',
      modelDigest: toHex(digest),
      worker: { digest: toHex(worker.digest), tcb: { status: 'UpToDate' }, gpu: 'none' },
      delivered: false,
    });
    const bytes = Uint8Array.from(await readFile(file('release')));
    const open = (now: Date) =>
      openModelKey({ release: bytes, keys: worker.keys, digest: worker.digest, modelDigest: digest, now });
    expect(await open(new Date(Date.parse(told.expires) - 1))).toEqual(key);
    await expect(open(new Date(told.expires))).rejects.toMatchObject({ code: 'RELEASE_EXPIRED' });
    expect(network.releases).toEqual([]);
    expect(await release(...to)).toMatchObject({ code: 2, notes: expect.stringContaining('EEXIST') });
  });

  const past = (seconds: number) => new Date(Date.now() - seconds * 1000);
  const cases: [string, string, Partial<SimulatedMachineOptions>][] = [
    ['code the registry does not allow', 'ATTESTATION_MEASUREMENT', { variant: 'v2' }],
    ['a proxy', 'MANIFEST_ROLE', { role: 'proxy' }],
    ['a quote over other keys', 'ATTESTATION_REPORT_DATA', { faults: { reportData: new Uint8Array(64) } }],
    ['keys of an epoch that ended', 'MANIFEST_EXPIRED', { now: past(7_200), lifeSeconds: 3_600 }],
    [
      'another network',
      'MANIFEST_NETWORK',
      { edit: (manifest) => ({ ...manifest, network: `local:${'00'.repeat(16)}` }) },
    ],
    [
      'a block nobody knows',
      'BEACON_UNKNOWN',
      { edit: (manifest) => ({ ...manifest, beacon: { ...manifest.beacon, rootHash: new Uint8Array(32) } }) },
    ],
    ['a worker that serves already', 'RELEASE_NOT_AWAITED', { worker: {} }],
  ];
  it.each(cases)('rejects: %s, with the code, and nothing leaves', async (_, code, change) => {
    await network.worker(digest, change);
    const done = await deliver('--out', file('never'));
    expect(done.notes).toContain(`\n${code}: `);
    expect(done).toMatchObject({ code: 1, out: '' });
    expect(network.releases).toEqual([]);
    expect(await readdir(folder)).not.toContain('never');
  });

  it('rejects: keys that end in some seconds', async () => {
    const { manifest } = await network.worker(digest);
    const now = () => new Date(manifest.notAfter * 1000 - 15_000);
    const args = ['--to', network.url, '--deliver', '--simulated'];
    const done = await runCommandLine(['model', 'release', file('weights.sealed'), ...flags(), ...args], {
      now,
    });
    expect(done.notes).toContain('RELEASE_EPOCH_ENDING');
    expect(network.releases).toEqual([]);
  });

  it('rejects: a simulated machine where hardware was asked for', async () => {
    await network.worker(digest);
    expect((await release('--to', network.url, '--deliver')).notes).toMatch(/^ATTESTATION_UNTRUSTED_ROOT/);
  });

  it('rejects: a machine the owner’s own policy does not name, though the registry allows it', async () => {
    const worker = await network.worker(digest);
    await writeFile(file('policy.json'), JSON.stringify({ measurements: [{ mrtd: '00'.repeat(48) }] }));
    expect((await deliver('--policy', file('policy.json'))).notes).toContain('ATTESTATION_MEASUREMENT');
    await writeFile(file('data.json'), JSON.stringify({ reportData: '00'.repeat(64) }));
    expect((await deliver('--policy', file('data.json'))).notes).toContain('POLICY_INVALID');
    expect((await deliver('--require-gpu')).notes).toContain('GPU_NOT_PROVEN');
    expect(network.releases.splice(0)).toEqual([]);
    expect(worker.manifest.role).toBe('worker');
  });

  it('rejects: another model, another key, a file that is no key, before the worker is asked', async () => {
    await network.worker(new Uint8Array(32));
    expect((await deliver()).notes).toContain('RELEASE_WRONG_MODEL');
    await writeFile(file('wrong.key'), `${'ab'.repeat(32)}\n`, { mode: 0o644 });
    const wrong = await deliver('--key-file', file('wrong.key'));
    expect(wrong.notes).toContain('SEALED_MODEL_KEY');
    expect(wrong.notes).toContain('chmod 600');
    await writeFile(file('no.key'), 'a secret of another kind');
    const none = await deliver('--key-file', file('no.key'));
    expect(none.notes).toMatch(/^KEY_FILE_INVALID/);
    expect(none.notes).not.toContain('secret');
    expect(network.releases).toEqual([]);
  });

  it('rejects: evidence that is junk, of two machines, or without its collateral', async () => {
    const worker = await network.worker(digest);
    await writeFile(file('junk'), 'junk');
    expect((await release('--to', file('junk'), '--out', file('never'), '--simulated')).notes).toContain(
      'MALFORMED',
    );
    const { encodeEvidenceBundle } = await import('../src/protocol/evidence.js');
    const { evidence, collateral } = worker;
    for (const bundle of [
      { machines: [evidence, evidence], collaterals: [collateral] },
      { machines: [evidence], collaterals: [] },
      { machines: [], collaterals: [collateral] },
    ]) {
      await writeFile(file('odd'), encodeEvidenceBundle(bundle));
      const done = await release('--to', file('odd'), '--out', file('never'), '--simulated');
      expect(done.notes).toContain('EVIDENCE_NOT_ONE');
    }
  });

  it('rejects: what the worker refuses, without trusting its words', async () => {
    await network.worker(digest);
    network.answer = { status: 422, body: '{"code":"RELEASE_EXPIRED"}' };
    expect(await deliver()).toMatchObject({
      code: 1,
      notes: expect.stringContaining('it says RELEASE_EXPIRED'),
    });
    network.answer = { status: 422, body: '{"code":"<script>"}' };
    expect((await deliver()).notes).toContain('did not take the release. ');
    network.answer = { status: 500, body: '' };
    expect((await deliver()).notes).toContain('EVIDENCE_UNAVAILABLE');
    network.answer = { status: 200, body: '{"accepted":true}' };
    network.releases.splice(0);
  });

  it.each([
    [['--out', 'x'], ['--to', 'file', '--deliver'], 'RELEASE_NOWHERE'],
    [[], ['--to', 'http://127.0.0.1:9'], 'RELEASE_NOWHERE'],
    [['--out', 'x'], ['--to', 'file', '--valid-for', '29'], 'NUMBER_INVALID'],
    [['--out', 'x'], ['--to', 'file', '--valid-for', 'ever'], 'NUMBER_INVALID'],
    [['--out', 'x'], ['--to', 'file', '--registry-key', 'zz'], 'REGISTRY_KEY_INVALID'],
  ])('rejects: flags %j %j as called wrongly', async (first, second, code) => {
    expect(await release(...first, ...second)).toMatchObject({
      code: 2,
      notes: expect.stringContaining(code),
    });
  });
});
