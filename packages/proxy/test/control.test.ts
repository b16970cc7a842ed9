// Does each sealed question get its sealed answer, and each wrong one its code?
import {
  accountAnswerLayout,
  cancelQuestionLayout,
  evidenceBundleLayout,
  evidenceQuestionLayout,
  modelsAnswerLayout,
  resumeQuestionLayout,
  rosterAnswerLayout,
  rosterQuestionLayout,
} from '@cocoonkit/sdk/protocol';
import { verifyRoster, verifyRosterPage } from '@cocoonkit/sdk/seal';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256 } from '../src/equal-secret.js';
import { connectWorker } from './support/scripted-worker.js';
import { random, startNetwork, type TestNetwork, until } from './support/start-network.js';
import { TestClient } from './support/test-client.js';

let network: TestNetwork;
let client: TestClient;
const none: Uint8Array = new Uint8Array(0);

beforeEach(async () => {
  network = await startNetwork();
  client = await TestClient.create(network);
});
afterEach(() => network.stop());

test('accepts: models, the signed roster and the evidence of a drawn worker', async () => {
  const worker = await connectWorker(network);
  await connectWorker(network, { coefficient: 500 });
  const { models } = modelsAnswerLayout.decode((await client.ask('models')).payload ?? none);
  expect(models).toEqual([{ model: 'test-model', workers: 2, minCoefficient: 500, maxContext: 8_192 }]);

  const question = rosterQuestionLayout.encode({ model: 'test-model', draws: [7] });
  const answer = rosterAnswerLayout.decode((await client.ask('roster', question)).payload ?? none);
  const expected = { now: network.now(), model: 'test-model' };
  const roster = await verifyRoster(client.proxy, answer.roster, answer.signature, expected);
  const entries = verifyRosterPage(roster, answer.pages[0] ?? none);
  expect(entries.map(({ coefficient }) => coefficient).sort()).toEqual([1_000, 500]);
  const other = await TestClient.create(network, 0n);
  const again = rosterAnswerLayout.decode((await other.ask('roster', question)).payload ?? none);
  expect(again.roster).toEqual(answer.roster);

  const wanted = evidenceQuestionLayout.encode({ digests: [worker.digest, random(32)], have: [] });
  const bundle = evidenceBundleLayout.decode((await client.ask('evidence', wanted)).payload ?? none);
  expect(bundle.machines.map(({ manifest }) => manifest)).toEqual([worker.evidence.manifest]);
  expect(bundle.collaterals).toHaveLength(1);
  const have = evidenceQuestionLayout.encode({
    digests: [worker.digest],
    have: [sha256(worker.evidence.collateral)],
  });
  const lean = evidenceBundleLayout.decode((await client.ask('evidence', have)).payload ?? none);
  expect(lean).toMatchObject({ machines: [{}], collaterals: [] });
});

test('accepts: an account asks for itself; rejects: nobody may ask without its signature', async () => {
  const view = accountAnswerLayout.decode((await client.ask('account', none, true)).payload ?? none);
  expect(view).toMatchObject({
    balanceTokens: 50_000n,
    reservedTokens: 0n,
    spendableTokens: 50_000n,
    running: 0,
  });
  expect(await client.ask('account')).toMatchObject({ code: 'ACCOUNT_REQUIRED' });
  const stranger = await TestClient.create(network, 0n);
  expect(await stranger.ask('account', none, true)).toMatchObject({ code: 'ACCOUNT_UNKNOWN' });
});

test('rejects: unknown questions, models and layouts, each sealed', async () => {
  expect(await client.ask('weather')).toMatchObject({ code: 'UNKNOWN_OPERATION' });
  const question = rosterQuestionLayout.encode({ model: 'unknown', draws: [1] });
  expect(await client.ask('roster', question)).toMatchObject({ code: 'MODEL_UNKNOWN' });
  expect(await client.ask('roster', random(20))).toMatchObject({ code: 'MALFORMED' });
});

test('accepts: cancelling and resuming with the token; rejects: without it', async () => {
  const worker = await connectWorker(network, { script: () => {} });
  const sealed = await client.seal([worker]);
  const running = client.infer(sealed);
  await until(() => worker.has('body-end') !== undefined);
  const ask = (token: Uint8Array, coreHash = sealed.coreHash) =>
    client.ask('cancel', cancelQuestionLayout.encode({ coreHash, token }));
  expect(await ask(random(32))).toMatchObject({ code: 'TOKEN_INVALID' });
  expect(await ask(sealed.cancelToken, random(32))).toMatchObject({ code: 'UNKNOWN_REQUEST' });
  expect(worker.has('cancel')).toBeUndefined();
  expect((await ask(sealed.cancelToken)).code).toBeUndefined();
  await until(() => worker.has('cancel') !== undefined);

  const resume = (token: Uint8Array) =>
    client.ask('resume', resumeQuestionLayout.encode({ coreHash: sealed.coreHash, token, fromRecord: 0 }));
  expect(await resume(random(32))).toMatchObject({ code: 'TOKEN_INVALID' });
  const resumed = resume(sealed.resumeToken);
  await until(() => worker.has('resume') !== undefined);
  const { stream = 0 } = worker.has('resume') ?? {};
  worker.records(stream, Uint8Array.of(1, 0, 0, 0, 1, 9, 2, 0, 0, 0, 2, 1, 9));
  worker.send({ type: 'end', stream });
  expect(await resumed).toMatchObject({ payload: none });
  worker.close();
  expect((await running).notice).toMatchObject({ code: 'RESELECT' });
});
