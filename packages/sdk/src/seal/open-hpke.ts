// How does a machine open what was sealed to its key? HPKE mode base, one message per encapsulation.
import type { RecipientContext } from 'hpke';
import { platform } from '#platform';
import type { SuiteId } from '../protocol/suites.js';
import { type MachineKeys, privateKeyFor } from './envelope/machine-keys.js';
import { hpkeInfo, type SealingUse } from './hpke-info.js';
import { hpkePrivateKey } from './kem.js';
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
}): Promise<{ plaintext: Uint8Array; context: RecipientContext; suite: Suite }> {
  const { keys, digest, encapsulation, ciphertext, additionalData } = options;
  const suite = createSuite(options.suite, { primitives: platform, random: platform.randomBytes });
  const key = hpkePrivateKey(suite.kem, privateKeyFor(keys, options.suite));
  const info = hpkeInfo(options.use, digest);
  const context = await suite.hpke.SetupRecipient(key, encapsulation, { info });
  return { plaintext: await context.Open(ciphertext, additionalData), context, suite };
}
