// How does an owner give the key of a model to one verified worker, and to nobody else? (PROTOCOL.md §17.3)
import { platform } from '#platform';
import { concat, equalBytes } from '../../internal/bytes.js';
import { PROTOCOL_VERSION } from '../../protocol/labels.js';
import { sealingPublicKey } from '../../protocol/manifest.js';
import { AWAITING_MODEL, modelReleaseLayout, modelReleaseTermsLayout } from '../../protocol/model-release.js';
import type { Random } from '../random.js';
import { misuse } from '../seal-error.js';
import { createSuite } from '../suites.js';
import { checkVerified, type VerifiedMachine } from '../verified-machine.js';
import { modelError } from './model-error.js';
import { MODEL_KEY_BYTES } from './model-keys.js';
import { releaseInfo } from './release-info.js';

/** Less than this left of the worker's keys is not worth a release. */
const LEAST_SECONDS = 30;

export interface ReleasedKey {
  /** An encoded ModelRelease. Not secret. */
  readonly release: Uint8Array;
  readonly expires: Date;
}

/**
 * The release ends with the worker's keys at the latest.
 * @throws CocoonError `MACHINE_NOT_VERIFIED`, `MACHINE_ROLE`, `RELEASE_NOT_AWAITED`, `RELEASE_WRONG_MODEL`, `RELEASE_EPOCH_ENDING`,
 * `KEYS_INVALID`
 */
export async function sealModelKey(options: {
  machine: VerifiedMachine;
  /** 32 bytes. */
  key: Uint8Array;
  modelDigest: Uint8Array;
  now: Date;
  lifeSeconds: number;
  random: Random;
}): Promise<ReleasedKey> {
  const { key, modelDigest, now, random } = options;
  const machine = checkVerified(options.machine);
  const claims = machine.manifest.worker;
  if (claims === undefined)
    throw misuse('MACHINE_ROLE', 'Model keys are released to workers.', 'Pass a worker.');
  if (key.length !== MODEL_KEY_BYTES)
    throw misuse('KEYS_INVALID', 'A model key has 32 bytes.', 'Pass the key as it was made.');
  if (!claims.features.includes(AWAITING_MODEL) || claims.sealedModel === undefined)
    throw modelError('RELEASE_NOT_AWAITED');
  if (!equalBytes(claims.sealedModel, modelDigest)) throw modelError('RELEASE_WRONG_MODEL');
  const seconds = Math.floor(now.getTime() / 1000);
  const ends = Math.floor(machine.expiresAt.getTime() / 1000);
  if (ends - seconds < LEAST_SECONDS) throw modelError('RELEASE_EPOCH_ENDING');
  const expires = Math.min(ends, seconds + options.lifeSeconds);
  const terms = modelReleaseTermsLayout.encode({
    version: PROTOCOL_VERSION,
    suite: 1,
    modelDigest,
    workerDigest: machine.digest,
    expires,
  });
  const { kem, hpke } = createSuite(1, platform);
  const recipient = await kem.publicKey(sealingPublicKey(machine.manifest, 1));
  const { encapsulation, context } = await hpke.sender(recipient, {
    info: releaseInfo(machine.digest),
    random,
  });
  const sealedKey = concat(encapsulation, await context.messages.seal(terms, key));
  return { release: modelReleaseLayout.encode({ terms, sealedKey }), expires: new Date(expires * 1000) };
}
