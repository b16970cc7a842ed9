// Whose turn is it? Requests beyond the model’s sequences wait; the worker’s own slots bound how many there are.
import { ggufError } from './gguf-error.js';

export interface SequenceQueue {
  /** Waits for a free sequence; the function gives it back. @throws CocoonError `ABORTED` */
  take(signal: AbortSignal): Promise<() => void>;
  /** Resolves when none is in use. */
  idle(): Promise<void>;
}

export function createSequenceQueue(count: number): SequenceQueue {
  let free = count;
  const waiting: (() => void)[] = [];
  const idle: (() => void)[] = [];
  const release = (): void => {
    const next = waiting.shift();
    if (next !== undefined) {
      next();
      return;
    }
    free++;
    if (free === count) for (const done of idle.splice(0)) done();
  };
  return {
    async take(signal: AbortSignal): Promise<() => void> {
      if (signal.aborted) throw ggufError('ABORTED');
      if (free > 0) free--;
      else
        await new Promise<void>((resolve, reject) => {
          const turn = (): void => {
            signal.removeEventListener('abort', leave);
            resolve();
          };
          const leave = (): void => {
            waiting.splice(waiting.indexOf(turn), 1);
            reject(ggufError('ABORTED'));
          };
          waiting.push(turn);
          signal.addEventListener('abort', leave, { once: true });
        });
      return release;
    },
    idle: (): Promise<void> =>
      free === count ? Promise.resolve() : new Promise((resolve) => idle.push(resolve)),
  };
}
