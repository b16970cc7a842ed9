// What does a receipt that must not be paid look like to the caller?
import { CocoonError } from '../errors.js';

export function badReceipt(code: string, message: string): CocoonError {
  return new CocoonError({
    kind: 'protocol',
    code,
    message,
    remedy: 'Do not trust this bill. Keep the report and use another worker.',
    stage: 'receipt',
  });
}
