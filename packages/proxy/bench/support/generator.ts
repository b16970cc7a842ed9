// How does a benchmark put its load into other processes, and tell them what to do?
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type Answers = Readonly<Record<string, unknown>>;
export type Tasks = Readonly<Record<string, (options: Answers) => Promise<object>>>;

export interface Generator {
  readonly pid: number;
  /** One task at a time. */
  ask(task: string, options?: object): Promise<Answers>;
  stop(): void;
}

/** The compiled benchmark starts itself once more; there it calls `serveTasks` instead. */
export function startGenerator(): Generator {
  const child = fork(fileURLToPath(import.meta.url), ['generator'], {
    serialization: 'advanced',
    // Its own pauses to collect garbage would look like the proxy's.
    execArgv: ['--max-semi-space-size=64'],
  });
  return {
    pid: child.pid ?? 0,
    ask: (task, options = {}) => ask(child, task, options),
    stop: () => child.disconnect(),
  };
}

export function isGenerator(): boolean {
  return process.send !== undefined && process.argv[2] === 'generator';
}

export function serveTasks(tasks: Tasks): void {
  process.on('message', (message: Answers) => {
    const { task, ...options } = message;
    const run = tasks[String(task)];
    const done = run === undefined ? Promise.reject(new TypeError('unknown task')) : run(options);
    done.then(
      (result) => process.send?.({ result }),
      (error: unknown) => process.send?.({ error: String(error instanceof Error ? error.stack : error) }),
    );
  });
  process.on('disconnect', () => process.exit(0));
}

async function ask(child: ChildProcess, task: string, options: object): Promise<Answers> {
  const ended = once(child, 'exit').then(([code]) => [{ error: `it ended with ${code}` }]);
  child.send({ ...options, task });
  const [{ result, error }] = await Promise.race([once(child, 'message'), ended]);
  if (error !== undefined) throw new Error(`the generator failed: ${error}`);
  return result;
}
