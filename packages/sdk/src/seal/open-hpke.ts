// How does a machine open what was sealed to its key? HPKE mode base, one message per encapsulation.
import { platform } from '#platform';
import type { SuiteId } from '../protocol/suites.js';
import { type MachineKeys, privateKeyFor } from './envelope/machine-keys.js';
import type { HpkeContext } from './hpke.js';
import { hpkeInfo, type SealingUse } from './hpke-info.js';
import { createSuite, type Suite } from './suites.js';

/** Throws any error when the bytes were not sealed to this key for this purpose; callers give it one code. */
export async function openHpke(options: {
  keys: MachineKeys;
  digest: Uint8Array;
  suite: SuiteId;
  use: SealingUse;
  encapsulation: Uint8Array;
  ciphertext: Uint8Array;
  additionalData: Uint8Array;
}): Promise<{ plaintext: Uint8Array; context: HpkeContext; suite: Suite }> {
  const { keys, digest, encapsulation, ciphertext, additionalData } = options;
  const suite = createSuite(options.suite, platform);
  const context = await suite.hpke.recipient(privateKeyFor(keys, options.suite), {
    info: hpkeInfo(options.use, digest),
    encapsulation,
  });
  return { plaintext: await context.messages.open(additionalData, ciphertext), context, suite };
}
