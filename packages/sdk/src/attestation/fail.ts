// How does a failed check become the one error callers see?
import { CocoonError } from '../errors.js';
import { ATTESTATION_CODES, type AttestationCode, type CodeEntry } from './codes.js';
import { FormatError } from './format/cursor.js';

/** The error of a failed check: kind `attestation`, code `ATTESTATION_<code>`; `detail` names the part concerned. */
export function attestationError(name: AttestationCode, detail?: string, cause?: unknown): CocoonError {
  return codedError(ATTESTATION_CODES, name, detail, cause);
}

/** The same for the codes of another list. */
export function codedError(
  list: readonly CodeEntry[],
  name: string,
  detail?: string,
  cause?: unknown,
): CocoonError {
  const code = `ATTESTATION_${name}`;
  const entry = list.find((candidate) => candidate.code === code);
  return new CocoonError({
    kind: 'attestation',
    code,
    message: `${entry?.message ?? code}${detail === undefined ? '' : `: ${detail}`}.`,
    remedy: entry?.remedy ?? '',
    stage: entry?.stage,
    cause,
  });
}

/** Throws the code's error unless the condition holds. */
export function check(condition: boolean, code: AttestationCode, detail?: string): asserts condition {
  if (!condition) throw attestationError(code, detail);
}

/** Runs a format parser and gives whatever it throws the code of the thing that was parsed. */
export function parseAs<T>(code: AttestationCode, what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (cause instanceof CocoonError && cause.kind === 'attestation') throw cause;
    // Only our own words: messages of the platform quote the input.
    throw attestationError(code, cause instanceof FormatError ? `${what}, ${cause.message}` : what, cause);
  }
}
