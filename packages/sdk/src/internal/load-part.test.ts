import { describe, expect, it } from 'vitest';
import { loadPart } from './load-part.js';

describe('a part that is loaded on demand', () => {
  it('accepts: what arrives', async () => {
    expect(await loadPart(async () => ({ value: 1 }))).toEqual({ value: 1 });
  });

  it('rejects: with a code, a remedy and the cause when it does not arrive', async () => {
    const cause = new TypeError('Failed to fetch dynamically imported module');
    await expect(loadPart(() => Promise.reject(cause))).rejects.toMatchObject({
      kind: 'network',
      code: 'PART_NOT_LOADED',
      remedy: expect.stringContaining('reload the page'),
      cause,
    });
  });
});
