// Which signed bills has the proxy's ledger not acknowledged yet? They are sent again until it does (PROTOCOL.md §11.2).
import { hexKey } from './sha256.js';

/** Bills kept at once; the oldest goes first, and the worker bears it. */
const MAX_ENTRIES = 10_000;

export interface OutboxEntry {
  coreHash: Uint8Array;
  audience: string;
  receipt: Uint8Array;
  signature: Uint8Array;
  /** Unix seconds after which no ledger takes it: the reservation has ended (PROTOCOL.md §9). */
  until: number;
}

/** Where entries go so that a crash does not lose them. */
export interface OutboxStorage {
  readonly entries: readonly OutboxEntry[];
  add(entry: OutboxEntry): void;
  remove(coreHash: Uint8Array): void;
  close(): void;
}

/** A channel to a proxy that keeps the ledger `audience`. */
export interface OutboxSink {
  audience: string;
  send(entry: OutboxEntry): void;
}

export interface Outbox {
  readonly size: number;
  /** Keeps the bill and sends it, over `preferred` where that is connected. */
  add(entry: OutboxEntry, preferred?: OutboxSink | undefined): void;
  /** Whether the bill was known. */
  acknowledge(coreHash: Uint8Array): boolean;
  /** Sends everything that waits for this ledger, and what comes later. Returns the way to disconnect. */
  connect(sink: OutboxSink): () => void;
  /** Resolves when nothing waits, or when `signal` fires. */
  empty(signal: AbortSignal): Promise<void>;
  close(): void;
}

export interface OutboxOptions {
  now: () => Date;
  repeatMs: number;
  storage?: OutboxStorage | undefined;
  maxEntries?: number | undefined;
  /** A bill was given up: too many, or too old. */
  onDrop?: ((entry: OutboxEntry) => void) | undefined;
}

export function createOutbox(options: OutboxOptions): Outbox {
  const { now, storage } = options;
  const maxEntries = options.maxEntries ?? MAX_ENTRIES;
  const entries = new Map<string, OutboxEntry>();
  const sinks = new Set<OutboxSink>();
  const waiting = new Set<() => void>();

  const remove = (key: string): boolean => {
    const entry = entries.get(key);
    if (entry === undefined) return false;
    entries.delete(key);
    storage?.remove(entry.coreHash);
    if (entries.size === 0) for (const wake of [...waiting]) wake();
    return true;
  };
  const drop = (key: string, entry: OutboxEntry): void => {
    remove(key);
    options.onDrop?.(entry);
  };
  const dropExpired = (): void => {
    const seconds = now().getTime() / 1000;
    for (const [key, entry] of entries) if (entry.until < seconds) drop(key, entry);
  };
  const put = (entry: OutboxEntry): void => {
    const [oldest] = entries;
    if (oldest !== undefined && entries.size >= maxEntries) drop(...oldest);
    entries.set(hexKey(entry.coreHash), entry);
  };
  const sinkFor = (audience: string): OutboxSink | undefined =>
    [...sinks].findLast((sink) => sink.audience === audience);

  for (const entry of storage?.entries ?? []) put(entry);
  const timer = setInterval(() => {
    dropExpired();
    for (const entry of entries.values()) sinkFor(entry.audience)?.send(entry);
  }, options.repeatMs);
  timer.unref();

  return {
    get size() {
      return entries.size;
    },
    add(entry, preferred) {
      put(entry);
      storage?.add(entry);
      const sink = preferred !== undefined && sinks.has(preferred) ? preferred : sinkFor(entry.audience);
      sink?.send(entry);
    },
    acknowledge: (coreHash) => remove(hexKey(coreHash)),
    connect(sink) {
      dropExpired();
      sinks.add(sink);
      for (const entry of entries.values()) if (entry.audience === sink.audience) sink.send(entry);
      return () => sinks.delete(sink);
    },
    empty(signal) {
      if (entries.size === 0 || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        waiting.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    },
    close() {
      clearInterval(timer);
      storage?.close();
    },
  };
}
