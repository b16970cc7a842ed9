// Who can stop a request? Whoever shows its token, and nobody else, at no moment.
import { cancelQuestionLayout } from '@cocoonkit/sdk/protocol';
import { prepareContext, type SealedRequest, sealControl } from '@cocoonkit/sdk/seal';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerHonestly, connectWorker, type Job, type ScriptedWorker } from './support/scripted-worker.js';
import { random, startNetwork, type TestNetwork, until } from './support/start-network.js';
import { type Answered, TestClient } from './support/test-client.js';

let network: TestNetwork;
let client: TestClient;
let worker: ScriptedWorker;
let finish: () => void;
/** A second request, of the same client, that runs beside the first. */
let other: SealedRequest;
let both: Promise<Answered>[];

beforeEach(async () => {
  // Answers that never end must not hold up the end of a test.
  network = await startNetwork({ limits: { drainMs: 1 } });
  client = await TestClient.create(network);
});
afterEach(() => network.stop());

type Moment = 'before the head' | 'after the head' | 'after the end';

/** Brings a request to a moment of its life. */
async function bring(moment: Moment): Promise<SealedRequest> {
  const gate = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const script = async (job: Job, self: ScriptedWorker): Promise<void> => {
    if (moment === 'before the head') await gate;
    await answerHonestly(job, self, undefined, { onlyHead: moment === 'after the head' });
  };
  worker = await connectWorker(network, { script });
  const sealed = await client.seal([worker]);
  other = await client.seal([worker]);
  both = [sealed, other].map((one) => client.infer(one));
  for (const one of both) one.catch(() => undefined);
  if (moment === 'after the end') await Promise.all(both);
  else await until(() => worker.controls.filter(({ type }) => type === 'body-end').length === 2);
  const { requests } = network.proxy.parts;
  await until(() => requests.size === (moment === 'after the end' ? 0 : 2));
  return sealed;
}

const question = (coreHash: Uint8Array, token: Uint8Array): Uint8Array =>
  cancelQuestionLayout.encode({ coreHash, token });

const heard = (): number => worker.controls.filter(({ type }) => type === 'cancel').length;

const FORGED: [string, (sealed: SealedRequest) => Uint8Array][] = [
  ['a made-up token', ({ coreHash }) => question(coreHash, random(32))],
  ['the token of another request', ({ coreHash }) => question(coreHash, other.cancelToken)],
  ['the resume token', ({ coreHash, resumeToken }) => question(coreHash, resumeToken)],
  ['the hash the core shows', ({ coreHash, core }) => question(coreHash, core.cancelHash)],
];

describe.each<Moment>(['before the head', 'after the head'])('%s', (moment) => {
  test.each(FORGED)('rejects: %s, from its own client and from another account', async (_, forge) => {
    const sealed = await bring(moment);
    const stranger = await TestClient.create(network);
    for (const asker of [client, stranger])
      expect((await asker.ask('cancel', forge(sealed))).code).toBe('TOKEN_INVALID');
    const elsewhere = question(random(32), sealed.cancelToken);
    expect((await client.ask('cancel', elsewhere)).code).toBe('UNKNOWN_REQUEST');
    expect(heard()).toBe(0);
    expect(network.proxy.parts.requests.size).toBe(2);
    if (moment !== 'before the head') return;
    finish();
    for (const answer of await Promise.all(both)) expect(answer.ended).toBe(true);
    await until(() => network.proxy.parts.requests.size === 0);
    expect(network.proxy.parts.ledger.totals()).toMatchObject({ clientTokens: 100n, reserved: 0n });
  });

  test('accepts: the right token, from whichever connection, and no request but its own', async () => {
    const sealed = await bring(moment);
    // The token is the permission: a client that lost its account's connection can still stop what it pays for.
    const stranger = await TestClient.create(network, 0n);
    const right = question(sealed.coreHash, sealed.cancelToken);
    expect((await stranger.ask('cancel', right)).code).toBeUndefined();
    await until(() => heard() === 1);
    expect(worker.has('cancel')).toMatchObject({ coreHash: sealed.coreHash, token: sealed.cancelToken });
  });
});

describe('after the end', () => {
  test.each(FORGED)('rejects: %s', async (_, forge) => {
    const sealed = await bring('after the end');
    expect((await client.ask('cancel', forge(sealed))).code).toBe('UNKNOWN_REQUEST');
    expect(heard()).toBe(0);
  });

  test('rejects: the right token, and a recorded message played again; the charge stands', async () => {
    const sealed = await bring('after the end');
    const context = await prepareContext(client.proxy, 'control', 1, { random });
    const payload = question(sealed.coreHash, sealed.cancelToken);
    const { bytes } = await sealControl({ context, message: { operation: 'cancel', payload } });
    for (let copy = 0; copy < 2; copy++)
      expect((await client.post(`/v1/ctl/${client.replica}`, bytes)).status).toBe(200);
    expect((await client.ask('cancel', payload)).code).toBe('UNKNOWN_REQUEST');
    expect(heard()).toBe(0);
    expect(network.proxy.parts.ledger.totals()).toMatchObject({ clientTokens: 100n, reserved: 0n });
  });
});

test('rejects: a token for a request that has not come in', async () => {
  await bring('after the end');
  const sealed = await client.seal([worker]);
  const answer = await client.ask('cancel', question(sealed.coreHash, sealed.cancelToken));
  expect(answer.code).toBe('UNKNOWN_REQUEST');
  expect((await client.infer(sealed)).ended).toBe(true);
});
