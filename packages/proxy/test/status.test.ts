// What does the proxy show to anybody, and what never?
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { connectWorker } from './support/scripted-worker.js';
import { startNetwork, type TestNetwork } from './support/start-network.js';
import { TestClient } from './support/test-client.js';

let network: TestNetwork;
afterEach(() => network.stop());

const page = async (path = '/') => {
  const response = await fetch(`${network.proxy.url}${path}`);
  return { headers: response.headers, text: await response.text(), status: response.status };
};

test('models, workers, load, prices, measurements and since when', async () => {
  network = await startNetwork();
  await connectWorker(network, { coefficient: 500 });
  await connectWorker(network, { coefficient: 2_000 });
  const status = JSON.parse((await page('/status.json')).text);
  expect(status).toMatchObject({ status: 'ok', simulated: true, ledger: 'memory' });
  expect(status.models).toEqual([
    expect.objectContaining({ model: 'test-model', workers: 2, running: 0, maxContext: 8_192 }),
  ]);
  // 20 nanoTON a token: 0.02 TON a million at factor 1; answers cost eight times as much.
  expect(status.models[0].promptPrice).toEqual([0.01, 0.04]);
  expect(status.models[0].completionPrice).toEqual([0.08, 0.32]);
  expect(status.measurements.map(({ role }: { role: string }) => role).sort()).toEqual(['proxy', 'worker']);
  expect(status.measurements[0].registers.mrtd[0]).toMatch(/^[0-9a-f]{96}$/);
});

test('the page is labelled, holds no script and may load nothing', async () => {
  network = await startNetwork();
  await connectWorker(network, { model: '<script>alert(1)</script>' });
  const { text, headers } = await page();
  expect(headers.get('content-type')).toContain('text/html');
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/);
  expect(text).toContain('SIMULATED TDX');
  expect(text).toContain('ledger only, no chain yet');
  expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(text).not.toMatch(/<script|<img|<link|onload|src=/i);
});

test('privacy: nothing of accounts or requests, and no more often than every five seconds', async () => {
  network = await startNetwork();
  const worker = await connectWorker(network);
  const client = await TestClient.create(network);
  const before = (await page('/status.json')).text;
  const worked = await client.infer(await client.seal([worker]));
  expect(worked.status).toBe(200);
  expect((await page('/status.json')).text).toBe(before);
  network.clock.aheadMs += 6_000;
  const after = `${(await page('/status.json')).text}${(await page()).text}`;
  const { at: then, ...same } = JSON.parse(before);
  expect(JSON.parse((await page('/status.json')).text)).toMatchObject(same);
  expect(JSON.parse((await page('/status.json')).text).at).not.toBe(then);
  expect(after).not.toContain(client.id);
  expect(after).not.toContain(Buffer.from(client.signer.publicKey).toString('hex'));
});

test('the date of a measurement outlives a restart, and a damaged file only loses dates', async () => {
  network = await startNetwork({ ledger: 'sqlite' });
  const since = async () => JSON.parse((await page('/status.json')).text).measurements[0].since;
  const first = await since();
  network.clock.aheadMs += 3_600_000;
  await network.restart();
  expect(await since()).toBe(first);
  const file = join(network.dir, 'proxy', 'measurements.json');
  expect(readFileSync(file, 'utf8')).toMatch(/^\{"[0-9a-f]{64}":/);
});
