// How does a command end? One plain sentence and a code: 0 done, 1 failed or rejected, 2 called wrongly, never a stack trace.
import { CocoonError } from '../errors.js';

export interface Output {
  /** Results. */
  out(text: string): void;
  /** Everything a person should know besides. */
  note(text: string): void;
}

/** Runs `work` and returns its exit code. `json` prints failures as one JSON object on the results' side. */
export async function runCommand(
  work: () => Promise<number>,
  output: Output,
  json: boolean,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const failure = describe(error);
    if (json) output.out(`${JSON.stringify({ error: failure.json })}\n`);
    output.note(`${failure.sentence}\n`);
    return failure.exit;
  }
}

const FILE_PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read or written by this user',
  EPERM: 'may not be read or written by this user',
  EISDIR: 'is a directory',
  ENOTDIR: 'does not exist',
  EEXIST: 'exists already and is not overwritten',
};

function describe(error: unknown): { exit: number; sentence: string; json: Record<string, unknown> } {
  if (error instanceof CocoonError) {
    const { code, message, remedy } = error;
    return {
      exit: error.kind === 'config' ? 2 : 1,
      sentence: `${code}: ${message} ${remedy}`,
      json: error.toJSON(),
    };
  }
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const path = 'path' in error && typeof error.path === 'string' ? `The file ${error.path}` : 'A file';
    const message = `${path} ${FILE_PROBLEMS[error.code] ?? 'could not be read or written'}.`;
    return failed(2, error.code, message, 'Check the path and its permissions.');
  }
  return failed(
    1,
    'FAILED',
    'The command failed unexpectedly.',
    'Please report this with the command you used.',
  );
}

function failed(exit: number, code: string, message: string, remedy: string): ReturnType<typeof describe> {
  return { exit, sentence: `${code}: ${message} ${remedy}`, json: { code, message, remedy } };
}
