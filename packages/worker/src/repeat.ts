// How is something done again and again, never twice at a time, until a signal fires?

/** `task` runs every `everyMs`, counted from the end of the run before. A failure is reported, and the next run comes. */
export function repeat(
  everyMs: number,
  signal: AbortSignal,
  task: () => Promise<void>,
  onError: (error: unknown) => void,
): void {
  let timer: NodeJS.Timeout | undefined;
  const plan = (): void => {
    if (signal.aborted) return;
    timer = setTimeout(() => {
      task()
        .catch((error: unknown) => {
          if (!signal.aborted) onError(error);
        })
        .finally(plan);
    }, everyMs);
    timer.unref();
  };
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  plan();
}
