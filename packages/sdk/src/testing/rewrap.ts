// What would a candidate do that hands the data key to another one, under an encapsulation of its own making?
import { platform } from '#platform';
import { concat } from '../internal/bytes.js';
import { decodeCore } from '../protocol/core.js';
import { parseSuite } from '../protocol/manifest.js';
import { SUITES } from '../protocol/suites.js';
import { coreHash } from '../seal/envelope/digests.js';
import { hpkeInfo } from '../seal/hpke-info.js';
import { openHpke } from '../seal/open-hpke.js';
import type { Random } from '../seal/random.js';
import { createSuite } from '../seal/suites.js';
import type { SimulatedMachine } from './simulated-machine.js';

/** A wrap for `to` that opens, but that the client did not make. */
export async function rewrap(
  from: SimulatedMachine,
  to: SimulatedMachine,
  parts: { coreBytes: Uint8Array; wrap: Uint8Array; random: Random },
): Promise<Uint8Array> {
  const { coreBytes, wrap, random } = parts;
  const suiteId = parseSuite(decodeCore(coreBytes).suite);
  const split = SUITES[suiteId].encapsulation;
  const hash = coreHash(coreBytes);
  const { plaintext: dataKey } = await openHpke({
    keys: from.keys,
    digest: from.digest,
    suite: suiteId,
    use: 'request',
    encapsulation: wrap.subarray(0, split),
    ciphertext: wrap.subarray(split),
    additionalData: hash,
  });
  const suite = createSuite(suiteId, platform);
  const key = await suite.kem.publicKey(to.manifest.kemPublicKey);
  const info = hpkeInfo('request', to.digest);
  const { encapsulation, context } = await suite.hpke.sender(key, { info, random });
  return concat(encapsulation, await context.messages.seal(hash, dataKey));
}
