// How do unacknowledged bills survive the death of the process? One line per change in a file; nothing in it is secret.
import { closeSync, openSync, readFileSync, renameSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { z } from 'zod';
import type { OutboxEntry, OutboxStorage } from './outbox.js';
import { hexKey } from './sha256.js';
import { workerError } from './worker-error.js';

const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** The file is written anew when it holds this many lines more than bills. */
const MAX_DEAD_LINES = 20_000;

const line = z.union([
  z.object({
    coreHash: z.string().regex(/^[0-9a-f]{64}$/),
    audience: z.string().min(1).max(128),
    receipt: z.base64().max(4_096),
    signature: z.base64().max(128),
    until: z.int().nonnegative(),
  }),
  z.object({ acknowledged: z.string().regex(/^[0-9a-f]{64}$/) }),
]);

/**
 * Opens or makes the file (mode 0600). Each bill is handed to the kernel before the call returns, so it outlives a killed
 * process; a power cut may lose the last ones. A line cut short by a crash is skipped.
 * @throws CocoonError `OUTBOX_UNUSABLE`
 */
export function openOutboxFile(path: string): OutboxStorage {
  try {
    const live = readLines(path);
    let file = rewrite(path, live);
    let dead = 0;
    const append = (record: object): void => {
      writeSync(file, `${JSON.stringify(record)}\n`);
    };
    return {
      entries: [...live.values()],
      add(entry) {
        live.set(hexKey(entry.coreHash), entry);
        append(toRecord(entry));
      },
      remove(coreHash) {
        const key = hexKey(coreHash);
        if (!live.delete(key)) return;
        append({ acknowledged: key });
        dead += 2;
        if (dead < MAX_DEAD_LINES) return;
        closeSync(file);
        file = rewrite(path, live);
        dead = 0;
      },
      close: () => closeSync(file),
    };
  } catch (cause) {
    throw workerError({
      code: 'OUTBOX_UNUSABLE',
      message: 'The outbox file cannot be read or written.',
      remedy: 'Check --outbox: the path must be a file this process may write, with free space beside it.',
      cause,
    });
  }
}

function readLines(path: string): Map<string, OutboxEntry> {
  const live = new Map<string, OutboxEntry>();
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return live;
  if (stats.size > MAX_FILE_BYTES) throw new TypeError('longer than the limit');
  for (const source of readFileSync(path, 'utf8').split('\n')) {
    const record = parseLine(source);
    if (record === undefined) continue;
    if ('acknowledged' in record) live.delete(record.acknowledged);
    else {
      live.set(record.coreHash, {
        coreHash: new Uint8Array(Buffer.from(record.coreHash, 'hex')),
        audience: record.audience,
        receipt: new Uint8Array(Buffer.from(record.receipt, 'base64')),
        signature: new Uint8Array(Buffer.from(record.signature, 'base64')),
        until: record.until,
      });
    }
  }
  return live;
}

function parseLine(source: string): z.infer<typeof line> | undefined {
  try {
    return line.safeParse(JSON.parse(source)).data;
  } catch {
    return undefined;
  }
}

/** Beside the file first, then in its place, so that a crash leaves one of the two whole. */
function rewrite(path: string, live: ReadonlyMap<string, OutboxEntry>): number {
  const lines = [...live.values()].map((entry) => `${JSON.stringify(toRecord(entry))}\n`);
  writeFileSync(`${path}.new`, lines.join(''), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return openSync(path, 'a', 0o600);
}

function toRecord(entry: OutboxEntry): z.input<typeof line> {
  return {
    coreHash: hexKey(entry.coreHash),
    audience: entry.audience,
    receipt: Buffer.from(entry.receipt).toString('base64'),
    signature: Buffer.from(entry.signature).toString('base64'),
    until: entry.until,
  };
}
