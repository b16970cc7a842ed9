// Which key exchanges are ready before a request exists? One or two per machine, made in idle time, each used once.
import { toHex } from '../internal/bytes.js';
import type { SuiteId } from '../protocol/suites.js';
import { type AnswerKey, prepareAnswerKey } from '../seal/answer-key.js';
import type { Random } from '../seal/random.js';
import type { VerifiedMachine } from '../seal/verified-machine.js';
import { type ContextUse, prepareContext, type WarmContext } from '../seal/warm-context.js';

const READY_PER_MACHINE = 2;
const READY_ANSWER_KEYS = 2;
/** Asked for when an answer begins: a short one gets to its end undisturbed. */
const REST_MS = 15;
/** Contexts older than this are thrown away. */
const MAX_AGE_MS = 600_000;
/** Machines times uses that may have contexts waiting. */
const MAX_SHELVES = 64;

interface Shelf {
  machine: VerifiedMachine;
  use: ContextUse;
  suite: SuiteId;
  ready: { context: WarmContext; madeAt: number }[];
}

export interface WarmStore {
  /** A context that was waiting, or a new one. */
  context(machine: VerifiedMachine, use: ContextUse, suite: SuiteId): Promise<WarmContext>;
  answerKey(suite: SuiteId): Promise<AnswerKey>;
  /** Fills the shelves for these when nothing else is to do. */
  warmLater(wanted: readonly { machine: VerifiedMachine; use: ContextUse; suite: SuiteId }[]): void;
  forget(machine: VerifiedMachine): void;
  readonly size: number;
  close(): void;
}

export function createWarmStore(options: { random: Random; now: () => Date }): WarmStore {
  const { random, now } = options;
  const shelves = new Map<string, Shelf>();
  const answerKeys: AnswerKey[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const name = (machine: VerifiedMachine, use: ContextUse, suite: SuiteId) =>
    `${use} ${suite} ${toHex(machine.digest)}`;

  const fresh = (shelf: Shelf) => {
    const at = now().getTime();
    const usable = shelf.machine.expiresAt.getTime() > at;
    shelf.ready = shelf.ready.filter(({ madeAt }) => usable && at - madeAt < MAX_AGE_MS && madeAt <= at);
    return usable;
  };

  // One at a time, each in its own turn of the event loop: warming must never delay a request.
  async function warmOne(): Promise<boolean> {
    for (const [key, shelf] of shelves) {
      if (!fresh(shelf)) shelves.delete(key);
      else if (shelf.ready.length < READY_PER_MACHINE) {
        const context = await prepareContext(shelf.machine, shelf.use, shelf.suite, { random });
        shelf.ready.push({ context, madeAt: now().getTime() });
        return true;
      } else if (shelf.use === 'request' && answerKeys.length < READY_ANSWER_KEYS) {
        answerKeys.push(await prepareAnswerKey(shelf.suite, { random, expand: true }));
        return true;
      }
    }
    return false;
  }

  function schedule(afterMs: number): void {
    if (closed || timer !== undefined) return;
    timer = setTimeout(() => {
      warmOne().then(
        (more) => {
          timer = undefined;
          if (more) schedule(0);
        },
        () => {
          timer = undefined;
        },
      );
    }, afterMs);
    // In Node a timer is an object that would keep the process alive; warming alone must not.
    if (typeof timer === 'object' && 'unref' in timer) timer.unref();
  }

  return {
    async context(machine, use, suite) {
      const shelf = shelves.get(name(machine, use, suite));
      if (shelf !== undefined && fresh(shelf)) {
        const waiting = shelf.ready.shift();
        if (waiting !== undefined) return waiting.context;
      }
      return prepareContext(machine, use, suite, { random });
    },
    async answerKey(suite) {
      const index = answerKeys.findIndex((key) => key.suite === suite);
      const [key] = index < 0 ? [] : answerKeys.splice(index, 1);
      return key ?? prepareAnswerKey(suite, { random });
    },
    warmLater(wanted) {
      for (const { machine, use, suite } of wanted) {
        const key = name(machine, use, suite);
        if (shelves.has(key) || shelves.size >= MAX_SHELVES) continue;
        shelves.set(key, { machine, use, suite, ready: [] });
      }
      schedule(REST_MS);
    },
    forget(machine) {
      for (const [key, shelf] of shelves) if (shelf.machine === machine) shelves.delete(key);
    },
    get size() {
      return [...shelves.values()].reduce((sum, shelf) => sum + shelf.ready.length, 0);
    },
    close() {
      closed = true;
      clearTimeout(timer);
      shelves.clear();
      answerKeys.length = 0;
    },
  };
}
