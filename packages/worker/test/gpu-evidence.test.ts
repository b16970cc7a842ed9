// Does the worker ask for GPU evidence over its new keys, and does a client then see it verified?

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyMachine } from '@cocoonkit/sdk/attestation';
import { decodeEvidenceBundle } from '@cocoonkit/sdk/protocol';
import { createSimulatedGpu, simulatedGpuTrust, simulatedRootDer } from '@cocoonkit/sdk/testing';
import { simulatedAnchor } from '@cocoonkit/sdk/unsafe';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseConfig } from '../src/config.js';
import { createGpuProvider } from '../src/gpu-provider.js';
import type { Epoch } from '../src/make-epoch.js';
import { type LocalNetwork, startLocalNetwork } from './support/local-network.js';
import { startTestWorker, type TestWorker } from './support/start-test-worker.js';

const anchor = simulatedAnchor(simulatedRootDer(), simulatedGpuTrust());
const NOBODY = 'http://127.0.0.1:9';
const NONCE = new Uint8Array(32).fill(6);

let network: LocalNetwork;
let server: Server;
let worker: TestWorker | undefined;
let folder: string;
let asked: string[];
let answer: (nonce: string) => { status?: number; body: string };

beforeEach(async () => {
  network = await startLocalNetwork();
  folder = await mkdtemp(join(tmpdir(), 'cocoonkit-gpu-'));
  asked = [];
  answer = (nonce) => ({
    body: createSimulatedGpu({ now: new Date() }).toolOutput(new Uint8Array(Buffer.from(nonce, 'hex'))),
  });
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { nonce }: { nonce: string } = JSON.parse(Buffer.concat(chunks).toString());
      asked.push(`${request.method} ${request.url} ${nonce}`);
      const { status = 200, body } = answer(nonce);
      response.writeHead(status).end(body);
    });
  });
});

afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await network.close();
  await rm(folder, { recursive: true });
});

function listen(place: { socket: string } | undefined): Promise<string> {
  return new Promise((resolve) => {
    if (place !== undefined) server.listen(place.socket, () => resolve(`unix:${place.socket}`));
    else
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/gpu`);
      });
  });
}

async function verify({ evidence }: Epoch) {
  const { machines, collaterals } = decodeEvidenceBundle(evidence);
  const [machine] = machines;
  const [collateral] = collaterals;
  if (machine === undefined || collateral === undefined) throw new TypeError('no machine');
  const { registry } = network;
  return verifyMachine({ ...machine, collateral }, { role: 'worker', registry, now: new Date(), anchor });
}

test('accepts: each set of keys has evidence of its own, and a client verifies it', async () => {
  const gpuEvidence = await listen(undefined);
  worker = await startTestWorker({ network, proxies: [NOBODY], settings: { gpuEvidence } });
  await worker.rotate();
  for (const epoch of worker.epochs) expect((await verify(epoch)).gpu).toBe('evidence-verified');
  expect(worker.epochs).toHaveLength(2);
  expect(asked).toHaveLength(2);
  expect(asked[0]).toMatch(/^POST \/gpu [0-9a-f]{64}$/);
  expect(asked[0]).not.toBe(asked[1]);
});

test('accepts: a unix socket', async () => {
  const provider = createGpuProvider(await listen({ socket: join(folder, 'gpu.sock') }));
  expect((await provider(NONCE)).length).toBeGreaterThan(4_000);
  expect(asked).toEqual([`POST /v1 ${'06'.repeat(32)}`]);
});

test('a client refuses keys whose provider answered another nonce', async () => {
  answer = () => ({ body: createSimulatedGpu({ now: new Date() }).toolOutput(NONCE) });
  const gpuEvidence = await listen(undefined);
  worker = await startTestWorker({ network, proxies: [NOBODY], settings: { gpuEvidence } });
  const [epoch] = worker.epochs;
  if (epoch === undefined) throw new TypeError('no keys');
  await expect(verify(epoch)).rejects.toMatchObject({ code: 'ATTESTATION_GPU_NONCE' });
});

test('the promise of the guest is quoted, and no evidence is made up', async () => {
  worker = await startTestWorker({ network, proxies: [NOBODY], settings: { gpuAttested: true } });
  const [epoch] = worker.epochs;
  if (epoch === undefined) throw new TypeError('no keys');
  expect((await verify(epoch)).gpu).toBe('attested-by-guest');
});

const BAD: readonly [string, () => void][] = [
  ['another status', () => (answer = () => ({ status: 500, body: '{}' }))],
  ['no JSON', () => (answer = () => ({ body: 'secret words' }))],
  ['nothing in it', () => (answer = () => ({ body: '{}' }))],
  ['more than the limit', () => (answer = () => ({ body: ' '.repeat(262_145) }))],
];

test.each(BAD)(
  'rejects: a provider that answers with %s; the worker does not start',
  async (_name, spoil) => {
    spoil();
    const gpuEvidence = await listen(undefined);
    const start = startTestWorker({ network, proxies: [NOBODY], settings: { gpuEvidence } });
    await expect(start).rejects.toMatchObject({ kind: 'attestation', code: 'GPU_EVIDENCE_UNAVAILABLE' });
  },
);

test('rejects: a provider that is not there', async () => {
  const start = startTestWorker({ network, proxies: [NOBODY], settings: { gpuEvidence: NOBODY } });
  await listen(undefined);
  await expect(start).rejects.toMatchObject({ code: 'GPU_EVIDENCE_UNAVAILABLE' });
});

test.each(['http://example.org/gpu', 'gpu.json', 'http://127.1/gpu'])(
  'rejects: the address %s',
  (gpuEvidence) => {
    const settings = {
      proxy: NOBODY,
      registry: 'r',
      registryKey: 'a'.repeat(64),
      quote: 'simulated',
      model: 'm',
    };
    expect(() => parseConfig({ ...settings, engine: 'extractive', gpuEvidence })).toThrow(
      '--gpu-evidence must be',
    );
  },
);
