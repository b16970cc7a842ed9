// Does a client that does not read hold back its worker, and no more than one window?
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { LIMITS } from '@cocoonkit/sdk/protocol';
import { expect, test } from 'vitest';
import type { WorkerChannel } from '../workers/worker-channel.js';
import { WorkerStream } from '../workers/worker-stream.js';
import { AnswerRelay } from './answer-relay.js';
import { SilenceWatches } from './watch-silence.js';

function record(kind: number, length: number): Uint8Array {
  const bytes = new Uint8Array(5 + length);
  new DataView(bytes.buffer).setUint32(1, length);
  bytes[0] = kind;
  return bytes;
}

/** A response whose socket never takes anything, and what the worker would be told. */
function setUp() {
  const outgoing = new ServerResponse(new IncomingMessage(new Socket()));
  let credited = 0;
  const channel: Pick<WorkerChannel, 'send' | 'forget' | 'sendData'> = {
    send: async ({ credit = 0 }) => {
      credited += credit;
    },
    forget: () => {},
    sendData: async () => {},
  };
  const relay = new AnswerRelay({
    outgoing,
    onBytes: () => {},
    silence: new SilenceWatches({ limitMs: 60_000, monotonicMs: () => 0 }),
  });
  // The stream uses these three methods of its channel and nothing else.
  const stream = new WorkerStream(1, channel as WorkerChannel, relay);
  relay.attach(stream);
  return { outgoing, relay, stream, credited: () => credited };
}

test('rejects: records beyond one window for a client that does not read; none of it is credited', () => {
  for (const released of [true, false]) {
    const { relay, stream, outgoing, credited } = setUp();
    if (released) relay.release();
    stream.onRecords(record(1, 1_000));
    for (let i = 0; i < 4; i++) stream.onRecords(record(2, 60_000));
    expect(credited()).toBe(0);
    expect(outgoing.headersSent).toBe(released);
    expect(() => stream.onRecords(record(2, 60_000))).toThrow('beyond the window');
  }
});

test('accepts: what the socket took is credited', () => {
  const { relay, stream, outgoing, credited } = setUp();
  relay.release();
  stream.onRecords(record(1, 1_000));
  for (let i = 0; i < 2; i++) stream.onRecords(record(2, 60_000));
  outgoing.emit('drain');
  expect(credited()).toBe(121_015);
  for (let i = 0; i < 4; i++) stream.onRecords(record(2, 60_000));
  expect(credited()).toBeLessThan(LIMITS.streamWindowBytes);
});

test('a client that left gets nothing credited, and nothing is kept for it', () => {
  const { relay, stream, outgoing, credited } = setUp();
  relay.release();
  outgoing.emit('close');
  stream.onRecords(record(1, 1_000));
  for (let i = 0; i < 4; i++) stream.onRecords(record(2, 60_000));
  outgoing.emit('drain');
  expect([credited(), outgoing.writableLength, relay.clientGone]).toEqual([0, 0, true]);
});
