// How does the engine refuse a request, always before the first chunk and never with the user's words?
import { CocoonError } from '@cocoonkit/sdk/errors';

/** `what` names the field and the rule, never its value. */
export function requestInvalid(what: string): CocoonError {
  return new CocoonError({
    kind: 'model',
    code: 'REQUEST_INVALID',
    message: `The request cannot be read: ${what}.`,
    remedy: 'Correct the request and send it again.',
  });
}

/** `feature` is what was asked for, in a few fixed words. */
export function lacksFeature(feature: string): CocoonError {
  return new CocoonError({
    kind: 'model',
    code: 'MODEL_LACKS_FEATURE',
    message: `cocoonkit/extractive cannot do this: ${feature}. It is not a language model; it only picks sentences out of a text.`,
    remedy:
      "Choose a model with this feature, or ask for 'summarize', 'quote' or 'search' in the field cocoonkit.task.",
    details: { feature },
  });
}

/** `limit` is the number that was passed, `unit` what it counts. */
export function contextOverflow(limit: number, unit: string): CocoonError {
  return new CocoonError({
    kind: 'model',
    code: 'CONTEXT_OVERFLOW',
    message: `The text has more than ${limit} ${unit}.`,
    remedy: 'Send the text in several requests.',
    details: { limit, unit },
  });
}
