// How does the in-memory proxy say no? With codes, as a real one.
import { CocoonError } from '../errors.js';

export function refusal(code: string, retryAfterMs?: number | undefined): CocoonError {
  return new CocoonError({
    kind: 'protocol',
    code,
    message: 'Refused by the in-memory proxy.',
    remedy: 'See the code.',
    details: retryAfterMs === undefined ? {} : { retryAfterMs },
  });
}

/** Anything else is a mistake in the test network itself. */
export function codeOf(error: unknown): { code: string } {
  if (error instanceof CocoonError) return { code: error.code };
  throw error;
}
