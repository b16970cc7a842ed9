// What was kept for a button: is it a record at all?
import { CocoonError } from '@cocoonkit/sdk';

type What = 'proposal' | 'summary';

/** @throws CocoonError `BUTTON_TOO_OLD` */
export function parseRecord(kept: string, what: What): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(kept);
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value));
  } catch {
    // No JSON, and no cause: it would quote what was kept.
  }
  throw notKept(what);
}

export function notKept(what: What): CocoonError {
  return new CocoonError({
    kind: 'config',
    code: 'BUTTON_TOO_OLD',
    message: `What was kept for this button is no ${what}.`,
    remedy: what === 'proposal' ? 'Wait for the next message.' : 'Send the document again.',
  });
}
