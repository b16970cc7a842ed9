// How do private models say no? With the rule that was broken, never with a byte of key or weights.
import { CocoonError, type ErrorKind } from '../../errors.js';

const FETCH_AGAIN = 'Take the file again from its owner, whole and unchanged. Nothing of it was used.';
const RELEASE_AGAIN = 'Release the key again, to the evidence this worker serves now.';

const FAILURES = {
  SEALED_MODEL_FORMAT: ['config', 'The file is not a sealed model of a kind known here.', FETCH_AGAIN],
  SEALED_MODEL_WRONG: [
    'config',
    'The sealed file is another model than the one asked for, or its header was altered.',
    'Compare the digest with the one that `cocoonkit model seal` printed.',
  ],
  SEALED_MODEL_KEY: [
    'config',
    'The key does not belong to this sealed model.',
    'Use the key file that was written when this file was sealed.',
  ],
  SEALED_MODEL_LENGTH: ['protocol', 'The sealed model is cut short, or something follows it.', FETCH_AGAIN],
  SEALED_MODEL_CHUNK: [
    'protocol',
    'A piece of the sealed model was altered, moved or exchanged.',
    FETCH_AGAIN,
  ],
  SEALED_MODEL_HASH: [
    'protocol',
    'The weights do not have the hash their header promises.',
    'Seal the model again. Nothing of it was used.',
  ],
  SEALED_MODEL_ORDER: [
    'config',
    'The pieces of a model must be sealed in order, each of the length the header gives.',
    'Pass every piece once.',
  ],
  RELEASE_NOT_AWAITED: [
    'attestation',
    'The machine is genuine, but it does not wait for the key of a model.',
    'Nothing was released. Use the evidence of a worker that was started with the sealed model.',
  ],
  RELEASE_WRONG_MODEL: [
    'protocol',
    'The key is released for another model than this worker waits for.',
    'Give owner and worker the same sealed file.',
  ],
  RELEASE_WRONG_WORKER: [
    'protocol',
    'The key was released to another machine, or to keys this one no longer has.',
    RELEASE_AGAIN,
  ],
  RELEASE_EPOCH_ENDING: [
    'attestation',
    'The keys of this worker end before a release could reach it.',
    'Nothing was released. Fetch the worker’s evidence again: it makes new keys in time.',
  ],
  RELEASE_EXPIRED: ['protocol', 'The release of the model’s key is past its time.', RELEASE_AGAIN],
  RELEASE_INVALID: ['protocol', 'The release does not open: it was altered on the way.', RELEASE_AGAIN],
} as const satisfies Record<string, readonly [ErrorKind, string, string]>;

export function modelError(
  code: keyof typeof FAILURES,
  details: Readonly<Record<string, number>> = {},
): CocoonError {
  const [kind, message, remedy] = FAILURES[code];
  return new CocoonError({ kind, code, message, remedy, stage: 'private-model', details });
}
