// How does one run of an engine become frames and one outcome?
import { CocoonError } from '@cocoonkit/sdk/errors';
import { type CountedBy, encodeItem, type Finish, LIMITS, type Usage } from '@cocoonkit/sdk/protocol';
import type { Answer } from './answer.js';
import type { Engine, EngineEvent, EngineRequest } from './engines/engine.js';
import type { Meter } from './meter.js';
import type { FramePacer } from './pace-frames.js';

/** An engine that does not stop when told is left behind after this. */
const STOP_WAIT_MS = 5_000;

export type EngineOutcome =
  | { kind: 'ended'; finish: Exclude<Finish, 'error'>; usage: Usage; countedBy: CountedBy }
  | { kind: 'failed'; error: unknown };

/** The run has begun; its first event is being computed. */
export interface EngineRun {
  readonly iterator: AsyncIterator<EngineEvent>;
  readonly first: Promise<IteratorResult<EngineEvent>>;
}

/** Starts computing at once, so that sealing the head costs no time. Never throws: a failure waits in `first`. */
export function startEngine(engine: Engine, request: EngineRequest, signal: AbortSignal): EngineRun {
  const iterator = engine.run(request, { signal })[Symbol.asyncIterator]();
  const first = iterator.next();
  first.catch(() => undefined);
  return { iterator, first };
}

export interface EngineRelay {
  pacer: FramePacer;
  meter: Meter;
  answer: Answer;
  /** Fires when the request must stop: then what was produced so far is the answer. */
  signal: AbortSignal;
}

/** Takes one event after another, no faster than the answer may grow. */
export async function relayEngine(run: EngineRun, relay: EngineRelay): Promise<EngineOutcome> {
  const { pacer, meter, answer, signal } = relay;
  let completion = 0;
  let announced = 0;
  const watch = watchStop(signal);
  const soFar = (finish: 'cancelled' | 'length'): EngineOutcome => ({
    kind: 'ended',
    finish,
    usage: { prompt: 0, cached: 0, completion, reasoning: 0 },
    countedBy: 'deltas',
  });
  try {
    for (let next = run.first; ; next = run.iterator.next()) {
      const result = await watch.orStopped(next);
      if (result === undefined) return soFar('cancelled');
      if (result.done === true) throw engineFailed('ended without saying what it used');
      const event = result.value;
      if (event.type === 'end') {
        const { usage, countedBy } = event;
        return { kind: 'ended', finish: signal.aborted ? 'cancelled' : event.finish, usage, countedBy };
      }
      completion = Math.max(completion, event.completionTokens);
      await pacer.push(encodeItem(Buffer.from(event.json, 'utf8')));
      if (meter.exceeded(completion)) return soFar('length');
      if (completion - announced >= LIMITS.usageEveryTokens) {
        announced = completion;
        await pacer.usage({ prompt: 0, cached: 0, completion, reasoning: 0 });
      }
      await answer.room(signal);
    }
  } catch (error) {
    return signal.aborted ? soFar('cancelled') : { kind: 'failed', error };
  } finally {
    watch.end();
  }
}

/** Lets the engine clean up, however far it was read. Not awaited: an engine that hangs must not hold the answer. */
export function leaveEngine(run: EngineRun): void {
  run.iterator.return?.().catch(() => undefined);
}

interface StopWatch {
  /** The next event, or undefined when the time to wait is over. */
  orStopped<T>(next: Promise<T>): Promise<T | undefined>;
  end(): void;
}

/** After `signal` fired, events are awaited only a little longer, because an engine may still report what it used. */
function watchStop(signal: AbortSignal): StopWatch {
  let over = false;
  let giveUp = (): void => undefined;
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    timer = setTimeout(() => {
      over = true;
      giveUp();
    }, STOP_WAIT_MS);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    orStopped: (next) =>
      new Promise((resolve, reject) => {
        giveUp = () => resolve(undefined);
        if (over) giveUp();
        next.then(resolve, reject);
      }),
    end() {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

function engineFailed(reason: string): CocoonError {
  return new CocoonError({
    kind: 'model',
    code: 'ENGINE_FAILED',
    message: `The engine ${reason}.`,
    remedy: 'Nothing is charged. Use another worker.',
  });
}
