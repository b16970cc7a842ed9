// Does a proxy keep collateral in force in its evidence, and do health and metrics say when it has not?
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyMachine } from '@cocoonkit/sdk/attestation';
import { createCollateralRefresher, fetchCollateral } from '@cocoonkit/sdk/attestation/fetch';
import { decodeEvidenceBundle } from '@cocoonkit/sdk/protocol';
import { parseLocalRegistry } from '@cocoonkit/sdk/registry';
import { createSimulatedTdx, simulatedMeasurements, simulatedRootDer } from '@cocoonkit/sdk/testing';
import { simulatedAnchor } from '@cocoonkit/sdk/unsafe';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PcsServer, startPcs } from '../../sdk/test/support/pcs-server.js';
import { simulatedAnswers } from '../../sdk/test/support/simulated-answers.js';
import { createLog, parseProxyConfig, simulatedRules, startProxy, startRegistry } from '../src/index.js';
import type { openQuotes } from '../src/quote/open-quotes.js';
import { random } from './support/start-network.js';

const DAY_MS = 86_400_000;
const anchor = simulatedAnchor(simulatedRootDer());
const tdxAt = (ms: number) => createSimulatedTdx({ now: new Date(ms), seed: 'proxy' });
const answersAt = (ms: number) => simulatedAnswers(tdxAt(ms).collateral());

let pcs: PcsServer;
let dir: string;
let aheadMs: number;
let due: (() => void) | undefined;
const lines: string[] = [];
const now = (): Date => new Date(Date.now() + aheadMs);
const cleanUps: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'cocoonkit-collateral-'));
  aheadMs = 0;
  lines.length = 0;
  pcs = await startPcs(answersAt(Date.now()));
  cleanUps.push(() => pcs.stop());
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  rmSync(dir, { recursive: true, force: true });
});

/** As with configfs, but the kernel is simulated and renewals happen when the test says so. */
const quotesOf: typeof openQuotes = async (_config, { fetch, onCollateral }) => {
  const refresher = createCollateralRefresher({
    fetch: (platform, signal) =>
      fetchCollateral({ ...platform, baseUrl: pcs.url, retries: 0, fetch, signal }),
    now,
    jitter: () => 0,
    anchor,
    onEvent: onCollateral,
    schedule(_ms, task) {
      due = task;
      return () => {
        if (due === task) due = undefined;
      };
    },
  });
  return {
    kind: 'configfs',
    anchor,
    refresher,
    async quote(reportData) {
      const quote = tdxAt(now().getTime()).quote({
        reportData,
        measurements: simulatedMeasurements('proxy'),
      });
      return { quote, collateral: await refresher.staple(quote) };
    },
  };
};

async function start() {
  const registry = await startRegistry({
    dir: join(dir, 'registry'),
    measurements: await simulatedRules(),
    now,
    random,
  });
  cleanUps.push(() => registry.stop());
  const config = parseProxyConfig({
    dir: join(dir, 'proxy'),
    registry: registry.url,
    registryKey: registry.publicKey,
    quote: 'configfs',
    pccs: pcs.url,
    ledger: 'memory',
    limits: { drainMs: 100 },
  });
  const log = createLog({ write: (line: string) => lines.push(line) });
  const proxy = await startProxy(config, { now, random, fetch, log, openQuotes: quotesOf });
  cleanUps.push(() => proxy.stop());
  const signed = new Uint8Array(await (await fetch(`${registry.url}/registry.json`)).arrayBuffer());
  const rules = await parseLocalRegistry(signed, Buffer.from(registry.publicKey, 'hex'));
  return {
    proxy,
    async evidence() {
      const answer = await fetch(`${proxy.url}/v1/evidence`);
      const { machines, collaterals } = decodeEvidenceBundle(new Uint8Array(await answer.arrayBuffer()));
      const [machine] = machines;
      const [collateral] = collaterals;
      if (machine === undefined || collateral === undefined) throw new Error('no evidence');
      return { ...machine, collateral };
    },
    verify: (evidence: { manifest: Uint8Array; quote: Uint8Array; collateral: Uint8Array }) =>
      verifyMachine(evidence, { role: 'proxy', registry: rules, now: now(), anchor }),
    async health() {
      const answer = await fetch(`${proxy.url}/health`);
      const body: unknown = await answer.json();
      return { status: answer.status, body };
    },
    metrics: () => proxy.parts.metrics.registry.metrics(),
  };
}

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 2));
}

test('renews: evidence carries a staple, and the newer one as soon as there is one', async () => {
  const { evidence, verify, health, metrics } = await start();
  const first = await evidence();
  expect(first.collateral[0]).toBe(0);
  await expect(verify(first)).resolves.toMatchObject({ role: 'proxy' });
  expect(await health()).toEqual({ status: 200, body: { status: 'ok', collateral: 'current' } });
  expect(await metrics()).toMatch(/cocoonkit_collateral_seconds_left 25[0-9]{5}/);
  pcs.answers = answersAt(Date.now() + 1_800_000);
  due?.();
  await until(async () => Buffer.compare((await evidence()).collateral, first.collateral) !== 0);
  await expect(verify(await evidence())).resolves.toBeDefined();
  expect(lines.filter((line) => line.includes('collateral-renewed'))).toHaveLength(2);
});

test('keeps the last good one while the service is down, and says so until and after its end', async () => {
  const { evidence, verify, health, metrics } = await start();
  const first = await evidence();
  pcs.fault = (_, response) => {
    response.writeHead(400).end();
    return true;
  };
  due?.();
  await until(() => lines.some((line) => line.includes('collateral-failed')));
  expect((await evidence()).collateral).toEqual(first.collateral);
  await expect(verify(await evidence())).resolves.toBeDefined();
  expect(await health()).toEqual({ status: 200, body: { status: 'ok', collateral: 'late' } });
  expect(await metrics()).toContain('cocoonkit_collateral_failures 1');
  aheadMs = 31 * DAY_MS;
  due?.();
  await until(() => lines.some((line) => line.includes('collateral-expired')));
  expect(await health()).toEqual({
    status: 503,
    body: { status: 'collateral-expired', collateral: 'expired' },
  });
  expect(await metrics()).toMatch(/cocoonkit_collateral_seconds_left -/);
});
