// Which answers can a client still come back for? Ten minutes after their end, within a memory limit (PROTOCOL.md §12).
import { LIMITS } from '@cocoonkit/sdk/protocol';
import { Answer } from './answer.js';
import { hexKey } from './sha256.js';

const SWEEP_MS = 10_000;

export interface AnswerStore {
  /** Starts an answer; it is kept until it expires or memory is needed. */
  begin(options: { coreHash: Uint8Array; resumeHash: Uint8Array }): Answer;
  finish(answer: Answer): void;
  /** Forgets an answer that never went anywhere. */
  discard(answer: Answer): void;
  find(coreHash: Uint8Array): Answer | undefined;
  readonly bytes: number;
  close(): void;
}

/** Limits default to those of the protocol; `slots` running answers share the memory at worst. */
export function createAnswerStore(options: {
  monotonicMs: () => number;
  slots: number;
  totalBytes?: number | undefined;
  streamBytes?: number | undefined;
  keepMs?: number | undefined;
}): AnswerStore {
  const { monotonicMs, slots } = options;
  const totalBytes = options.totalBytes ?? LIMITS.resumeWorkerBytes;
  const limitBytes = Math.min(
    options.streamBytes ?? LIMITS.resumeStreamBytes,
    Math.max(1, Math.floor(totalBytes / slots)),
  );
  const keepMs = options.keepMs ?? LIMITS.resumeSeconds * 1000;
  const answers = new Map<string, Answer>();
  // In the order they finished: the first is the oldest.
  const finished = new Map<string, number>();
  let bytes = 0;

  const drop = (key: string): void => {
    answers.get(key)?.drop();
    answers.delete(key);
    finished.delete(key);
  };
  const sweep = (): void => {
    for (const [key, at] of finished) {
      if (monotonicMs() - at < keepMs) break;
      drop(key);
    }
  };
  const makeRoom = (): void => {
    for (const key of finished.keys()) {
      if (bytes <= totalBytes) return;
      drop(key);
    }
  };
  const timer = setInterval(sweep, Math.min(SWEEP_MS, keepMs));
  timer.unref();

  return {
    begin({ coreHash, resumeHash }) {
      const answer = new Answer({
        coreHash,
        resumeHash,
        limitBytes,
        onBytes: (change) => {
          bytes += change;
          if (change > 0) makeRoom();
        },
      });
      drop(hexKey(coreHash));
      answers.set(hexKey(coreHash), answer);
      return answer;
    },
    finish(answer) {
      answer.finish();
      const key = hexKey(answer.coreHash);
      if (answers.get(key) === answer) finished.set(key, monotonicMs());
    },
    discard(answer) {
      const key = hexKey(answer.coreHash);
      if (answers.get(key) === answer) drop(key);
      else answer.drop();
    },
    find: (coreHash) => answers.get(hexKey(coreHash)),
    get bytes() {
      return bytes;
    },
    close() {
      clearInterval(timer);
      for (const key of [...answers.keys()]) drop(key);
    },
  };
}
