// How does a test wait? For a state, never for a time: looks again at each change and now and then, up to minutes.
import { setTimeout as sleep } from 'node:timers/promises';
import { ActorError } from './api/api-failure.js';
import type { World } from './state/world.js';

/** The end of patience, for a bot that hangs. */
export const WAIT_LIMIT_MS = 240_000;
const LOOK_EVERY_MS = 20;

/** @returns the first truthy value of `look`. @throws ActorError after {@link WAIT_LIMIT_MS} */
export type WaitFor = <T>(
  look: () => T | Promise<T>,
  what?: string | (() => string),
) => Promise<NonNullable<T>>;

export function createWaitFor(world: World): WaitFor {
  return async (look, what = 'a condition') => {
    const end = performance.now() + WAIT_LIMIT_MS;
    for (;;) {
      const value = await look();
      // Only null, undefined and false mean "not yet": 0 and '' are values.
      if (value !== undefined && value !== null && value !== false) return value;
      if (performance.now() > end)
        throw new ActorError(
          `Waited ${WAIT_LIMIT_MS / 1000} s for ${typeof what === 'string' ? what : what()}.`,
        );
      await changeOrPause(world);
    }
  };
}

async function changeOrPause(world: World): Promise<void> {
  const pause = new AbortController();
  const stop = world.onChange(() => pause.abort());
  await sleep(LOOK_EVERY_MS, undefined, { signal: pause.signal }).catch(() => undefined);
  stop();
}
