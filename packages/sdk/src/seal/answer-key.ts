// To which key is the answer sealed? A pair made for one request, so that old answers stay closed when a machine's key leaks (PROTOCOL.md §8.2).
import { platform } from '#platform';
import type { SuiteId } from '../protocol/suites.js';
import type { KemPrivateKey } from './kem.js';
import type { Random } from './random.js';
import { misuse } from './seal-error.js';
import { createSuite } from './suites.js';

export interface AnswerKey {
  readonly suite: SuiteId;
  readonly publicKey: Uint8Array;
}

const unused = new WeakMap<AnswerKey, KemPrivateKey>();

/**
 * `expand`: also does, now, what opening the answer would else have to do first; for keys made in idle time.
 * @throws CocoonError `UNSUPPORTED_SUITE`
 */
export async function prepareAnswerKey(
  suite: SuiteId,
  options: { random: Random; expand?: boolean | undefined },
): Promise<AnswerKey> {
  const { kem } = createSuite(suite, platform);
  const pair = await kem.keyPair(options.random(kem.seedLength));
  const key: AnswerKey = Object.freeze({ suite, publicKey: pair.publicKey.publicKey });
  if (options.expand === true) pair.expand();
  unused.set(key, pair);
  return key;
}

/** For sealing alone. @throws CocoonError `ANSWER_KEY_USED` */
export function takeAnswerKey(key: AnswerKey): KemPrivateKey {
  const pair = unused.get(key);
  if (pair === undefined) {
    throw misuse(
      'ANSWER_KEY_USED',
      'This answer key belongs to another request.',
      'Prepare one per request.',
    );
  }
  unused.delete(key);
  return pair;
}
