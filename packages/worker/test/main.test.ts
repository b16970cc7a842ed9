// Does the command behave as an operator expects: help, one plain sentence on mistakes, a clean end, bills kept over a kill?
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sealPlain, writeSealed } from '../test-support/sealed-model.js';
import { offer, readAnswer, readStream, seal } from './support/ask.js';
import { useHarness } from './support/harness.js';
import { buildWorkerCommand, type WorkerCommand } from './support/worker-process.js';

const harness = useHarness();
let command: WorkerCommand;
beforeAll(async () => {
  command = await buildWorkerCommand();
});
afterAll(() => command.remove());

const flags = (proxy: string): string[] => [
  'serve',
  ...['--proxy', proxy],
  ...['--registry', harness.network.registryUrl],
  ...['--registry-key', harness.network.registryKey],
  ...['--quote', 'simulated', '--engine', 'extractive', '--model', 'cocoonkit/extractive', '--json'],
];
const question = {
  json: {
    messages: [
      {
        role: 'user',
        content: 'Summarize: A cat sat. A dog ran to the cat. The cat ran to the dog and sat.',
      },
    ],
  },
};

test('--help explains every setting and ends with 0', async () => {
  const { exit, stdout } = command.run(['serve', '--help']);
  expect(await exit).toBe(0);
  const help = stdout.join('\n');
  for (const flag of [
    '--proxy',
    '--registry-key',
    '--quote',
    '--engine',
    '--unattested-upstream',
    '--slots',
    '--outbox',
    '--json',
  ])
    expect(help).toContain(flag);
});

test('rejects: settings with several mistakes, all named in one sentence, exit 1', async () => {
  const { exit, stderr, stdout } = command.run([
    'serve',
    '--proxy',
    'nowhere',
    '--quote',
    'magic',
    '--engine',
    'openai',
    '--slots',
    'many',
  ]);
  expect(await exit).toBe(1);
  expect(stdout).toEqual([]);
  expect(stderr).toHaveLength(1);
  for (const part of [
    '--proxy must',
    '--registry is needed',
    '--registry-key is needed',
    '--quote must',
    '--model is needed',
    '--slots must',
  ])
    expect(stderr[0]).toContain(part);
});

test('rejects: an unknown flag, exit 1', async () => {
  const { exit, stderr } = command.run(['serve', '--fast']);
  expect(await exit).toBe(1);
  expect(stderr.join('\n')).toContain('--fast');
});

test('rejects: a registry that does not answer, in one sentence, exit 1', async () => {
  const { exit, stderr } = command.run([...flags('http://127.0.0.1:9'), '--registry', 'http://127.0.0.1:9']);
  expect(await exit).toBe(1);
  expect(stderr.join('\n')).toContain('The registry does not answer.');
  expect(stderr.join('\n')).not.toMatch(/^\s+at /m);
});

test('rejects: a registry signed by another key, exit 1', async () => {
  const { exit, stderr } = command.run([...flags('http://127.0.0.1:9'), '--registry-key', 'ab'.repeat(32)]);
  expect(await exit).toBe(1);
  expect(stderr.join('\n')).toContain('not signed by the pinned key');
});

test('rejects: --quote configfs outside a TDX guest, exit 1', async () => {
  const { exit, stderr } = command.run([
    ...flags('http://127.0.0.1:9'),
    '--quote',
    'configfs',
    '--collateral',
    '/dev/null',
  ]);
  expect(await exit).toBe(1);
  expect(stderr.join('\n')).toContain('No TDX quote');
});

test('serves, answers, and ends with 0 on SIGTERM', async () => {
  const peer = await harness.proxy();
  const worker = command.run(flags(peer.url));
  expect(JSON.parse(await worker.line)).toEqual({
    event: 'listening',
    role: 'worker',
    url: peer.url,
    pid: worker.child.pid,
  });
  const channel = await peer.accept();
  const sealed = await seal([channel.worker], question);
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  expect(answer.text).not.toBe('');
  await channel.send({ type: 'receipt-ack', coreHash: sealed.coreHash });
  worker.child.kill('SIGTERM');
  expect(await worker.exit).toBe(0);
  for (const line of worker.stderr) expect(JSON.parse(line)).toMatchObject({ role: 'worker' });
  expect(worker.stderr.join('\n')).not.toContain('dog');
});

test('waits for the key of a sealed model, says where, and ends with 0 on SIGTERM or gives no trace after SIGKILL', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cocoonkit-waits-'));
  const model = await sealPlain(new Uint8Array(5_000));
  await writeSealed(join(directory, 'm.sealed'), model);
  const args = [
    ...flags('http://127.0.0.1:9').filter((flag) => !['extractive', '--engine'].includes(flag)),
    ...['--engine', 'gguf', '--model-on-disk', '--model-memory', directory],
    ...['--model-sealed-file', join(directory, 'm.sealed'), '--model-digest', model.digestHex],
    ...['--model-release-listen', '127.0.0.1:0'],
  ];
  for (const [signal, code] of [
    ['SIGTERM', 0],
    ['SIGKILL', null],
  ] as const) {
    const worker = command.run(args);
    const told = JSON.parse(await worker.line);
    expect(told).toEqual({
      event: 'awaiting-model',
      role: 'worker',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:[0-9]+$/),
      digest: model.digestHex,
      pid: worker.child.pid,
    });
    expect((await fetch(`${told.url}/v1/evidence`)).status).toBe(200);
    worker.child.kill(signal);
    expect(await worker.exit).toBe(code);
    expect(await readdir(directory)).toEqual(['m.sealed']);
  }
  await rm(directory, { recursive: true });
});

test('a bill survives kill -9 of the worker', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cocoonkit-kill-'));
  const outbox = join(directory, 'outbox.jsonl');
  const peer = await harness.proxy();
  const first = command.run([...flags(peer.url), '--outbox', outbox]);
  const channel = await peer.accept();
  const sealed = await seal([channel.worker], question);
  await readStream(channel, await offer(channel, sealed));
  const bill = await channel.take((control) => control.type === 'receipt');
  first.child.kill('SIGKILL');
  await first.exit;
  const second = command.run([...flags(peer.url), '--outbox', outbox]);
  const again = await peer.accept();
  expect(await again.take((control) => control.type === 'receipt')).toEqual({ ...bill, held: 0 });
  await again.send({ type: 'receipt-ack', coreHash: sealed.coreHash });
  second.child.kill('SIGTERM');
  expect(await second.exit).toBe(0);
  await rm(directory, { recursive: true });
});
