// How entries reach the disk: what arrives while one transaction is written goes into the next, then all are answered.
import type { Worker } from 'node:worker_threads';
import type { Entry } from './entry.js';
import type { EntryStore } from './entry-store.js';
import { backupFailed, ledgerBusy, ledgerClosed, ledgerUnavailable } from './errors.js';
import type { EvidenceRow, LedgerSums, StatementRow } from './ledger.js';
import { BATCH_MAX, READS_MAX } from './limits.js';
import type { ThreadAnswer, ThreadRequest } from './thread-messages.js';

interface Batch {
  entries: Entry[];
  durable: Promise<void>;
  resolve: () => void;
  reject: (error: Error) => void;
}

interface Waiting {
  resolve: (answer: ThreadAnswer) => void;
  reject: (error: Error) => void;
}

export class SqliteStore implements EntryStore {
  private readonly worker: Worker;
  private readonly maxPending: number;
  /** First the one being written, then those still filling; empty when all is on disk. */
  private batches: Batch[] = [];
  private writing = false;
  private pending = 0;
  private reads = 0;
  /** Requests the thread has not answered, in order. */
  private waiting: Waiting[] = [];
  private failure: Error | undefined;
  private readonly exited: Promise<void>;

  constructor(worker: Worker, maxPending: number) {
    this.worker = worker;
    this.maxPending = maxPending;
    worker.on('message', (answer: ThreadAnswer) => this.answered(answer));
    worker.on('error', (error) => this.fail(error.name));
    this.exited = new Promise((resolve) => {
      worker.once('exit', () => {
        this.fail('THREAD_ENDED');
        resolve();
      });
    });
  }

  admit(): void {
    if (this.failure !== undefined) throw this.failure;
    if (this.pending >= this.maxPending) throw ledgerBusy('unwritten changes', this.maxPending);
  }

  append(entries: readonly Entry[]): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    let batch = this.batches.at(-1);
    if (entries.length === 0) return batch?.durable ?? Promise.resolve();
    const isFilling = batch !== undefined && !(this.writing && this.batches.length === 1);
    if (batch === undefined || !isFilling || batch.entries.length + entries.length > BATCH_MAX) {
      batch = createBatch();
      this.batches.push(batch);
      // A tick later, so that everything that came in with the same packet shares one fsync.
      if (this.batches.length === 1) setImmediate(() => this.writeNext());
    }
    batch.entries.push(...entries);
    this.pending += entries.length;
    return batch.durable;
  }

  async statement(account: string, since: number, limit: number): Promise<StatementRow[]> {
    const answer = await this.read({ kind: 'statement', account, since, limit });
    return answer.kind === 'statement' ? answer.rows : [];
  }

  async evidence(account: string, limit: number): Promise<EvidenceRow[]> {
    const answer = await this.read({ kind: 'evidence', account, limit });
    return answer.kind === 'evidence' ? answer.rows : [];
  }

  /** Without a path: what the file adds up to. */
  async backup(path?: string): Promise<LedgerSums> {
    const answer = await this.read({ kind: 'backup', path });
    if (answer.kind === 'backup') return answer.sums;
    throw backupFailed(answer.kind === 'backup-failed' ? answer.cause : 'UNKNOWN');
  }

  async close(): Promise<void> {
    await this.append([]).catch(() => undefined);
    if (this.failure === undefined) await this.ask({ kind: 'close' });
    this.failure ??= ledgerClosed();
    await this.worker.terminate();
    await this.exited;
  }

  private async read(request: ThreadRequest): Promise<ThreadAnswer> {
    if (this.reads >= READS_MAX) throw ledgerBusy('reads', READS_MAX);
    this.reads += 1;
    try {
      return await this.ask(request);
    } finally {
      this.reads -= 1;
    }
  }

  private writeNext(): void {
    const batch = this.batches[0];
    if (batch === undefined || this.writing || this.failure !== undefined) return;
    this.writing = true;
    this.ask({ kind: 'write', entries: batch.entries }).then(
      () => {
        this.writing = false;
        this.batches.shift();
        this.pending -= batch.entries.length;
        batch.resolve();
        this.writeNext();
      },
      () => undefined, // `fail` has rejected every batch.
    );
  }

  private ask(request: ThreadRequest): Promise<ThreadAnswer> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) return reject(this.failure);
      this.waiting.push({ resolve, reject });
      this.worker.postMessage(request);
    });
  }

  private answered(answer: ThreadAnswer): void {
    if (answer.kind === 'failed') this.fail(answer.cause);
    else this.waiting.shift()?.resolve(answer);
  }

  /** Memory is ahead of the disk from here on, so nothing more may be promised. */
  private fail(cause: string): void {
    if (this.failure !== undefined) return;
    const failure = ledgerUnavailable(cause);
    this.failure = failure;
    for (const { reject } of this.waiting.splice(0)) reject(failure);
    for (const batch of this.batches.splice(0)) batch.reject(failure);
    this.pending = 0;
  }
}

function createBatch(): Batch {
  const batch: Batch = { entries: [], durable: Promise.resolve(), resolve: () => {}, reject: () => {} };
  batch.durable = new Promise((resolve, reject) => {
    batch.resolve = resolve;
    batch.reject = reject;
  });
  batch.durable.catch(() => undefined);
  return batch;
}
