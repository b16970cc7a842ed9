// Which behaviour of a proxy ends the channel, and does the worker come back?
import { encodeLinkMessage, type LinkControl } from '@cocoonkit/sdk/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openControl, seal } from './support/ask.js';
import { until, useHarness } from './support/harness.js';
import { makeProxyMachine } from './support/local-network.js';
import type { PeerChannel } from './support/proxy-peer.js';
import { quietPort } from './support/quiet-port.js';
import { saying, scriptedEngine } from './support/scripted-engine.js';

const harness = useHarness();
const engine = scriptedEngine({ run: saying(['ok']) });

const CONTROLS: readonly (readonly [string, LinkControl])[] = [
  ['a stream number used before', { type: 'open', stream: 0 }],
  ['a second ready', { type: 'ready' }],
  ['a receipt from a proxy', { type: 'receipt', coreHash: new Uint8Array(32) }],
  ['a refusal from a proxy', { type: 'refuse', stream: 1, code: 'X' }],
  ['a cancel without its token', { type: 'cancel', coreHash: new Uint8Array(32) }],
  ['a resume on an old stream', { type: 'resume', stream: 0 }],
];

async function endsWith(code: string, act: (channel: PeerChannel) => Promise<void> | void): Promise<void> {
  const { channel, peer, worker } = await harness.connected({ engine });
  await act(channel);
  await channel.closed;
  await until(() => worker.records.some((record) => record.event === 'disconnected'));
  expect(worker.records.find((record) => record.event === 'disconnected')?.code).toBe(code);
  expect((await peer.accept()).worker.digest).toEqual(channel.worker.digest);
}

test.each(CONTROLS)('rejects: %s', (_name, control) =>
  endsWith('LINK_PROTOCOL', (channel) => channel.send(control)),
);

test('rejects: data for a stream that was never opened', () =>
  endsWith('LINK_PROTOCOL', (channel) => channel.sendData(7, new Uint8Array(1))));

test('rejects: more body than the window allows', () =>
  endsWith('LINK_PROTOCOL', async (channel) => {
    const sealed = await seal([channel.worker]);
    await channel.send(await openControl(channel, sealed, channel.nextStream()));
    // The body is a few kilobytes, so no credit is given beyond the first window.
    for (let i = 0; i < 3; i++) channel.sendData(1, new Uint8Array(100_000));
  }));

test('rejects: a control message altered on the way', () =>
  endsWith('LINK_NOT_BOUND', (channel) => {
    channel.socket.send(encodeLinkMessage({ kind: 'control', sealed: new Uint8Array(40) }));
  }));

test('rejects: records from a proxy', () =>
  endsWith('LINK_PROTOCOL', (channel) => {
    channel.socket.send(encodeLinkMessage({ kind: 'records', stream: 1, bytes: new Uint8Array(8) }));
  }));

test('rejects: a message of an unknown kind', () =>
  endsWith('MALFORMED', (channel) => channel.socket.send(Uint8Array.of(9, 9))));

test('rejects: text', () => endsWith('CLOSED', (channel) => channel.socket.send('hello')));

describe('silence', () => {
  const pingAfterMs = 15_000;
  // Only the beat of the pings: a machine that stands still for a moment must not look like a silent peer.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
  afterEach(() => void vi.useRealTimers());

  test('a proxy that goes silent is given up, and asked again', async () => {
    const { channel, peer, worker } = await harness.connected({ engine, timing: { pingAfterMs } });
    await worker.connected;
    channel.socket.pause();
    vi.advanceTimersByTime(3 * pingAfterMs);
    await until(() => worker.records.some((record) => record.event === 'disconnected'));
    expect(worker.records.find((record) => record.event === 'disconnected')?.code).toBe('SILENT');
    await peer.accept();
  });

  test('pings are answered on both sides, so an idle channel lives', async () => {
    const { channel, worker } = await harness.connected({ engine, timing: { pingAfterMs } });
    await worker.connected;
    for (let i = 0; i < 6; i++) {
      vi.advanceTimersByTime(pingAfterMs);
      await channel.take((control) => control.type === 'ping');
      // The worker answers in order, so it has the pong by then.
      await channel.send({ type: 'ping' });
      expect((await channel.take((control) => control.type === 'pong'))?.type).toBe('pong');
    }
    expect(worker.records.some((record) => record.event === 'disconnected')).toBe(false);
  });
});

test('the channel is made again when the proxy restarts with new keys', async () => {
  const peer = await harness.proxy(harness.machine, { port: await quietPort() });
  await harness.worker([peer], { engine });
  await peer.accept();
  await peer.close();
  const restarted = await harness.proxy(await makeProxyMachine(harness.network), { port: peer.port });
  expect((await restarted.accept()).machine.digest).not.toEqual(peer.machine.digest);
});
