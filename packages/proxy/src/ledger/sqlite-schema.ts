// How money lies on disk. The constraints repeat the ledger's invariants, so that a wrong entry cannot be committed.

/** "COON" in the file header: whose file this is. */
export const APPLICATION_ID = 0x434f_4f4e;
export const SCHEMA_VERSION = 1;

export const SCHEMA = `
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  credited INTEGER NOT NULL,
  spent INTEGER NOT NULL CHECK (spent >= 0),
  spent_tokens INTEGER NOT NULL CHECK (spent_tokens >= 0),
  charges INTEGER NOT NULL CHECK (charges >= 0),
  CHECK (credited >= spent)
) STRICT, WITHOUT ROWID;

CREATE TABLE credits (
  reference TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  nano INTEGER NOT NULL CHECK (nano >= 0),
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE workers (
  id TEXT PRIMARY KEY,
  earned INTEGER NOT NULL CHECK (earned >= 0),
  tokens INTEGER NOT NULL CHECK (tokens >= 0),
  receipts INTEGER NOT NULL CHECK (receipts >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE totals (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  price INTEGER NOT NULL,
  worker_price INTEGER NOT NULL,
  credited INTEGER NOT NULL,
  charged INTEGER NOT NULL CHECK (charged <= credited),
  workers INTEGER NOT NULL,
  proxy INTEGER NOT NULL CHECK (charged = workers + proxy AND proxy >= 0),
  client_tokens INTEGER NOT NULL,
  worker_tokens INTEGER NOT NULL CHECK (worker_tokens <= client_tokens)
) STRICT;

CREATE TABLE grants (
  account TEXT NOT NULL,
  id TEXT NOT NULL,
  cap_tokens INTEGER NOT NULL,
  spent_tokens INTEGER NOT NULL CHECK (spent_tokens >= 0),
  max_concurrent INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  revoked INTEGER NOT NULL CHECK (revoked IN (0, 1)),
  PRIMARY KEY (account, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE reservations (
  account TEXT NOT NULL,
  op TEXT NOT NULL,
  core_hash TEXT NOT NULL,
  worker TEXT NOT NULL,
  tokens INTEGER NOT NULL CHECK (tokens > 0),
  nano INTEGER NOT NULL CHECK (nano >= 0),
  expires_at INTEGER NOT NULL,
  grants TEXT NOT NULL,
  PRIMARY KEY (account, op)
) STRICT, WITHOUT ROWID;

CREATE TABLE charges (
  account TEXT NOT NULL,
  sequence INTEGER NOT NULL CHECK (sequence > 0),
  op TEXT NOT NULL,
  core_hash TEXT NOT NULL,
  worker TEXT NOT NULL,
  tokens INTEGER NOT NULL CHECK (tokens >= 0),
  total_tokens INTEGER NOT NULL,
  client_nano INTEGER NOT NULL,
  worker_nano INTEGER NOT NULL CHECK (worker_nano <= client_nano),
  finish TEXT NOT NULL,
  grants TEXT NOT NULL,
  receipt_public BLOB NOT NULL,
  receipt_signature BLOB NOT NULL,
  authorization BLOB NOT NULL,
  at INTEGER NOT NULL,
  forget_at INTEGER NOT NULL,
  PRIMARY KEY (account, sequence)
) STRICT;
CREATE INDEX charges_by_end ON charges (forget_at);

CREATE TABLE evidence (
  id INTEGER PRIMARY KEY,
  account TEXT NOT NULL,
  op TEXT NOT NULL,
  core_hash TEXT NOT NULL,
  worker TEXT NOT NULL,
  tokens INTEGER NOT NULL,
  finish TEXT NOT NULL,
  reason TEXT NOT NULL,
  receipt_public BLOB NOT NULL,
  receipt_signature BLOB NOT NULL,
  authorization BLOB NOT NULL,
  at INTEGER NOT NULL,
  UNIQUE (account, op, receipt_signature)
) STRICT;
CREATE INDEX evidence_by_time ON evidence (at);
`;

/** Each query must find nothing, or the file does not add up. */
export const AUDIT: readonly string[] = [
  `SELECT 1 FROM totals WHERE credited <> (SELECT coalesce(sum(nano), 0) FROM credits)
     OR credited <> (SELECT coalesce(sum(credited), 0) FROM accounts)
     OR charged <> (SELECT coalesce(sum(spent), 0) FROM accounts)
     OR client_tokens <> (SELECT coalesce(sum(spent_tokens), 0) FROM accounts)
     OR workers <> (SELECT coalesce(sum(earned), 0) FROM workers)
     OR worker_tokens <> (SELECT coalesce(sum(tokens), 0) FROM workers)
     OR charged <> workers + proxy OR worker_tokens > client_tokens OR charged > credited`,
  `SELECT 1 WHERE (SELECT count(*) FROM totals) <> 1`,
  `SELECT 1 FROM accounts WHERE credited < spent OR spent < 0`,
  `SELECT 1 FROM (SELECT account, sum(nano) AS held FROM reservations GROUP BY account) AS r
     LEFT JOIN accounts AS a ON a.id = r.account WHERE a.id IS NULL OR a.credited - a.spent < r.held`,
  `SELECT 1 FROM (SELECT account, max(sequence) AS last FROM charges GROUP BY account) AS c
     LEFT JOIN accounts AS a ON a.id = c.account WHERE a.id IS NULL OR a.charges < c.last`,
];
