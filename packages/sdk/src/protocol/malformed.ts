// The error of every decoder in protocol/.
import { CocoonError } from '../errors.js';

/** `reason` names the rule that was broken, never the bytes. */
export function malformed(what: string, reason: string): CocoonError {
  return new CocoonError({
    kind: 'protocol',
    code: 'MALFORMED',
    message: `Malformed ${what}: ${reason}.`,
    remedy: 'The peer does not speak this protocol, or the bytes were altered on the way. Use another one.',
    details: { what, reason },
  });
}
