// Is this key for me, for my model, and still in time? The worker's side of PROTOCOL.md §17.3.
import { platform } from '#platform';
import { equalBytes } from '../../internal/bytes.js';
import { PROTOCOL_VERSION } from '../../protocol/labels.js';
import { unsupportedSuite, unsupportedVersion } from '../../protocol/manifest.js';
import { decodeModelRelease, modelReleaseTermsLayout } from '../../protocol/model-release.js';
import { SUITES } from '../../protocol/suites.js';
import { type MachineKeys, privateKeyFor } from '../envelope/machine-keys.js';
import { createSuite } from '../suites.js';
import { modelError } from './model-error.js';
import { MODEL_KEY_BYTES } from './model-keys.js';
import { releaseInfo } from './release-info.js';

/**
 * Returns the 32-byte model key.
 * @throws CocoonError `MALFORMED`, `UNSUPPORTED_…`, `RELEASE_WRONG_WORKER`, `RELEASE_WRONG_MODEL`, `RELEASE_EXPIRED` before a key is
 * used; `RELEASE_INVALID`
 */
export async function openModelKey(options: {
  release: Uint8Array;
  /** The keys that wait. `digest`: of the manifest that lists them. */
  keys: MachineKeys;
  digest: Uint8Array;
  modelDigest: Uint8Array;
  now: Date;
}): Promise<Uint8Array> {
  const { keys, digest, modelDigest, now } = options;
  const { terms: termsBytes, sealedKey } = decodeModelRelease(options.release);
  const terms = modelReleaseTermsLayout.decode(termsBytes);
  if (terms.version !== PROTOCOL_VERSION) throw unsupportedVersion('release', terms.version);
  if (terms.suite !== 1) throw unsupportedSuite(terms.suite);
  if (!equalBytes(terms.workerDigest, digest)) throw modelError('RELEASE_WRONG_WORKER');
  if (!equalBytes(terms.modelDigest, modelDigest)) throw modelError('RELEASE_WRONG_MODEL');
  if (now.getTime() / 1000 >= terms.expires) throw modelError('RELEASE_EXPIRED');
  const split = SUITES[1].encapsulation;
  try {
    const context = await createSuite(1, platform).hpke.recipient(privateKeyFor(keys, 1), {
      info: releaseInfo(digest),
      encapsulation: sealedKey.subarray(0, split),
    });
    const key = await context.messages.open(termsBytes, sealedKey.subarray(split));
    if (key.length !== MODEL_KEY_BYTES) throw new RangeError('not a key');
    return key;
  } catch {
    // One shape for every failure.
    throw modelError('RELEASE_INVALID');
  }
}
