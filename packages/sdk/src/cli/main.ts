#!/usr/bin/env node
// The `cocoonkit` command: the only file of the SDK that knows the process.
import { CommanderError } from 'commander';
import { createProgram } from './program.js';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
process.once('SIGTERM', () => interrupted.abort());

const program = createProgram({
  output: {
    out: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(text),
  },
  now: () => new Date(),
  signal: interrupted.signal,
  exit: (code) => {
    process.exitCode = code;
  },
});

try {
  await program.parseAsync(process.argv);
} catch (error) {
  // Wrong flags and --help: commander has printed its sentence.
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
