// How do many callers share one running task?

/** Runs `task` unless it is already running; everybody gets the same outcome. A finished task is forgotten. */
export function singleFlight<T>(task: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= task().finally(() => {
      running = undefined;
    });
    return running;
  };
}
