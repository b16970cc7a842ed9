import { describe, expect, it } from 'vitest';
import { keepOnce } from './keep-once.js';

describe('something made once', () => {
  it('accepts: one making for callers at once and later', async () => {
    let made = 0;
    const get = keepOnce(async () => ++made);
    expect(await Promise.all([get(), get()])).toEqual([1, 1]);
    expect(await get()).toBe(1);
  });

  it('rejects: for all who waited, and tries again for the next', async () => {
    let made = 0;
    const get = keepOnce(async () => {
      if (++made === 1) throw new TypeError('offline');
      return made;
    });
    const outcomes = await Promise.allSettled([get(), get()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await get()).toBe(2);
  });
});
