// The `cocoonkit` command inside the test's own process: what it printed, and its exit code.
import { CommanderError } from 'commander';
import { createProgram } from '../../src/cli/program.js';

export interface CommandResult {
  code: number;
  out: string;
  notes: string;
}

export async function runCommandLine(
  args: readonly string[],
  {
    now = () => new Date(),
    signal = new AbortController().signal,
  }: { now?: () => Date; signal?: AbortSignal } = {},
): Promise<CommandResult> {
  const result: CommandResult = { code: -1, out: '', notes: '' };
  const program = createProgram({
    output: {
      out: (text) => {
        result.out += text;
      },
      note: (text) => {
        result.notes += text;
      },
    },
    now,
    signal,
    exit: (code) => {
      result.code = code;
    },
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    result.code = error.exitCode;
  }
  return result;
}
