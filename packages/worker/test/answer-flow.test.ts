// Does an answer survive slow, absent and returning readers, and can it be stopped?
import { RecordReader } from '@cocoonkit/sdk/protocol';
import { expect, test } from 'vitest';
import { offer, openAnswer, openControl, readAnswer, readStream, seal } from './support/ask.js';
import { until, useHarness } from './support/harness.js';
import { random } from './support/local-network.js';
import { chunk, end, hanging, type Script, saying, scriptedEngine } from './support/scripted-engine.js';

const harness = useHarness();
const KILOBYTES = 4;

/** `count` chunks of 4 KiB, one token each. */
function flood(count: number): Script['run'] {
  return async function* (_request, signal) {
    for (let i = 0; i < count && !signal.aborted; i++) yield chunk('x'.repeat(KILOBYTES * 1024), i + 1);
    yield end({ completion: count });
  };
}

test('a reader that stops reading stops the engine, holds bounded memory, and disturbs nobody', async () => {
  const chunks = 3_000;
  const engine = scriptedEngine({ run: flood(chunks) });
  const { channel, worker } = await harness.connected({ engine, settings: { slots: 2 } });
  const sealed = await seal([channel.worker], { maxOutput: 10_000 });
  channel.stream(1).credit = false;
  const stream = await offer(channel, sealed);
  await until(() => worker.parts.answers.bytes >= 4 * 1024 * 1024);
  // Everything that could go on has gone on: the other request runs to its end meanwhile.
  const small = await seal([channel.worker], { maxOutput: 10_000 });
  await readAnswer(channel, small, await offer(channel, small));
  const stalledAt = engine.taken - chunks - 1;
  expect(stalledAt * KILOBYTES * 1024).toBeLessThan(5 * 1024 * 1024);
  expect(channel.stream(stream).bytes).toBeLessThanOrEqual(262_144);

  channel.stream(stream).credit = true;
  await channel.send({ type: 'credit', stream, credit: 1_000_000 });
  const answer = await readAnswer(channel, sealed, stream);
  expect(answer.items).toHaveLength(chunks);
  expect(worker.parts.answers.bytes).toBeLessThan(2 * (4 * 1024 * 1024 + 100_000));
});

test('a reader without credit for too long counts as gone', async () => {
  const engine = scriptedEngine({ run: flood(3_000) });
  const { channel, worker } = await harness.connected({ engine, timing: { creditSilenceMs: 20 } });
  const sealed = await seal([channel.worker], { maxOutput: 10_000, routing: { detachMs: 30 } });
  channel.stream(1).credit = false;
  await offer(channel, sealed);
  const bill = await channel.take((control) => control.type === 'receipt');
  expect(bill?.coreHash).toEqual(sealed.coreHash);
  expect(worker.records.map(({ event }) => event)).toContain('request-detached');
  await until(() => worker.records.some(({ finish }) => finish === 'cancelled'));
});

test('a cancel token stops the engine; what was made is billed', async () => {
  const { channel } = await harness.connected({ engine: scriptedEngine({ run: hanging() }) });
  const sealed = await seal([channel.worker]);
  const stream = await offer(channel, sealed);
  await channel.stream(stream).changed();
  await channel.send({ type: 'cancel', coreHash: sealed.coreHash, token: random(32) });
  await channel.send({ type: 'cancel', coreHash: random(32), token: sealed.cancelToken });
  await channel.send({ type: 'cancel', coreHash: sealed.coreHash, token: sealed.cancelToken });
  const answer = await readAnswer(channel, sealed, stream);
  expect(answer.receipt.receipt.finish).toBe('cancelled');
  expect(answer.receipt.private.usage).toMatchObject({ prompt: 5, completion: 1 });
  expect(answer.text).toBe('begun');
});

test('rejects: a cancel with the wrong token', async () => {
  const { channel, worker } = await harness.connected({ engine: scriptedEngine({ run: hanging() }) });
  const sealed = await seal([channel.worker]);
  const stream = await offer(channel, sealed);
  await channel.stream(stream).changed();
  await channel.send({ type: 'cancel', coreHash: sealed.coreHash, token: sealed.resumeToken });
  // A ping is answered after everything before it was looked at.
  await channel.send({ type: 'ping' });
  await channel.take((control) => control.type === 'pong');
  expect(worker.parts.running.find(sealed.coreHash)).toMatchObject({ stopReason: undefined });
  expect(worker.records.some(({ event }) => event === 'request-cancelled')).toBe(false);
});

test('rejects: forged and late cancels on each side of the head, with a line in the log and nothing else', async () => {
  const { channel, worker } = await harness.connected({ engine: scriptedEngine({ run: hanging() }) });
  const refused = (): unknown[] =>
    worker.records.filter(({ event }) => event === 'cancel-refused').map(({ code }) => code);
  const [sealed, other] = [await seal([channel.worker]), await seal([channel.worker])];
  const forged = [random(32), sealed.resumeToken, other.cancelToken, sealed.core.cancelHash];
  const forge = async (): Promise<void> => {
    for (const token of forged) await channel.send({ type: 'cancel', coreHash: sealed.coreHash, token });
  };
  // Not even known yet.
  await channel.send({ type: 'cancel', coreHash: sealed.coreHash, token: sealed.cancelToken });
  await until(() => refused().length === 1);
  const stream = await offer(channel, sealed);
  await forge();
  await channel.stream(stream).changed();
  await forge();
  await until(() => refused().length === 9);
  expect(worker.parts.running.find(sealed.coreHash)).toMatchObject({ stopReason: undefined });
  await channel.send({ type: 'cancel', coreHash: sealed.coreHash, token: sealed.cancelToken });
  expect((await readAnswer(channel, sealed, stream)).receipt.receipt.finish).toBe('cancelled');
  await until(() => worker.parts.running.find(sealed.coreHash) === undefined);
  // The same message again, and forged ones, find nothing to stop.
  await channel.send({ type: 'cancel', coreHash: sealed.coreHash, token: sealed.cancelToken });
  await until(() => refused().length === 10);
  expect(refused()).toEqual(['UNKNOWN_REQUEST', ...Array(8).fill('TOKEN_INVALID'), 'UNKNOWN_REQUEST']);
});

test('a cancel before the body arrived ends as cancelled', async () => {
  const { channel } = await harness.connected({ engine: scriptedEngine({ run: hanging() }) });
  const sealed = await seal([channel.worker]);
  const stream = channel.nextStream();
  await channel.send(await openControl(channel, sealed, stream));
  await channel.send({ type: 'cancel', coreHash: sealed.coreHash, token: sealed.cancelToken });
  channel.sendData(stream, sealed.body);
  await channel.send({ type: 'body-end', stream });
  expect((await readAnswer(channel, sealed, stream)).receipt.receipt.finish).toBe('cancelled');
});

test('an engine that throws when stopped is billed by what was handed over', async () => {
  const run: Script['run'] = async function* (_request, signal) {
    yield chunk('one', 1);
    yield chunk(' two', 2);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    throw new Error('stopped');
  };
  const { channel } = await harness.connected({ engine: scriptedEngine({ run }) });
  const sealed = await seal([channel.worker]);
  const stream = await offer(channel, sealed);
  await until(() => channel.stream(stream).chunks.length >= 2);
  await channel.send({ type: 'cancel', coreHash: sealed.coreHash, token: sealed.cancelToken });
  const answer = await readAnswer(channel, sealed, stream);
  expect(answer.receipt.private).toMatchObject({ countedBy: 'deltas', usage: { prompt: 0, completion: 2 } });
});

test('a request ends at its time limit', async () => {
  const { channel } = await harness.connected({ engine: scriptedEngine({ run: hanging() }) });
  const sealed = await seal([channel.worker], { routing: { maxMs: 40 } });
  const answer = await readAnswer(channel, sealed, await offer(channel, sealed));
  expect(answer.receipt.receipt.finish).toBe('cancelled');
});

test('revoked before its body came: never started, the slot is free', async () => {
  const engine = scriptedEngine({ run: saying(['x']) });
  const { channel, worker } = await harness.connected({ engine });
  const sealed = await seal([channel.worker]);
  const stream = channel.nextStream();
  await channel.send(await openControl(channel, sealed, stream));
  await channel.send({ type: 'revoke', coreHash: sealed.coreHash });
  expect((await channel.take((c) => c.type === 'revoked'))?.coreHash).toEqual(sealed.coreHash);
  channel.sendData(stream, sealed.body);
  await channel.send({ type: 'body-end', stream });
  await channel.send({ type: 'ping' });
  await channel.take((c) => c.type === 'pong');
  expect(engine.runs).toBe(0);
  expect(worker.parts.slots.running).toBe(0);
  // Nothing of it was opened, so it may be offered once more.
  const again = await offer(channel, sealed, { assignment: { attempt: 2 } });
  expect((await readAnswer(channel, sealed, again)).text).toBe('x');
});

test('revoking what the worker never had is confirmed; what it already answers goes on', async () => {
  const { channel } = await harness.connected({ engine: scriptedEngine({ run: hanging() }) });
  const unknown = random(32);
  await channel.send({ type: 'revoke', coreHash: unknown });
  expect((await channel.take((c) => c.type === 'revoked'))?.coreHash).toEqual(unknown);
  const sealed = await seal([channel.worker]);
  const stream = await offer(channel, sealed);
  await channel.stream(stream).changed();
  await channel.send({ type: 'revoke', coreHash: sealed.coreHash });
  await channel.send({ type: 'cancel', coreHash: sealed.coreHash, token: sealed.cancelToken });
  expect((await readAnswer(channel, sealed, stream)).receipt.receipt.finish).toBe('cancelled');
});

test('an answer cut in the middle is resumed on a new channel without a gap', async () => {
  const engine = scriptedEngine({ run: flood(400) });
  const { channel, peer } = await harness.connected({ engine });
  const sealed = await seal([channel.worker], { maxOutput: 10_000 });
  channel.stream(1).credit = false;
  const stream = await offer(channel, sealed);
  await until(() => channel.stream(stream).bytes > 200_000);
  channel.cut();
  const reader = new RecordReader();
  const got = channel.stream(stream).chunks.flatMap((bytes) => [...reader.push(bytes)]);
  expect(got.length).toBeGreaterThan(10);

  const again = await peer.accept();
  const resumed = again.nextStream();
  await again.send({
    type: 'resume',
    stream: resumed,
    coreHash: sealed.coreHash,
    token: sealed.resumeToken,
    fromRecord: got.length,
  });
  const rest = await readStream(again, resumed);
  const answer = await openAnswer(sealed, [...got.map(({ bytes }) => bytes), rest]);
  expect(answer.items).toHaveLength(400);
  expect(engine.runs).toBe(1);

  const bill = await again.take((control) => control.type === 'receipt');
  expect(bill).toMatchObject({ held: 1 });
});

test('a finished answer can be read again, from any record', async () => {
  const { channel } = await harness.connected({ engine: scriptedEngine({ run: saying(['a', 'b']) }) });
  const sealed = await seal([channel.worker]);
  const whole = await readStream(channel, await offer(channel, sealed));
  const stream = channel.nextStream();
  await channel.send({
    type: 'resume',
    stream,
    coreHash: sealed.coreHash,
    token: sealed.resumeToken,
    fromRecord: 0,
  });
  // Ciphertext as it was sealed once: nothing is sealed anew.
  expect(await readStream(channel, stream)).toEqual(whole);
});

test('a reader that comes back takes over from the one before', async () => {
  const { channel } = await harness.connected({ engine: scriptedEngine({ run: hanging() }) });
  const sealed = await seal([channel.worker]);
  const first = await offer(channel, sealed);
  await until(() => channel.stream(first).chunks.length >= 2);
  const second = channel.nextStream();
  await channel.send({
    type: 'resume',
    stream: second,
    coreHash: sealed.coreHash,
    token: sealed.resumeToken,
    fromRecord: 0,
  });
  await channel.take((c) => c.type === 'end' && c.stream === first);
  await channel.send({ type: 'cancel', coreHash: sealed.coreHash, token: sealed.cancelToken });
  expect((await readAnswer(channel, sealed, second)).text).toBe('begun');
});

test('rejects: resuming with another token, another request, or from a record that is not there', async () => {
  const { channel } = await harness.connected({ engine: scriptedEngine({ run: saying(['a']) }) });
  const sealed = await seal([channel.worker]);
  await readStream(channel, await offer(channel, sealed));
  const wishes = [
    [{ coreHash: sealed.coreHash, token: random(32) }, 'TOKEN_INVALID'],
    [{ coreHash: sealed.coreHash, token: sealed.cancelToken }, 'TOKEN_INVALID'],
    [{ coreHash: random(32), token: sealed.resumeToken }, 'UNKNOWN_REQUEST'],
    [{ coreHash: sealed.coreHash, token: sealed.resumeToken, fromRecord: 1_000 }, 'UNKNOWN_REQUEST'],
  ] as const;
  for (const [wish, code] of wishes) {
    const stream = channel.nextStream();
    await channel.send({ type: 'resume', stream, ...wish });
    expect(await channel.take((c) => c.stream === stream)).toEqual({ type: 'refuse', stream, code });
  }
});

test('without a client the request goes on for detachMs, then ends as cancelled; its bill is handed over later', async () => {
  const { channel, peer, worker } = await harness.connected({ engine: scriptedEngine({ run: hanging() }) });
  const sealed = await seal([channel.worker], { routing: { detachMs: 40 } });
  const stream = await offer(channel, sealed);
  await until(() => channel.stream(stream).chunks.length >= 2);
  channel.cut();
  await until(() => worker.parts.outbox.size === 1);
  const again = await peer.accept();
  const bill = await again.take((control) => control.type === 'receipt');
  const resumed = again.nextStream();
  await again.send({
    type: 'resume',
    stream: resumed,
    coreHash: sealed.coreHash,
    token: sealed.resumeToken,
    fromRecord: 0,
  });
  const answer = await readAnswer(again, sealed, resumed);
  expect(answer.receipt.receipt.finish).toBe('cancelled');
  expect(answer.receipt.final.receipt).toEqual(bill?.receipt);
});

test('a client that comes back in time is not cancelled', async () => {
  const { channel, peer, worker } = await harness.connected({ engine: scriptedEngine({ run: hanging() }) });
  const sealed = await seal([channel.worker], { routing: { detachMs: 60_000 } });
  const stream = await offer(channel, sealed);
  await until(() => channel.stream(stream).chunks.length >= 2);
  channel.cut();
  await until(() => worker.records.some(({ event }) => event === 'request-detached'));
  const again = await peer.accept();
  const resumed = again.nextStream();
  await again.send({
    type: 'resume',
    stream: resumed,
    coreHash: sealed.coreHash,
    token: sealed.resumeToken,
    fromRecord: 0,
  });
  await again.stream(resumed).changed();
  expect(worker.parts.running.find(sealed.coreHash)).toMatchObject({ stopReason: undefined });
  await again.send({ type: 'cancel', coreHash: sealed.coreHash, token: sealed.cancelToken });
  await readAnswer(again, sealed, resumed);
});
