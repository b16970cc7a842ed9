// How does a worker get the key of its model? It proves itself and waits until an owner releases the key to these very keys (PROTOCOL.md §17.3).
import { CocoonError } from '@cocoonkit/sdk/errors';
import { openModelKey } from '@cocoonkit/sdk/seal';
import type { WorkerClock } from '../clock.js';
import { createIdentity, type Identity } from '../identity.js';
import type { WorkerLog } from '../log.js';
import type { Epoch } from '../make-epoch.js';
import type { Schedule } from '../schedule.js';
import type { Timing } from '../timing.js';
import { codeOf, workerError } from '../worker-error.js';

/** Anybody can send junk; the log must not grow with it. */
const MAX_LOGGED_REFUSALS = 100;
/** Releases being judged at once. */
const MAX_PENDING = 8;

/** What a way for releases to come in needs of the waiting worker. */
export interface KeyDesk {
  /** Encoded bundle of the newest waiting machine. */
  evidence(): Uint8Array;
  /** @throws CocoonError codes of PROTOCOL.md §17.3 for a release that is refused, `WORKER_BUSY` */
  offer(release: Uint8Array): Promise<void>;
}

/** One way in; it ends with `signal`. */
export interface KeyDoor {
  /** New keys are there, old ones may have ended. */
  renewed?: (() => Promise<void>) | undefined;
}

export interface WaitForKeyOptions {
  modelDigest: Uint8Array;
  /** Makes keys, manifest and quote of a waiting machine. */
  makeEpoch: () => Promise<Epoch>;
  /** Tries the key on the sealed file. @throws CocoonError `SEALED_MODEL_KEY` */
  tryKey: (key: Uint8Array) => Promise<void>;
  /** Opens the ways in. */
  open: (desk: KeyDesk, signal: AbortSignal) => Promise<KeyDoor>;
  clock: WorkerClock;
  timing: Pick<Timing, 'overlapSeconds' | 'jitterSeconds'>;
  jitter: () => number;
  schedule: Schedule;
  log: WorkerLog;
  /** Gives up. */
  signal?: AbortSignal | undefined;
}

/** Waits as long as it takes. @throws CocoonError `QUOTE_UNAVAILABLE`, `ABORTED`, what `open` throws */
export async function waitForKey(options: WaitForKeyOptions): Promise<Uint8Array> {
  const { modelDigest, clock, log } = options;
  const over = new AbortController();
  let door: KeyDoor = {};
  let refusals = 0;
  let pending = 0;
  let found: (key: Uint8Array) => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const key = new Promise<Uint8Array>((resolve, reject) => {
    found = resolve;
    fail = reject;
  });
  key.catch(() => undefined);

  const identity: Identity = await createIdentity({
    clock,
    timing: options.timing,
    jitter: options.jitter,
    schedule: options.schedule,
    log,
    make: options.makeEpoch,
    onEpoch: () => {
      door.renewed?.().catch((error: unknown) => {
        log.write({ event: 'epoch-failed', code: codeOf(error) });
      });
    },
  });

  async function judge(release: Uint8Array): Promise<void> {
    if (over.signal.aborted) throw aborted();
    const opened = await openForAny(release, identity.epochs, { modelDigest, now: clock.now() });
    await options.tryKey(opened);
    log.write({ event: 'model-released' });
    found(opened);
  }

  const desk: KeyDesk = {
    evidence: () => identity.epochs.at(-1)?.evidence ?? new Uint8Array(0),
    async offer(release) {
      if (pending >= MAX_PENDING) throw busy();
      pending++;
      try {
        await judge(release);
      } catch (error) {
        if (++refusals <= MAX_LOGGED_REFUSALS)
          log.write({ event: 'model-release-refused', code: codeOf(error), count: refusals });
        throw error;
      } finally {
        pending--;
      }
    },
  };
  const giveUp = (): void => fail(aborted());
  options.signal?.addEventListener('abort', giveUp, { once: true });
  if (options.signal?.aborted === true) giveUp();
  try {
    door = await options.open(desk, over.signal);
    return await key;
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
    over.abort();
    // Forgets the keys: nothing that was released to them opens again.
    identity.stop();
  }
}

/** While keys overlap a release may be for the older ones. */
async function openForAny(
  release: Uint8Array,
  epochs: readonly Epoch[],
  options: { modelDigest: Uint8Array; now: Date },
): Promise<Uint8Array> {
  let refused: unknown = aborted();
  for (const { keys, digest } of [...epochs].reverse()) {
    try {
      return await openModelKey({ release, keys, digest, ...options });
    } catch (error) {
      refused = error;
      if (codeOf(error) !== 'RELEASE_WRONG_WORKER') break;
    }
  }
  throw refused;
}

function busy(): CocoonError {
  return workerError({
    kind: 'network',
    code: 'WORKER_BUSY',
    message: 'Too many releases are being judged at once.',
    remedy: 'Try again.',
  });
}

function aborted(): CocoonError {
  return new CocoonError({
    kind: 'aborted',
    code: 'ABORTED',
    message: 'The worker no longer waits for the key of its model.',
    remedy: 'Nothing.',
  });
}
