// Which keys does a machine make for one epoch? Sealing keys and a signing key, in memory only (PROTOCOL.md §5.1).
import { platform } from '#platform';
import type { Signer } from '../../internal/primitives.js';
import { unsupportedSuite } from '../../protocol/manifest.js';
import type { SuiteId } from '../../protocol/suites.js';
import type { KemPrivateKey } from '../kem.js';
import type { Random } from '../random.js';
import { misuse } from '../seal-error.js';
import { createSuite } from '../suites.js';

/** The public halves and the signer; the private sealing keys can be used by this package but never read. */
export interface MachineKeys {
  readonly kemPublicKey: Uint8Array;
  /** X25519 key of suite 3; present exactly when `suites` contains 3. */
  readonly classicalPublicKey?: Uint8Array | undefined;
  readonly suites: readonly SuiteId[];
  readonly signer: Signer;
}

interface PrivateKeys {
  xWing: KemPrivateKey;
  classical: KemPrivateKey | undefined;
}

const privateKeys = new WeakMap<MachineKeys, PrivateKeys>();

/**
 * Makes a machine's keys. Default suites: 1 and 2.
 * @throws CocoonError `KEYS_INVALID` when suite 1 is left out.
 */
export async function generateMachineKeys(
  options: { random?: Random | undefined; suites?: readonly SuiteId[] | undefined } = {},
): Promise<MachineKeys> {
  const random = options.random ?? platform.randomBytes;
  const suites = options.suites ?? [1, 2];
  if (!suites.includes(1))
    throw misuse('KEYS_INVALID', 'Suite 1 is mandatory.', 'Add 1 to the list of suites.');
  const xWing = await createSuite(1, platform).kem.keyPair(random(32));
  const signer = await platform.ed25519Signer(random(32));
  const classical = suites.includes(3) ? await createSuite(3, platform).kem.keyPair(random(32)) : undefined;
  const keys: MachineKeys = Object.freeze({
    kemPublicKey: xWing.publicKey.publicKey,
    ...(classical === undefined ? {} : { classicalPublicKey: classical.publicKey.publicKey }),
    suites: Object.freeze([...suites]),
    signer,
  });
  privateKeys.set(keys, { xWing, classical });
  return keys;
}

/**
 * The private half for one suite; for this folder and the worker's request opening.
 * @throws CocoonError `UNSUPPORTED_SUITE`, `KEYS_INVALID`
 */
export function privateKeyFor(keys: MachineKeys, suite: SuiteId): KemPrivateKey {
  const known = privateKeys.get(keys);
  if (known === undefined) {
    throw misuse(
      'KEYS_INVALID',
      'These keys were not made by generateMachineKeys.',
      'Pass the value itself.',
    );
  }
  const key = suite === 3 ? known.classical : known.xWing;
  if (key === undefined || !keys.suites.includes(suite)) throw unsupportedSuite(suite);
  return key;
}
