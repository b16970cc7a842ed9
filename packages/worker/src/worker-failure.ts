// What may a client be told about a failure? A code of PROTOCOL.md §13 and a fixed sentence.
import { CocoonError } from '@cocoonkit/sdk/errors';
import type { WorkerFailure } from '@cocoonkit/sdk/protocol';

const TEXTS = {
  MODEL_LACKS_FEATURE: 'The model does not offer what the request needs.',
  CONTEXT_OVERFLOW: 'The request is longer than the model’s context.',
  REQUEST_INVALID: 'The request is not one this model can answer.',
  UNSUPPORTED_URL: 'Images and files must be data: URLs inside the request.',
  ENGINE_FAILED: 'The model failed.',
  ENGINE_NO_USAGE: 'The model did not say what it used, so nothing is billed.',
} as const;

/** Whatever the engine said is replaced: its own words may repeat the prompt. */
export function workerFailure(error: unknown): WorkerFailure {
  const code = error instanceof CocoonError ? error.code : 'ENGINE_FAILED';
  return isKnown(code)
    ? { code, message: TEXTS[code] }
    : { code: ENGINE_CODES[code] ?? 'ENGINE_FAILED', message: TEXTS[ENGINE_CODES[code] ?? 'ENGINE_FAILED'] };
}

/** Codes of engines that mean one of the protocol's. */
const ENGINE_CODES: Readonly<Record<string, keyof typeof TEXTS>> = {
  UNSUPPORTED_FIELD: 'REQUEST_INVALID',
  UPSTREAM_REFUSED: 'REQUEST_INVALID',
  ENGINE_BAD_USAGE: 'ENGINE_NO_USAGE',
};

function isKnown(code: string): code is keyof typeof TEXTS {
  return Object.hasOwn(TEXTS, code);
}
