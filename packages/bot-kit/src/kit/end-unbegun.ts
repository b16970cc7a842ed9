// What becomes of "Thinking…" when the answer was stopped before it had its turn? It says so, as it would have later.
import type { Clock } from '../clock.js';
import type { Job } from '../jobs/job.js';
import type { Outlet } from '../streamer/outlet.js';
import { streamAnswer } from '../streamer/stream-answer.js';
import { plain } from '../text/formatted-text.js';
import type { Say } from '../texts/say.js';
import { stoppedKey } from './stopped-key.js';

export interface UnbegunParts {
  readonly job: Job;
  readonly outlet: Outlet;
  readonly say: Say;
  readonly clock: Clock;
  /** Whoever ends the process waits for these. */
  readonly endings: Set<Promise<void>>;
}

/** For outlets that show something early. Does nothing for a job that runs. */
export function endUnbegun({ job, outlet, say, clock, endings }: UnbegunParts): void {
  let began = job.state !== 'queued';
  job.on('state', (state) => {
    began ||= state === 'running';
  });
  const ending = job.finished.then(async () => {
    if (began) return;
    const note = () => plain(say(stoppedKey(job)));
    await streamAnswer({ outlet, clock, signal: job.signal, source: nothing(), note });
  });
  endings.add(ending);
  void ending.catch(() => undefined).finally(() => endings.delete(ending));
}

async function* nothing(): AsyncGenerator<string> {}
