// Which proxies does a worker talk to, and can anybody in between take part?
import { linkHelloLayout } from '@cocoonkit/sdk/protocol';
import { expect, test } from 'vitest';
import { until, useHarness } from './support/harness.js';
import { makeProxyMachine, startLocalNetwork } from './support/local-network.js';
import { quietPort } from './support/quiet-port.js';
import { saying, scriptedEngine } from './support/scripted-engine.js';

const harness = useHarness();
const engine = scriptedEngine({ run: saying(['ok']) });

test('accepts: a proxy whose code the registry allows', async () => {
  const { channel, worker, peer } = await harness.connected({ engine });
  expect(channel.worker.role).toBe('worker');
  expect(channel.worker.manifest.worker).toMatchObject({
    model: 'scripted',
    modelProof: 'declared',
    coefficient: 1_000,
    features: ['chat'],
  });
  await worker.connected;
  expect(worker.records).toContainEqual(
    expect.objectContaining({ event: 'connected', simulated: true, proxy: `127.0.0.1:${peer.port}` }),
  );
});

const WRONG = [
  ['a worker posing as a proxy', { role: 'worker' }, 'MANIFEST_ROLE'],
  ['a proxy that runs other code', { variant: 'v2' }, 'ATTESTATION_MEASUREMENT'],
  ['a proxy whose keys have ended', { ageSeconds: 7_200 }, 'MANIFEST_EXPIRED'],
  ['a proxy whose keys are from the future', { ageSeconds: -600 }, 'MANIFEST_NOT_YET_VALID'],
  ['a proxy whose keys would live too long', { lifeSeconds: 100_000 }, 'MANIFEST_LIFE'],
  ['a quote over a block nobody knows', { beacon: { rootHash: new Uint8Array(32) } }, 'BEACON_UNKNOWN'],
  [
    'a quote over an old block',
    { beacon: { utime: Math.floor(Date.now() / 1000) - 6_000 } },
    'EVIDENCE_STALE',
  ],
] as const;

test.each(WRONG)('rejects: %s', async (_name, change, code) => {
  const peer = await harness.proxy(await makeProxyMachine(harness.network, change));
  const worker = await harness.worker([peer], { engine });
  await until(() => worker.records.some((record) => record.event === 'connect-failed'));
  expect(worker.records.find((record) => record.event === 'connect-failed')?.code).toBe(code);
  expect(worker.records.some((record) => record.event === 'connected')).toBe(false);
});

test('rejects: a proxy of another network', async () => {
  const other = await startLocalNetwork();
  const peer = await harness.proxy(await makeProxyMachine(other));
  const worker = await harness.worker([peer], { engine });
  await until(() => worker.records.some(({ code }) => code === 'MANIFEST_NETWORK'));
  await other.close();
});

test('rejects: a simulated proxy when no simulated root is trusted', async () => {
  const { createQuotes } = await import('../src/create-quotes.js');
  const source = await createQuotes(
    { quote: 'simulated' },
    { now: () => new Date(), seed: 's', fetch, jitter: () => 0 },
  );
  const peer = await harness.proxy();
  const worker = await harness.worker([peer], { engine, deps: { quotes: { quotes: source.quotes } } });
  await until(() => worker.records.some(({ code }) => code === 'ATTESTATION_UNTRUSTED_ROOT'));
});

test('rejects: a relay that shows the evidence of an honest proxy as its own', async () => {
  const honest = await makeProxyMachine(harness.network);
  const relay = await harness.proxy(harness.machine, {
    tamperHello: (hello) =>
      linkHelloLayout.encode({ ...linkHelloLayout.decode(hello), evidence: honest.evidence }),
  });
  const worker = await harness.worker([relay], { engine });
  await until(() => worker.records.some(({ code }) => code === 'LINK_NOT_BOUND'));
  expect(worker.records.some((record) => record.event === 'connected')).toBe(false);
});

test('rejects: a proxy hello with another nonce', async () => {
  const relay = await harness.proxy(harness.machine, {
    tamperHello: (hello) =>
      linkHelloLayout.encode({ ...linkHelloLayout.decode(hello), nonce: new Uint8Array(32) }),
  });
  const worker = await harness.worker([relay], { engine });
  await until(() => worker.records.some(({ code }) => code === 'LINK_NOT_BOUND'));
});

test('rejects: a worker key altered on the way, on both ends', async () => {
  const relay = await harness.proxy(harness.machine, {
    tamperKey: (key) => key.map((byte, i) => (i === 5 ? byte ^ 1 : byte)),
  });
  const worker = await harness.worker([relay], { engine });
  await until(() => worker.records.some((record) => record.event === 'connect-failed'));
  expect(worker.records.find((record) => record.event === 'connect-failed')?.code).toBe('HANDSHAKE_CLOSED');
  expect(relay.failures[0]).toMatchObject({ code: 'LINK_NOT_BOUND' });
});

test('rejects: an address where nobody answers, and tries again', async () => {
  const peer = await harness.proxy(harness.machine, { port: await quietPort() });
  await peer.close();
  const worker = await harness.worker([peer], { engine });
  await until(() => worker.records.filter(({ code }) => code === 'PROXY_UNREACHABLE').length >= 3);
  const back = await harness.proxy(harness.machine, { port: peer.port });
  expect((await back.accept()).worker.role).toBe('worker');
});

test('rejects: a handshake that stops half way, after a limit', async () => {
  const silent = await harness.proxy(harness.machine, { tamperHello: () => new Promise(() => undefined) });
  const worker = await harness.worker([silent], { engine, timing: { handshakeMs: 50 } });
  await until(() => worker.records.some(({ code }) => code === 'HANDSHAKE_CLOSED'));
});

test('an engine outside the machine is a quoted warning', async () => {
  const external = scriptedEngine({ run: saying(['ok']), external: true });
  const { channel } = await harness.connected({ engine: external });
  expect(channel.worker.manifest.worker?.features).toEqual(['chat', 'external-engine']);
});
