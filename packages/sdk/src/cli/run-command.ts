// How does a command end? One plain sentence and a code: 0 done, 1 failed, never a stack trace.
import { CocoonError } from '../errors.js';

export interface Output {
  /** Results. */
  out(text: string): void;
  /** Everything a person should know besides. */
  note(text: string): void;
}

/** Runs `work` and returns the exit code. `json` prints failures as one JSON object on the results' side. */
export async function runCommand(work: () => Promise<void>, output: Output, json: boolean): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    if (json) output.out(`${JSON.stringify({ error: describe(error) })}\n`);
    const { code, message, remedy } = describe(error);
    output.note(`${code}: ${message} ${remedy}\n`);
    return 1;
  }
}

function describe(
  error: unknown,
): { code: string; message: string; remedy: string } & Record<string, unknown> {
  if (error instanceof CocoonError) {
    const { code, message, remedy } = error;
    return { ...error.toJSON(), code, message, remedy };
  }
  const unreadable = error instanceof Error && 'code' in error && typeof error.code === 'string';
  return {
    code: unreadable ? String(error.code) : 'FAILED',
    message: unreadable ? 'A file could not be read or written.' : 'The command failed unexpectedly.',
    remedy: unreadable
      ? 'Check the path and its permissions.'
      : 'Please report this with the command you used.',
  };
}
