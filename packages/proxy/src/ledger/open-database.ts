// Is this file ours, whole, and free? Opens it for one writer.
import Libsql, { type Database } from 'libsql';
import { APPLICATION_ID, AUDIT, SCHEMA, SCHEMA_VERSION } from './sqlite-schema.js';
import type { OpenFailure, ThreadSettings } from './thread-messages.js';

export type Opened = { database: Database } | { code: OpenFailure; cause: string };

export function openDatabase(settings: ThreadSettings): Opened {
  let database: Database | undefined;
  try {
    database = new Libsql(settings.path);
    return prepareDatabase(database, settings) ?? { database };
  } catch (cause) {
    try {
      database?.close();
    } catch {
      // The first failure is the one worth telling.
    }
    return failure(cause);
  }
}

function prepareDatabase(database: Database, settings: ThreadSettings): Opened | undefined {
  // One process at a time, for as long as it lives; the lock goes with the process, also after a kill.
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  const owner = one(database, 'PRAGMA application_id');
  const tables = one(database, 'SELECT count(*) FROM sqlite_schema');
  const isNew = owner === 0 && tables === 0;
  if (!isNew && owner !== APPLICATION_ID) return corrupt('another program wrote this file');
  const version = one(database, 'PRAGMA user_version');
  if (!isNew && version !== SCHEMA_VERSION)
    return { code: 'LEDGER_VERSION', cause: `version ${String(version)}` };

  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  // Either may be ignored silently, and then an acknowledged commit could be lost with the power.
  const isDurable =
    one(database, 'PRAGMA journal_mode') === 'wal' && one(database, 'PRAGMA synchronous') === 2;
  if (!isDurable) return { code: 'LEDGER_UNAVAILABLE', cause: 'NO_DURABLE_JOURNAL' };
  const pageBytes = Number(one(database, 'PRAGMA page_size'));
  database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(settings.maxBytes / pageBytes))}`);
  if (isNew) {
    create(database, settings);
    return undefined;
  }
  if (one(database, 'PRAGMA quick_check(1)') !== 'ok') return corrupt('the pages are damaged');
  const wrong = AUDIT.findIndex((query) => database.prepare(query).all().length > 0);
  return wrong < 0 ? undefined : corrupt(`the sums do not add up (${wrong + 1})`);
}

function create(database: Database, { prices }: ThreadSettings): void {
  database.exec('BEGIN IMMEDIATE');
  database.exec(SCHEMA);
  const first = database.prepare('INSERT INTO totals VALUES (1, ?, ?, 0, 0, 0, 0, 0, 0)');
  first.run(prices.pricePerToken, prices.workerPerToken);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  database.exec('COMMIT');
}

function one(database: Database, sql: string): unknown {
  const row = database.prepare(sql).raw(true).get();
  return Array.isArray(row) ? row[0] : undefined;
}

function corrupt(cause: string): Opened {
  return { code: 'LEDGER_CORRUPT', cause };
}

function failure(cause: unknown): Opened {
  const code =
    typeof cause === 'object' && cause !== null && 'code' in cause && cause.code !== ''
      ? String(cause.code)
      : 'SQLITE_CANTOPEN';
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return { code: 'LEDGER_LOCKED', cause: code };
  // What SQLite says of a file it could read but not make sense of. Anything else is the disk's or the system's fault.
  const isDamage = /^SQLITE_(?:NOTADB|CORRUPT|ERROR|SCHEMA|CONSTRAINT|MISMATCH|FORMAT)/.test(code);
  return isDamage ? corrupt(code) : { code: 'LEDGER_UNAVAILABLE', cause: code };
}
