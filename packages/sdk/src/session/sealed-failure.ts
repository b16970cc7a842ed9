// What does a code from a sealed answer mean to the application? Texts are ours: a peer's words are never shown.
import { CocoonError, type ErrorSource } from '../errors.js';
import type { RefusalText } from './refusal-texts.js';

const CODE = /^[A-Z][A-Z0-9_]{0,63}$/;

const UNKNOWN: RefusalText = [
  'protocol',
  'The peer refused with a code this version does not know.',
  'Update CocoonKit on the older side.',
];

/** The error for a code that a machine sealed to us; `source` says which one. */
export async function sealedFailure(
  code: string,
  source: Extract<ErrorSource, 'worker' | 'proxy'>,
  details: Readonly<Record<string, string | number | boolean>> = {},
): Promise<CocoonError> {
  const [kind, message, remedy] = (await findText(code)) ?? UNKNOWN;
  return new CocoonError({
    kind,
    code: CODE.test(code) ? code : 'UNKNOWN_REFUSAL',
    message,
    remedy,
    source,
    details,
  });
}

// A page that can no longer load its own files still gets the code, which is what programs act upon.
async function findText(code: string): Promise<RefusalText | undefined> {
  const texts = await import('./refusal-texts.js').then(
    (module) => module.REFUSAL_TEXTS,
    () => undefined,
  );
  return texts !== undefined && Object.hasOwn(texts, code) ? texts[code] : undefined;
}
