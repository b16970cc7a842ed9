// When a worker is lost before its first record, is the client's second attempt safe, and is only one of them ever charged?
import { assignmentLayout, type LinkControl } from '@cocoonkit/sdk/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answerHonestly, connectWorker, type Job, type ScriptedWorker } from './support/scripted-worker.js';
import { startNetwork, type TestNetwork, until } from './support/start-network.js';
import { TestClient } from './support/test-client.js';

let network: TestNetwork;
let client: TestClient;

beforeEach(async () => {
  network = await startNetwork();
  client = await TestClient.create(network);
});
afterEach(() => network.stop());

/** A worker whose channel breaks before the head, and that has made answer and bill all the same. */
function dying() {
  const kept: { bill?: LinkControl } = {};
  const script = async (job: Job, self: ScriptedWorker): Promise<void> => {
    self.close();
    await answerHonestly(job, self, undefined, {
      keepBill: (bill) => {
        kept.bill = bill;
      },
    });
  };
  return { kept, script };
}

function gated() {
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const script = async (job: Job, self: ScriptedWorker): Promise<void> => {
    await gate;
    await answerHonestly(job, self);
  };
  return { script, open: () => open() };
}

/** The worker hands in this bill; the code with which it is answered, undefined if it was booked. */
async function handIn(worker: ScriptedWorker, bill: LinkControl | undefined): Promise<string | undefined> {
  if (bill === undefined) throw new TypeError('no bill was made');
  worker.send(bill);
  await until(() => worker.has('receipt-ack') !== undefined);
  return worker.has('receipt-ack')?.code;
}

const charged = () => network.proxy.parts.ledger.totals();

test('accepts: the second attempt goes to the next candidate; the late bill of the first is refused', async () => {
  const { kept, script } = dying();
  const first = await connectWorker(network, { script });
  const second = await connectWorker(network);
  const sealed = await client.seal([first]);
  expect((await client.infer(sealed)).notice).toMatchObject({ type: 'refused', code: 'RESELECT' });
  expect(charged()).toMatchObject({ reserved: 0n });
  const { operationId } = sealed.core;
  const { ended, notice } = await client.infer(await client.seal([second], { operationId }));
  expect(ended).toBe(true);
  expect(notice).toMatchObject({ type: 'settled', chargedTokens: 50n });
  await until(() => kept.bill !== undefined);
  const back = await connectWorker(network, { machine: first.machine });
  expect(await handIn(back, kept.bill)).toBe('RESERVATION_UNKNOWN');
  expect(charged()).toMatchObject({ clientTokens: 50n, reserved: 0n });
});

test('rejects: the bill of the first attempt while the second runs, and that one is charged', async () => {
  const { kept, script } = dying();
  const first = await connectWorker(network, { script });
  const later = gated();
  const second = await connectWorker(network, { script: later.script });
  const sealed = await client.seal([first]);
  await client.infer(sealed);
  const { operationId } = sealed.core;
  const running = client.infer(await client.seal([second], { operationId }));
  await until(() => second.has('body-end') !== undefined && kept.bill !== undefined);
  const back = await connectWorker(network, { machine: first.machine });
  expect(await handIn(back, kept.bill)).toBe('RESERVATION_UNKNOWN');
  later.open();
  expect((await running).notice).toMatchObject({ type: 'settled', chargedTokens: 50n });
  expect(charged()).toMatchObject({ clientTokens: 50n, reserved: 0n });
});

test.each(['first', 'second'] as const)(
  'accepts: a client that asks again while its first attempt still runs pays once, when the %s ends first',
  async (earlier) => {
    const one = gated();
    const two = gated();
    const first = await connectWorker(network, { script: one.script });
    const second = await connectWorker(network, { script: two.script });
    const sealed = await client.seal([first]);
    // The connection breaks; the worker does not hear of it.
    const { message } = await client.envelope(sealed);
    const abort = new AbortController();
    const lost = client.post(`/v1/infer/${client.replica}`, message, abort.signal).catch(() => undefined);
    await until(() => first.has('body-end') !== undefined);
    abort.abort();
    await lost;
    const { operationId } = sealed.core;
    const running = client.infer(await client.seal([second], { operationId }));
    await until(() => second.has('body-end') !== undefined);
    if (earlier === 'first') {
      one.open();
      await until(() => first.has('receipt-ack') !== undefined);
      two.open();
    } else {
      two.open();
      await running;
      one.open();
      await until(() => first.has('receipt-ack') !== undefined);
    }
    const refused = { first: 'RESERVATION_UNKNOWN', second: 'OP_ALREADY_CHARGED' }[earlier];
    expect(first.has('receipt-ack')?.code).toBe(refused);
    expect((await running).ended).toBe(true);
    await until(() => second.has('receipt-ack') !== undefined);
    expect(second.has('receipt-ack')?.code).toBeUndefined();
    expect(charged()).toMatchObject({ clientTokens: 50n, reserved: 0n });
    expect(await network.proxy.parts.metrics.registry.metrics()).toContain('charged_tokens_total 50\n');
  },
);

test('rejects: a second attempt when the first was charged, though its answer never arrived', async () => {
  const worker = await connectWorker(network);
  const sealed = await client.seal([worker]);
  const { message } = await client.envelope(sealed);
  await (await client.post(`/v1/infer/${client.replica}`, message)).body?.cancel();
  await until(() => worker.has('receipt-ack') !== undefined);
  const again = await client.seal([worker], { operationId: sealed.core.operationId });
  expect((await client.infer(again)).notice).toMatchObject({ code: 'OP_ALREADY_CHARGED' });
  expect(worker.controls.filter(({ type }) => type === 'open')).toHaveLength(1);
  expect(charged()).toMatchObject({ clientTokens: 50n, reserved: 0n });
});

test('accepts: each sealing is a first attempt of its own: the proxy keeps no body to give to another', async () => {
  const worker = await connectWorker(network);
  const sealed = await client.seal([worker]);
  await client.infer(sealed);
  const assignment = worker.has('open')?.assignment;
  expect(assignmentLayout.decode(assignment ?? new Uint8Array(0))).toMatchObject({ attempt: 1 });
});
