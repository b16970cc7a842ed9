// How can a receipt be charged that arrives after this process was killed? What checking it needs is written beside the ledger.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, unlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeCore } from '@cocoonkit/sdk/protocol';
import { coreHash } from '@cocoonkit/sdk/seal/envelope';
import { toHex } from '../hex.js';
import type { Attempt } from './open-requests.js';

const SEGMENT_SECONDS = 300;
/** Longer than any reservation: `expires` ahead + run time + grace, 300 + 600 + 600 s and tolerance. */
const KEPT_SECONDS = 1_800;
/** Beyond this a segment takes nothing more; a crash then leaves those requests unpaid, never charged twice. */
const SEGMENT_BYTES = 256 * 1024 * 1024;
const NAME = /^requests-([0-9]{1,15})\.log$/;

export interface RequestJournal {
  /** Resolves when the entry survives a kill of this process. */
  append(attempt: Attempt, nowSeconds: number): Promise<void>;
  close(): Promise<void>;
}

/** @param options.keep whether an entry of an earlier process still matters (its reservation is open). */
export function openRequestJournal(options: {
  dir: string;
  nowSeconds: number;
  keep: (attempt: Attempt) => boolean;
}): { journal: RequestJournal; restored: Attempt[] } {
  const { dir, nowSeconds, keep } = options;
  mkdirSync(dir, { recursive: true });
  dropOld(dir, nowSeconds);
  const restored = [...readAll(dir)].filter((attempt) => attempt.reservedUntil > nowSeconds && keep(attempt));
  return { journal: new Journal(dir), restored };
}

class Journal implements RequestJournal {
  readonly #dir: string;
  #file: FileHandle | undefined;
  #startedAt = 0;
  #bytes = 0;
  #pending: string[] = [];
  /** The write that will take what is pending; absent once it has begun. */
  #next: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(dir: string) {
    this.#dir = dir;
  }

  append(attempt: Attempt, nowSeconds: number): Promise<void> {
    this.#pending.push(encode(attempt));
    // One write at a time: two would open two files. Everything that arrives while one is under way goes into the next.
    if (this.#next === undefined) {
      this.#next = this.#last.then(() => {
        this.#next = undefined;
        return this.#write(nowSeconds);
      });
      // Its callers hear of a failure; it must not keep later entries from being written.
      this.#last = this.#next.catch(() => undefined);
    }
    return this.#next;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #write(nowSeconds: number): Promise<void> {
    const text = this.#pending.splice(0).join('');
    if (this.#file === undefined || nowSeconds - this.#startedAt >= SEGMENT_SECONDS) {
      const full = this.#file;
      this.#file = await open(join(this.#dir, `requests-${nowSeconds}.log`), 'a', 0o600);
      this.#startedAt = nowSeconds;
      this.#bytes = 0;
      await full?.close();
      dropOld(this.#dir, nowSeconds);
    }
    if (this.#bytes + text.length > SEGMENT_BYTES) return;
    this.#bytes += text.length;
    await this.#file.appendFile(text);
  }
}

function encode(attempt: Attempt): string {
  const { account, workerDigest, reservedUntil } = attempt;
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const core = base64(attempt.coreBytes);
  const authorization = base64(attempt.authorization);
  const assignmentHash = base64(attempt.assignmentHash);
  return `${JSON.stringify({ account, workerDigest, reservedUntil, core, authorization, assignmentHash })}\n`;
}

/** A line that a kill tore, or that anybody else wrote, is skipped: the receipt then stays uncharged. */
function decode(line: string): Attempt | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return undefined;
    const fields: Record<string, unknown> = Object.fromEntries(Object.entries(value));
    const text = (name: string): string => {
      const field = fields[name];
      if (typeof field !== 'string') throw new TypeError(name);
      return field;
    };
    const bytes = (name: string): Uint8Array => new Uint8Array(Buffer.from(text(name), 'base64'));
    const coreBytes = bytes('core');
    const core = decodeCore(coreBytes);
    const hash = coreHash(coreBytes);
    const reservedUntil = fields['reservedUntil'];
    if (typeof reservedUntil !== 'number') return undefined;
    return {
      key: toHex(hash),
      core,
      coreBytes,
      coreHash: hash,
      account: text('account'),
      operation: toHex(core.operationId),
      authorization: bytes('authorization'),
      assignmentHash: bytes('assignmentHash'),
      workerDigest: text('workerDigest'),
      reservedUntil,
    };
  } catch {
    return undefined;
  }
}

function* readAll(dir: string): Generator<Attempt> {
  for (const name of segments(dir)) {
    const file = join(dir, name);
    if (statSync(file).size > SEGMENT_BYTES) continue;
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const attempt = decode(line);
      if (attempt !== undefined) yield attempt;
    }
  }
}

function segments(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir).filter((name) => NAME.test(name)) : [];
}

function dropOld(dir: string, nowSeconds: number): void {
  for (const name of segments(dir)) {
    const startedAt = Number(NAME.exec(name)?.[1]);
    if (startedAt + SEGMENT_SECONDS + KEPT_SECONDS < nowSeconds) unlinkSync(join(dir, name));
  }
}
