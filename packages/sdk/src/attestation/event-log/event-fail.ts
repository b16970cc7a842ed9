// How does a failed check of a boot log become the one error callers see?
import { CocoonError } from '../../errors.js';
import { codedError } from '../fail.js';
import { FormatError } from '../format/cursor.js';
import { EVENT_CODES, type EventCode } from './event-codes.js';

/** Throws the code's error unless the condition holds; `detail` names the part concerned. */
export function checkEvent(condition: boolean, code: EventCode, detail?: string): asserts condition {
  if (!condition) throw codedError(EVENT_CODES, code, detail);
}

/** Runs a format parser and gives whatever it throws the code of the thing that was parsed. */
export function parseEventAs<T>(code: EventCode, what: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (cause instanceof CocoonError && cause.kind === 'attestation') throw cause;
    // Only our own words: messages of the platform quote the input.
    const detail = cause instanceof FormatError ? `${what}, ${cause.message}` : what;
    throw codedError(EVENT_CODES, code, detail, cause);
  }
}
