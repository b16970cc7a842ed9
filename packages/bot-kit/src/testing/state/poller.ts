// Who is waiting for updates right now? At most one long poll; a second one ends the first.
import type { ApiFailure } from '../api/api-failure.js';
import type { World } from './world.js';

export class Poller {
  #end: ((failure?: ApiFailure) => void) | undefined;

  /** True while a long poll hangs. */
  get waiting(): boolean {
    return this.#end !== undefined;
  }

  /** Ends the hanging poll, if any, with this refusal. */
  terminate(failure: ApiFailure): void {
    this.#end?.(failure);
  }

  /** Resolves when an update waits, the time is up, or the caller is gone. */
  wait(world: World, milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(), milliseconds);
      const stop = world.onChange(() => {
        if (world.updates.waiting.length > 0) end();
      });
      const gone = () => end();
      const end = (failure?: ApiFailure): void => {
        clearTimeout(timer);
        stop();
        signal.removeEventListener('abort', gone);
        if (this.#end === end) this.#end = undefined;
        if (failure === undefined) resolve();
        else reject(failure);
      };
      this.#end = end;
      signal.addEventListener('abort', gone, { once: true });
      if (signal.aborted) end();
      world.changed();
    });
  }
}
