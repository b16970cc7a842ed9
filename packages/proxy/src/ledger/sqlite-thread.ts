// The thread that owns the database file, so that waiting for the disk never stops the proxy's streams.
import { parentPort, workerData } from 'node:worker_threads';
import type { Database } from 'libsql';
import { copyDatabase } from './copy-database.js';
import type { Entry } from './entry.js';
import { openDatabase } from './open-database.js';
import { readEvidence, readSnapshot, readStatement } from './sqlite-read.js';
import { createWriter } from './sqlite-write.js';
import type { ThreadAnswer, ThreadRequest, ThreadSettings } from './thread-messages.js';

/** Only the module that starts this thread sends to it. */
const settings: ThreadSettings = workerData;

const answer = (message: ThreadAnswer): void => parentPort?.postMessage(message);

const opened = openDatabase(settings);
if ('code' in opened) answer({ kind: 'refused', ...opened });
else start(opened.database);

function start(database: Database): void {
  try {
    const write = createWriter(database);
    const snapshot = readSnapshot(database);
    serve(database, write);
    answer({ kind: 'opened', snapshot });
  } catch (cause) {
    database.close();
    answer({ kind: 'refused', code: 'LEDGER_CORRUPT', cause: causeOf(cause) });
  }
}

function serve(database: Database, write: (entry: Entry) => void): void {
  let failed: string | undefined;

  parentPort?.on('message', (request: ThreadRequest) => {
    if (failed !== undefined) return answer({ kind: 'failed', cause: failed });
    try {
      switch (request.kind) {
        case 'write':
          database.exec('BEGIN IMMEDIATE');
          for (const entry of request.entries) write(entry);
          database.exec('COMMIT');
          return answer({ kind: 'done' });
        case 'statement':
          return answer({
            kind: 'statement',
            rows: readStatement(database, request.account, request.since, request.limit),
          });
        case 'evidence':
          return answer({ kind: 'evidence', rows: readEvidence(database, request.account, request.limit) });
        case 'backup':
          return answer(backup(database, request.path));
        case 'close':
          database.close();
          answer({ kind: 'done' });
          return parentPort?.close();
        default:
          return request satisfies never;
      }
    } catch (cause) {
      // Closing drops the open transaction: nothing of it was acknowledged, and nothing follows it.
      failed = causeOf(cause);
      answer({ kind: 'failed', cause: failed });
      database.close();
    }
  });
}

/** A full disk or a wrong path is the copy's problem, not the ledger's. */
function backup(database: Database, path: string | undefined): ThreadAnswer {
  try {
    return { kind: 'backup', sums: copyDatabase(database, path) };
  } catch (cause) {
    return { kind: 'backup-failed', cause: causeOf(cause) };
  }
}

function causeOf(cause: unknown): string {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'UNKNOWN';
}
