// Does the chain do one thing at a time, refuse a queue without end, and never run backwards?
import { expect, it } from 'vitest';
import { LocalChain } from './local-chain.js';

const random = (length: number): Uint8Array => new Uint8Array(length);

it('does one thing at a time, in order, and refuses what finds 256 waiting', async () => {
  const chain = await LocalChain.open({ now: () => new Date(1_790_000_000_000), random });
  const seen: string[] = [];
  const calls = Array.from({ length: 256 }, (_, index) =>
    chain.quietly(async () => {
      seen.push(`in ${index}`);
      await new Promise(setImmediate);
      seen.push(`out ${index}`);
    }),
  );
  await expect(chain.tick()).rejects.toMatchObject({ code: 'DEVNET_REFUSED', details: { status: 503 } });
  await Promise.all(calls);
  expect(seen).toEqual(calls.flatMap((_, index) => [`in ${index}`, `out ${index}`]));
  expect((await chain.tick()).seqno).toBe(1);
});

it('keeps its time when the clock is set back', async () => {
  let seconds = 1_790_000_000;
  const chain = await LocalChain.open({ now: () => new Date(seconds * 1000), random });
  seconds += 60;
  expect((await chain.tick()).utime).toBe(1_790_000_060);
  seconds -= 600;
  expect((await chain.tick()).utime).toBe(1_790_000_060);
});
