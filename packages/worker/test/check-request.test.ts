// Is each check of PROTOCOL.md §6.5 made, with its own code, and does a refusal say nothing more?
import { encodeCore } from '@cocoonkit/sdk/protocol';
import { expect, test } from 'vitest';
import { type Offer, offer, openControl, type Question, readAnswer, seal } from './support/ask.js';
import { until, useHarness } from './support/harness.js';
import { random } from './support/local-network.js';
import type { PeerChannel } from './support/proxy-peer.js';
import { hanging, saying, scriptedEngine } from './support/scripted-engine.js';

const harness = useHarness();
const now = (): number => Math.floor(Date.now() / 1000);

async function refusalOf(
  channel: PeerChannel,
  question: Question,
  change: (core: Awaited<ReturnType<typeof seal>>) => Offer = () => ({}),
) {
  const sealed = await seal([channel.worker], question);
  const stream = await offer(channel, sealed, change(sealed));
  return channel.take((control) => control.stream === stream && control.type !== 'credit');
}

const flipped = (bytes: Uint8Array | undefined, at: number): Uint8Array =>
  (bytes ?? new Uint8Array()).map((byte, i) => (i === at ? byte ^ 1 : byte));

type Case = readonly [
  name: string,
  code: string,
  question: Question,
  change?: Parameters<typeof refusalOf>[2],
];

const CASES: readonly Case[] = [
  [
    'a body above the worker’s limit',
    'BODY_TOO_LARGE',
    { json: { messages: [{ role: 'user', content: 'x'.repeat(70_000) }] } },
  ],
  [
    'a body above the limit before anything else is looked at',
    'BODY_TOO_LARGE',
    { json: { messages: [{ role: 'user', content: 'x'.repeat(70_000) }] } },
    ({ core }) => ({ core: encodeCore({ ...core, suite: 3, expires: 0 }) }),
  ],
  [
    'another protocol version',
    'UNSUPPORTED_VERSION',
    {},
    ({ core }) => ({ core: encodeCore({ ...core, version: 2 }) }),
  ],
  [
    'a suite the manifest does not list',
    'UNSUPPORTED_SUITE',
    {},
    ({ core }) => ({ core: encodeCore({ ...core, suite: 3 }) }),
  ],
  ['an unknown suite', 'UNSUPPORTED_SUITE', {}, ({ core }) => ({ core: encodeCore({ ...core, suite: 99 }) })],
  [
    'an unknown critical field',
    'UNSUPPORTED_FIELD',
    {},
    ({ coreBytes }) => ({ core: new Uint8Array([...coreBytes, 0, 42, 0, 0, 0, 1, 7]) }),
  ],
  [
    'a core that breaks its layout',
    'REQUEST_REFUSED',
    {},
    ({ coreBytes }) => ({ core: coreBytes.subarray(1) }),
  ],
  [
    'candidates without this worker',
    'KEY_EXPIRED',
    {},
    ({ core }) => ({ core: encodeCore({ ...core, candidates: [random(32)] }) }),
  ],
  ['another proxy’s ledger', 'AUDIENCE_MISMATCH', { routing: { audience: 'local:other' } }],
  ['a request past its time', 'REQUEST_EXPIRED', { routing: { expires: now() - 120 } }],
  ['a request too far ahead', 'REQUEST_EXPIRED', { routing: { expires: now() + 3_600 } }],
  ['another model', 'MODEL_UNKNOWN', { model: 'somebody-else' }],
  ['another price table', 'PRICE_MISMATCH', { routing: { priceDigest: random(32) } }],
  ['a coefficient above the client’s', 'PRICE_ABOVE_CAP', { routing: { maxCoefficient: 999 } }],
  [
    'an assignment nobody signed',
    'ASSIGNMENT_INVALID',
    {},
    () => ({ assignmentSignature: new Uint8Array(64) }),
  ],
  [
    'an assignment to another worker',
    'ASSIGNMENT_INVALID',
    {},
    () => ({ assignment: { workerDigest: random(32) } }),
  ],
  [
    'an assignment of another request',
    'ASSIGNMENT_INVALID',
    {},
    () => ({ assignment: { coreHash: random(32) } }),
  ],
  [
    'an assignment of another ledger',
    'ASSIGNMENT_INVALID',
    {},
    () => ({ assignment: { audience: 'local:x' } }),
  ],
  [
    'an assignment past its deadline',
    'ASSIGNMENT_INVALID',
    {},
    () => ({ assignment: { deadline: now() - 120 } }),
  ],
  ['one flipped bit in the body', 'REQUEST_REFUSED', {}, ({ body }) => ({ body: flipped(body, 100) })],
  ['a body cut short', 'REQUEST_REFUSED', {}, ({ body }) => ({ body: body.subarray(0, -1) })],
  ['a body with a byte more', 'REQUEST_REFUSED', {}, ({ body }) => ({ body: new Uint8Array([...body, 0]) })],
  [
    'one flipped bit in the wrap’s encapsulation',
    'REQUEST_REFUSED',
    {},
    ({ wraps }) => ({ wrap: flipped(wraps[0], 3) }),
  ],
  [
    'one flipped bit in the wrap’s key',
    'REQUEST_REFUSED',
    {},
    ({ wraps }) => ({ wrap: flipped(wraps[0], 1_130) }),
  ],
  ['a wrap of no length', 'REQUEST_REFUSED', {}, () => ({ wrap: new Uint8Array(0) })],
];

test.each(CASES.map((entry) => [entry[0], entry] as const))(
  'rejects: %s',
  async (_name, [, code, question, change]) => {
    const engine = scriptedEngine({ run: saying(['never']) });
    const { channel, worker } = await harness.connected({ engine, settings: { maxBody: 65_536, slots: 1 } });
    const refusal = await refusalOf(channel, question, change);
    // One shape: nothing but the code.
    expect(refusal).toEqual({ type: 'refuse', stream: 1, code });
    expect(engine.runs).toBe(0);
    await until(() => worker.parts.slots.running === 0);
    expect(worker.parts.running.size).toBe(0);
    // The worker goes on.
    const sealed = await seal([channel.worker]);
    expect((await readAnswer(channel, sealed, await offer(channel, sealed))).text).toBe('never');
  },
);

test('rejects: the wrap and body of another request under this core', async () => {
  const { channel } = await harness.connected({ engine: scriptedEngine({ run: saying(['x']) }) });
  const other = await seal([channel.worker]);
  expect(await refusalOf(channel, {}, () => ({ wrap: other.wraps[0] ?? new Uint8Array() }))).toMatchObject({
    code: 'REQUEST_REFUSED',
  });
  expect(await refusalOf(channel, {}, () => ({ body: other.body }))).toMatchObject({
    code: 'REQUEST_REFUSED',
  });
});

test('rejects: the same request a second time, on any channel', async () => {
  const engine = scriptedEngine({ run: saying(['once']) });
  const { channel, peer } = await harness.connected({ engine });
  const sealed = await seal([channel.worker]);
  await readAnswer(channel, sealed, await offer(channel, sealed));
  const stream = await offer(channel, sealed);
  expect(await channel.take((c) => c.stream === stream && c.type !== 'credit')).toMatchObject({
    type: 'refuse',
    code: 'REQUEST_REPLAYED',
  });
  channel.cut();
  const again = await peer.accept();
  const later = await offer(again, sealed, { assignment: { attempt: 2 } });
  expect(await again.take((c) => c.stream === later)).toMatchObject({ code: 'REQUEST_REPLAYED' });
  expect(engine.runs).toBe(1);
});

test('rejects: one request more than there are slots, until one is free', async () => {
  const { channel } = await harness.connected({
    engine: scriptedEngine({ run: hanging() }),
    settings: { slots: 2 },
  });
  const sealed = await Promise.all([1, 2, 3].map(() => seal([channel.worker])));
  const [first, second, third] = sealed;
  if (first === undefined || second === undefined || third === undefined) throw new Error();
  const stream = await offer(channel, first);
  await offer(channel, second);
  const refused = await offer(channel, third);
  expect(await channel.take((c) => c.stream === refused)).toMatchObject({
    type: 'refuse',
    code: 'WORKER_BUSY',
  });
  await channel.send({ type: 'cancel', coreHash: first.coreHash, token: first.cancelToken });
  await readAnswer(channel, first, stream);
  await channel.take((c) => c.type === 'status' && c.running === 1);
  // A refusal for want of a slot does not use up the request.
  const retried = await offer(channel, third);
  await channel.send({ type: 'cancel', coreHash: third.coreHash, token: third.cancelToken });
  expect((await readAnswer(channel, third, retried)).receipt.receipt.finish).toBe('cancelled');
});

test('rejects: a body that stops arriving', async () => {
  const { channel, worker } = await harness.connected({
    engine: scriptedEngine({ run: saying(['x']) }),
    timing: { bodySilenceMs: 30 },
  });
  const sealed = await seal([channel.worker]);
  const stream = channel.nextStream();
  await channel.send(await openControl(channel, sealed, stream));
  channel.sendData(stream, sealed.body.subarray(0, 10));
  expect(await channel.take((c) => c.stream === stream)).toMatchObject({
    type: 'refuse',
    code: 'REQUEST_REFUSED',
  });
  expect(worker.parts.slots.running).toBe(0);
});

test('rejects: an open message without its fields', async () => {
  const { channel } = await harness.connected({ engine: scriptedEngine({ run: saying(['x']) }) });
  const sealed = await seal([channel.worker]);
  const { core: _, ...withoutCore } = await openControl(channel, sealed, 1);
  await channel.send(withoutCore);
  expect(await channel.take((c) => c.stream === 1)).toMatchObject({ code: 'REQUEST_REFUSED' });
  const { assignmentSignature: __, ...unsigned } = await openControl(channel, sealed, 2);
  await channel.send(unsigned);
  expect(await channel.take((c) => c.stream === 2)).toMatchObject({ code: 'ASSIGNMENT_INVALID' });
});
