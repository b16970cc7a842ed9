// How does an operator's hook say no? By throwing this; the sentence reaches the person and nobody else.
import { CocoonError } from '@cocoonkit/sdk';

/** Kept beside the error, not in it: a sentence may quote what the person wrote, and errors get logged. */
const sentences = new WeakMap<CocoonError, string>();
const refusals = new WeakSet<CocoonError>();
/** Longer sentences are cut. */
const MOST_CHARACTERS = 1_000;

/** Throw it in a hook to refuse on purpose. `sentence` is read by the person who asked; default: the kit's own. */
export function refusal(sentence?: string): CocoonError {
  const error = new CocoonError({
    kind: 'config',
    code: 'REFUSED_BY_OPERATOR',
    message: 'A hook of the operator refused the request or its answer.',
    remedy: 'Nothing, unless the hook should have let it through.',
  });
  refusals.add(error);
  if (sentence !== undefined && sentence.trim() !== '')
    sentences.set(error, sentence.slice(0, MOST_CHARACTERS));
  return error;
}

/** Made by `refusal`, not by something that looks like it. */
export function isRefusal(error: unknown): error is CocoonError {
  return error instanceof CocoonError && refusals.has(error);
}

export function refusalSentence(error: unknown): string | undefined {
  return error instanceof CocoonError ? sentences.get(error) : undefined;
}
