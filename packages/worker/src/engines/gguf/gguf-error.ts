// How does the GGUF engine fail, never with a word of prompt or answer?
import { CocoonError, type ErrorKind } from '@cocoonkit/sdk/errors';

const USE_ANOTHER = 'Use another worker. The operator finds the reason in the log.';

const FAILURES = {
  GGUF_LIBRARY_MISSING: [
    'config',
    'The package node-llama-cpp is not installed, or has no binary for this machine.',
    'Run npm install node-llama-cpp@3 beside @cocoonkit/worker.',
  ],
  GGUF_UNREADABLE: [
    'config',
    'The file is not a GGUF model this engine can load.',
    'Check the path and the file’s hash, and whether the model fits into memory.',
  ],
  MODEL_DOWNLOAD_FAILED: [
    'network',
    'The model file did not arrive. What had come of it was deleted.',
    'Check --model-url and the server behind it, then start again.',
  ],
  MODEL_REDIRECT_REFUSED: [
    'network',
    'The server of the model file sends this machine to another host, to plain http, or in circles.',
    'Give the address where the file really is as --model-url.',
  ],
  MODEL_SIZE_MISMATCH: [
    'config',
    'The model file is not as long as the pinned one. Nothing of it was used.',
    'Check --model-size, and that the file is the one you mean.',
  ],
  MODEL_HASH_MISMATCH: [
    'config',
    'The model file is not the pinned one: its SHA-256 differs. Nothing of it was used.',
    'Check --model-sha256, and that the file is the one you mean.',
  ],
  REQUEST_INVALID: [
    'model',
    'A field of the request has a form this model cannot take.',
    'Correct the field.',
  ],
  MODEL_LACKS_FEATURE: [
    'model',
    'This model does not offer a feature that the request needs. Nothing was computed.',
    'Choose a model whose features list names it.',
  ],
  CONTEXT_OVERFLOW: [
    'model',
    'The prompt is longer than this model takes.',
    'Shorten the prompt or use a model with a larger context.',
  ],
  ENGINE_FAILED: ['model', 'The model failed.', USE_ANOTHER],
  ENGINE_CLOSED: ['aborted', 'The engine was closed.', 'Use another worker, or start this one again.'],
  ABORTED: ['aborted', 'The request was stopped.', 'Nothing.'],
} as const satisfies Record<string, readonly [ErrorKind, string, string]>;

/** Details hold numbers and names of fields and limits only. */
export function ggufError(
  code: keyof typeof FAILURES,
  details: Readonly<Record<string, string | number | boolean>> = {},
): CocoonError {
  const [kind, message, remedy] = FAILURES[code];
  return new CocoonError({ kind, code, message, remedy, stage: 'gguf-engine', details });
}
