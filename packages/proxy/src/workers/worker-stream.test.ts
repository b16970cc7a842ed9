// Are answer bytes credited in time, and not for all streams in one moment?
import { LIMITS } from '@cocoonkit/sdk/protocol';
import { expect, test } from 'vitest';
import type { WorkerChannel } from './worker-channel.js';
import { WorkerStream } from './worker-stream.js';

const STREAMS = 1_000;
const FRAME_BYTES = 200;
const STEP_BYTES = LIMITS.streamWindowBytes / 4;

/** What each frame's worth of reading, by all streams together, makes the proxy say. */
function creditsPerFrame(frames: number): number[][] {
  let said: number[] = [];
  const channel: Pick<WorkerChannel, 'send'> = {
    send: async ({ credit = 0 }) => {
      said.push(credit);
    },
  };
  const handlers = { records() {}, end() {}, refused() {}, lost() {} };
  // A stream that only consumes uses this one method of its channel.
  const streams = Array.from(
    { length: STREAMS },
    (_, n) => new WorkerStream(n + 1, channel as WorkerChannel, handlers),
  );
  return Array.from({ length: frames }, () => {
    said = [];
    for (const stream of streams) stream.consumed(FRAME_BYTES);
    return said;
  });
}

test('accepts: a thousand streams of one pace are credited one after another, each for all it consumed', () => {
  const frames = Math.ceil(STEP_BYTES / FRAME_BYTES);
  const perFrame = creditsPerFrame(2 * frames);
  const most = Math.max(...perFrame.map((credits) => credits.length));
  expect(most).toBeLessThan(STREAMS / 50);
  // None waits longer than one step for its first credit, nor for the next.
  expect(perFrame.slice(0, frames).flat()).toHaveLength(STREAMS);
  expect(perFrame.slice(frames).flat().length).toBeGreaterThan(0.95 * STREAMS);
  expect(Math.max(...perFrame.flat())).toBeLessThan(STEP_BYTES + FRAME_BYTES);
});
