// When does which part of the answer become a frame? Sizes and times are what an eavesdropper sees (PROTOCOL.md §8.3).
import { LIMITS, type Padding, type Usage } from '@cocoonkit/sdk/protocol';
import type { ReplySealer } from '@cocoonkit/sdk/seal';
import type { Timing } from './timing.js';

/** Plain bytes of a `strict` frame: 512 without its length field. */
const STRICT_CONTENT_BYTES = 508;
/** More than this is not held back for items that may follow. */
const HELD_BYTES = 8_192;
/** A `strict` answer may run this far ahead of its clock. */
const STRICT_BACKLOG_BYTES = 65_536;

export interface FramePacer {
  /** Bytes of one whole item. Resolves when more may come. */
  push(item: Uint8Array): Promise<void>;
  usage(usage: Usage): Promise<void>;
  /** Sends what is held back and stops the timers; under `strict` on its clock, unless `hurry` is set. */
  close(options: { hurry: boolean }): Promise<void>;
}

export interface PacerOptions {
  reply: Pick<ReplySealer, 'data' | 'usage' | 'pad'>;
  padding: Padding;
  timing: Pick<Timing, 'coalesceMs' | 'padSilenceMs' | 'strictFrameMs'>;
  /** Takes sealed records, in order. */
  emit: (records: Uint8Array) => void;
}

export function createFramePacer(options: PacerOptions): FramePacer {
  return options.padding === 'strict' ? strictPacer(options) : flowingPacer(options);
}

/**
 * `fast`: what came together leaves together, in the same turn of the event loop. `balanced`: the first at once, then every
 * 40 ms or 16 items. Both break long silences.
 */
function flowingPacer({ reply, padding, timing, emit }: PacerOptions): FramePacer {
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  let first = true;
  let flushTimer: NodeJS.Timeout | undefined;
  let endOfTurn: NodeJS.Immediate | undefined;
  let failure: unknown;
  let last = Promise.resolve();

  const seal = (make: () => Promise<Uint8Array>): Promise<void> => {
    silence.refresh();
    last = make().then(emit);
    return last;
  };
  const flush = (): Promise<void> => {
    clearTimeout(flushTimer);
    flushTimer = undefined;
    clearImmediate(endOfTurn);
    endOfTurn = undefined;
    const items = held.splice(0);
    heldBytes = 0;
    return items.length === 0 ? last : seal(() => reply.data(joined(items)));
  };
  const inBackground = (work: () => Promise<void>): void => {
    work().catch((error: unknown) => {
      failure ??= error;
    });
  };
  const silence = setInterval(() => inBackground(() => seal(() => reply.pad())), timing.padSilenceMs);

  return {
    async push(item) {
      if (failure !== undefined) throw failure;
      held.push(item);
      heldBytes += item.length;
      const atOnce = first && padding !== 'fast';
      first = false;
      const enough = held.length >= LIMITS.coalesceTokens || heldBytes >= HELD_BYTES;
      if (atOnce || enough) await flush();
      else if (padding === 'fast') endOfTurn ??= setImmediate(() => inBackground(flush));
      else flushTimer ??= setTimeout(() => inBackground(flush), timing.coalesceMs);
    },
    async usage(usage) {
      await flush();
      await seal(() => reply.usage(usage));
    },
    async close() {
      clearInterval(silence);
      await flush();
      await last;
      clearTimeout(flushTimer);
      if (failure !== undefined) throw failure;
    },
  };
}

/** One frame of one size on every beat, filled or not: the number of beats is all that shows. */
function strictPacer({ reply, timing, emit }: PacerOptions): FramePacer {
  let backlog: Uint8Array = new Uint8Array(0);
  let latestUsage: Usage | undefined;
  let failure: unknown;
  let beatDone = Promise.resolve();
  const waiting = new Set<() => void>();

  const takePiece = (): Uint8Array => {
    const piece = backlog.subarray(0, STRICT_CONTENT_BYTES);
    backlog = backlog.subarray(piece.length);
    return piece;
  };
  const beat = async (): Promise<void> => {
    const usage = latestUsage;
    latestUsage = undefined;
    if (usage !== undefined) emit(await reply.usage(usage));
    else if (backlog.length > 0) emit(await reply.data(takePiece()));
    else emit(await reply.pad());
  };
  const timer = setInterval(() => {
    beatDone = beatDone.then(beat).catch((error: unknown) => {
      failure ??= error;
    });
    void beatDone.then(() => {
      for (const wake of [...waiting]) wake();
    });
  }, timing.strictFrameMs);
  const nextBeat = (): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        waiting.delete(wake);
        resolve();
      };
      waiting.add(wake);
    });

  return {
    async push(item) {
      backlog = joined([backlog, item]);
      while (backlog.length > STRICT_BACKLOG_BYTES && failure === undefined) await nextBeat();
      if (failure !== undefined) throw failure;
    },
    async usage(usage) {
      latestUsage = usage;
    },
    async close({ hurry }) {
      while (!hurry && backlog.length > 0 && failure === undefined) await nextBeat();
      clearInterval(timer);
      await beatDone;
      if (failure !== undefined) throw failure;
      if (backlog.length > 0) emit(await reply.data(takeAll()));
    },
  };

  function takeAll(): Uint8Array {
    const rest = backlog;
    backlog = new Uint8Array(0);
    return rest;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only, ...others] = parts;
  if (only !== undefined && others.length === 0) return only;
  return new Uint8Array(Buffer.concat(parts));
}
