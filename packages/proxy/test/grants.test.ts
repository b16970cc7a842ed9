// Is a request paid only by who may pay, and is a wrong permission named?
import type { Grant } from '@cocoonkit/sdk/protocol';
import { generateMachineKeys, type Signer, signGrant } from '@cocoonkit/sdk/seal';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectWorker, type ScriptedWorker } from './support/scripted-worker.js';
import { random, startNetwork, type TestNetwork, until } from './support/start-network.js';
import { TestClient } from './support/test-client.js';

let network: TestNetwork;
let client: TestClient;
let worker: ScriptedWorker;
let leaf: Signer;

beforeEach(async () => {
  network = await startNetwork();
  client = await TestClient.create(network);
  worker = await connectWorker(network);
  leaf = (await generateMachineKeys({ random })).signer;
});
afterEach(() => network.stop());

const grant = (change: Partial<Grant> = {}): Grant => ({
  id: random(16),
  accountId: new Uint8Array(Buffer.from(client.id, 'hex')),
  issuer: client.signer.publicKey,
  subkey: leaf.publicKey,
  capTokens: 5_000n,
  expires: Math.floor(network.now().getTime() / 1000) + 3_600,
  audience: network.proxy.parts.audience,
  maxConcurrent: 4,
  mayIssue: 0,
  ...change,
});

async function tryGrant(change: Partial<Grant>): Promise<string | undefined> {
  const signed = await signGrant(client.signer, grant(change));
  const { notice } = await client.infer(await client.seal([worker]), [signed], leaf);
  return notice?.code ?? notice?.type;
}

test('accepts: a grant of the account, used by its own key', async () => {
  expect(await tryGrant({})).toBe('settled');
  expect(await tryGrant({ model: 'test-model' })).toBe('settled');
});

test('rejects: grants for others, past, too long, used up or altered, each with its code', async () => {
  const seconds = Math.floor(network.now().getTime() / 1000);
  expect(await tryGrant({ accountId: random(32) })).toBe('GRANT_ACCOUNT');
  expect(await tryGrant({ audience: 'local:other' })).toBe('GRANT_AUDIENCE');
  expect(await tryGrant({ model: 'other' })).toBe('GRANT_MODEL');
  expect(await tryGrant({ expires: seconds - 60 })).toBe('GRANT_EXPIRED');
  expect(await tryGrant({ expires: seconds + 90_000 })).toBe('GRANT_LIFE');
  expect(await tryGrant({ capTokens: 10n })).toBe('GRANT_EXHAUSTED');

  const signed = await signGrant(client.signer, grant());
  const signature = signed.signature.slice();
  signature[0] = (signature[0] ?? 0) ^ 1;
  const altered = await client.infer(await client.seal([worker]), [{ ...signed, signature }], leaf);
  expect(altered.notice).toMatchObject({ code: 'GRANT_SIGNATURE' });

  const other = (await generateMachineKeys({ random })).signer;
  const foreign = await signGrant(other, grant({ issuer: other.publicKey }));
  const stolen = await client.infer(await client.seal([worker]), [foreign], leaf);
  expect(stolen.notice).toMatchObject({ code: 'GRANT_CHAIN' });

  const { ledger, state, workers } = network.proxy.parts;
  await until(() => state.inferring === 0 && workers.streams === 0);
  expect(ledger.totals()).toMatchObject({ charged: 0n, reserved: 0n });
});

test('rejects: a signature over another request', async () => {
  const sealed = await client.seal([worker]);
  const other = await client.seal([worker]);
  const mixed = { ...sealed, coreHash: other.coreHash };
  const { message, answers } = await client.envelope(mixed);
  const response = await client.post(`/v1/infer/${client.replica}`, message);
  expect((await client.read(response, sealed, answers)).notice).toMatchObject({ code: 'AUTH_SIGNATURE' });
  expect(network.proxy.parts.ledger.totals()).toMatchObject({ charged: 0n, reserved: 0n });
});
