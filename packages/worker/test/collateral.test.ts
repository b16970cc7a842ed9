// Does a worker have collateral in force at all times, in the short form, and say when it has not?
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packStaple, parseCollateral, verifyQuote } from '@cocoonkit/sdk/attestation';
import { decodeEvidenceBundle, type EvidenceBundle } from '@cocoonkit/sdk/protocol';
import { createSimulatedTdx, simulatedMeasurements, simulatedRootDer } from '@cocoonkit/sdk/testing';
import type { TsmTree } from '@cocoonkit/sdk/tsm';
import { simulatedAnchor } from '@cocoonkit/sdk/unsafe';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type PcsServer, startPcs } from '../../sdk/test/support/pcs-server.js';
import { simulatedAnswers } from '../../sdk/test/support/simulated-answers.js';
import { createQuotes, type Kernel } from '../src/create-quotes.js';
import { until, useHarness } from './support/harness.js';
import { saying, scriptedEngine } from './support/scripted-engine.js';

const DAY_MS = 86_400_000;
const harness = useHarness();
const anchor = simulatedAnchor(simulatedRootDer());
const tdxAt = (ms: number) => createSimulatedTdx({ now: new Date(ms), seed: 'worker' });
const answersAt = (ms: number) => simulatedAnswers(tdxAt(ms).collateral());
const DATA = new Uint8Array(64).fill(7);

let pcs: PcsServer;
let dir: string;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'cocoonkit-collateral-'));
  pcs = await startPcs(answersAt(Date.now()), 'pccs');
});
afterEach(async () => {
  rmSync(dir, { recursive: true, force: true });
  await pcs.stop();
});

/** A kernel whose quotes are simulated; `due` is the planned renewal. */
function kernel(): Kernel & { due?: (() => void) | undefined } {
  let quote = new Uint8Array(0);
  let generation = 0;
  const tree: TsmTree = {
    make: async () => undefined,
    remove: async () => undefined,
    async write(_entry, _name, reportData) {
      generation++;
      quote = new Uint8Array(
        tdxAt(Date.now()).quote({ reportData, measurements: simulatedMeasurements('worker') }),
      );
    },
    async read(_entry, name) {
      if (name === 'outblob') return quote;
      return new TextEncoder().encode(name === 'provider' ? 'tdx_guest' : String(generation));
    },
  };
  const own: Kernel & { due?: (() => void) | undefined } = {
    tree,
    anchor,
    schedule(_ms, task) {
      own.due = task;
      return () => {
        if (own.due === task) own.due = undefined;
      };
    },
  };
  return own;
}

const common = { now: () => new Date(), seed: 's', fetch, jitter: () => 0 };
const verified = ({ quote, collateral }: { quote: Uint8Array; collateral: Uint8Array }, now = new Date()) =>
  verifyQuote(quote, {
    collateral: parseCollateral(collateral),
    now,
    policy: { measurements: 'any', reportData: DATA },
    anchor,
  });

test('accepts: a quote with a staple fetched from a PCCS, asked for once', async () => {
  const source = await createQuotes({ quote: 'configfs', pccs: pcs.url }, { ...common, kernel: kernel() });
  const first = await source.quotes.quote(DATA);
  const second = await source.quotes.quote(DATA);
  await expect(verified(first)).resolves.toMatchObject({ simulated: true });
  expect(second.collateral).toEqual(first.collateral);
  expect(first.collateral[0]).toBe(0);
  expect(pcs.requests).toHaveLength(4);
  source.stop?.();
});

test('accepts: a file in JSON, and sends the staple', async () => {
  const collateral = join(dir, 'collateral.json');
  const json = JSON.stringify(tdxAt(Date.now()).collateral());
  writeFileSync(collateral, json);
  const source = await createQuotes({ quote: 'configfs', collateral }, { ...common, kernel: kernel() });
  const made = await source.quotes.quote(DATA);
  expect(made.collateral).toEqual(packStaple(parseCollateral(json)));
  await expect(verified(made)).resolves.toBeDefined();
  writeFileSync(collateral, '{}');
  await expect(source.quotes.quote(DATA)).rejects.toMatchObject({ code: 'COLLATERAL_UNAVAILABLE' });
});

test('accepts: simulated collateral, the same for all machines of a day and issued anew each day', async () => {
  let now = Date.UTC(2026, 2, 1);
  const make = async (seed: string) => {
    const { quotes } = await createQuotes(
      { quote: 'simulated' },
      { ...common, seed, now: () => new Date(now) },
    );
    return () => quotes.quote(DATA);
  };
  const [one, other] = [await make('one'), await make('other')];
  const hashes = new Set<string>();
  for (let day = 0; day < 3; day++) {
    const made = [await one(), await other()];
    for (const machine of made) await expect(verified(machine, new Date(now))).resolves.toBeDefined();
    for (const { collateral } of made) hashes.add(Buffer.from(collateral).toString('hex'));
    now += DAY_MS * 20 - 1;
  }
  expect(hashes.size).toBe(3);
});

const engine = scriptedEngine({ run: saying(['ok']) });
const configfs = (own: Kernel) => ({
  engine,
  settings: { quote: 'configfs' as const, pccs: pcs.url },
  deps: { kernel: own },
});
const stapleOf = (epoch: { evidence: Uint8Array } | undefined): string => {
  const bundle: EvidenceBundle = decodeEvidenceBundle(epoch?.evidence ?? new Uint8Array(0));
  return Buffer.from(bundle.collaterals[0] ?? []).toString('hex');
};

test('renews: new collateral goes out in new evidence, and a failure is logged while the old one serves', async () => {
  const own = kernel();
  const { worker } = await harness.connected(configfs(own));
  const first = stapleOf(worker.epochs.at(-1));
  pcs.fault = (_, response) => {
    response.writeHead(404).end();
    return true;
  };
  own.due?.();
  await until(() => worker.records.some(({ event }) => event === 'collateral-failed'));
  expect(worker.records.find(({ event }) => event === 'collateral-failed')?.code).toBe(
    'COLLATERAL_UNKNOWN_PLATFORM',
  );
  expect(stapleOf(worker.epochs.at(-1))).toBe(first);
  pcs.fault = undefined;
  pcs.answers = answersAt(Date.now() + 1_800_000);
  own.due?.();
  await until(() => stapleOf(worker.epochs.at(-1)) !== first);
  expect(worker.records.filter(({ event }) => event === 'collateral-renewed')).toHaveLength(2);
});

test('rejects: starting while the service is down', async () => {
  pcs.fault = (_, response) => {
    response.writeHead(410).end();
    return true;
  };
  const peer = await harness.proxy();
  await expect(harness.worker([peer], configfs(kernel()))).rejects.toMatchObject({
    code: 'COLLATERAL_WITHDRAWN',
  });
});
