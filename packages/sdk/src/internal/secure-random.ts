// Where random bytes come from outside Node.
import { CocoonError } from '../errors.js';

/** getRandomValues refuses more than this at once. */
const MAX_AT_ONCE = 65_536;

/** @throws CocoonError `NO_RANDOM_SOURCE` when the runtime offers no secure random numbers. */
export function secureRandom(length: number): Uint8Array {
  const source = globalThis.crypto;
  if (typeof source?.getRandomValues !== 'function') {
    throw new CocoonError({
      kind: 'config',
      code: 'NO_RANDOM_SOURCE',
      message: 'This runtime offers no secure random numbers.',
      remedy: 'Use a current browser or Node 20.19 or later.',
    });
  }
  const out = new Uint8Array(length);
  for (let offset = 0; offset < length; offset += MAX_AT_ONCE) {
    source.getRandomValues(out.subarray(offset, offset + MAX_AT_ONCE));
  }
  return out;
}
