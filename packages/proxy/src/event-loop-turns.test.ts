// Does everything else get its turn between two pieces of heavy work?
import { expect, test } from 'vitest';
import { OpeningQueue } from './admission/opening-queue.js';
import { EventLoopTurns } from './event-loop-turns.js';

/** How many turns of the event loop have begun. */
function countTurns() {
  const counted = { turns: 0, stop: false };
  const next = (): void => {
    counted.turns++;
    if (!counted.stop) setImmediate(next);
  };
  setImmediate(next);
  return counted;
}

test('each piece of work gets a turn of its own, in order', async () => {
  const counted = countTurns();
  const turns = new EventLoopTurns();
  const seen: [number, number][] = [];
  await Promise.all(
    [0, 1, 2, 3].map(async (piece) => {
      await turns.next();
      seen.push([piece, counted.turns]);
    }),
  );
  counted.stop = true;
  expect(seen.map(([piece]) => piece)).toEqual([0, 1, 2, 3]);
  expect(new Set(seen.map(([, turn]) => turn)).size).toBe(4);
});

test('sealed messages that waited are opened in turns of their own', async () => {
  const counted = countTurns();
  const queue = new OpeningQueue({ atOnce: 1, maxWaiting: 8, now: () => new Date(0) });
  const seen = await Promise.all([0, 1, 2, 3].map(() => queue.run(async () => counted.turns)));
  counted.stop = true;
  expect(new Set(seen).size).toBe(4);
});
