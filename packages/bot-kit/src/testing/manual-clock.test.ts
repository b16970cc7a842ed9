// Do sleepers wake at their moment, in order, and never after they were called off?
import { describe, expect, it } from 'vitest';
import { systemClock } from '../clock.js';
import { createManualClock } from './manual-clock.js';

describe('manual clock', () => {
  it('wakes sleepers in order of time, each at its own moment', async () => {
    const clock = createManualClock(0);
    const woken: [string, number][] = [];
    const sleep = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push([name, clock.now()]);
    };
    void sleep('b', 200);
    void sleep('a', 100).then(() => sleep('c', 150));
    await clock.advance(249);
    expect(woken).toEqual([
      ['a', 100],
      ['b', 200],
    ]);
    await clock.advance(1);
    expect(woken.at(-1)).toEqual(['c', 250]);
    expect(clock.sleeping).toBe(0);
  });

  it.each([
    ['manual', createManualClock(0)],
    ['system', systemClock],
  ])('%s clock: rejects with the reason at once when called off', async (_, clock) => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const sleeping = clock.sleep(3_600_000, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await expect(clock.sleep(1, controller.signal)).rejects.toBe(reason);
  });

  it('system clock: resolves, also for negative waits', async () => {
    await systemClock.sleep(-5);
    await systemClock.sleep(1);
    expect(systemClock.now()).toBeGreaterThan(0);
  });
});
