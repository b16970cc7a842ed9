// How does the chain of beacons survive a restart? One line per link, rewritten from time to time so that it stays short.
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { BEACONS_KEPT, type LocalBeacon, nextBeacon } from './beacon-chain.js';

/** Keeps the last two hours, in memory and in a file. */
export class BeaconStore {
  readonly #file: string;
  #kept: LocalBeacon[];
  #lines: number;

  /** Reads what is there; a torn last line, as a kill leaves it, is dropped, and so is anything that does not chain. */
  constructor(file: string) {
    this.#file = file;
    this.#kept = readChain(file);
    this.#lines = this.#kept.length;
    this.#rewrite();
  }

  get last(): LocalBeacon | undefined {
    return this.#kept.at(-1);
  }

  find(seqno: number): LocalBeacon | undefined {
    const first = this.#kept[0];
    return first === undefined ? undefined : this.#kept[seqno - first.seqno];
  }

  append(beacon: LocalBeacon): void {
    this.#kept.push(beacon);
    this.#lines++;
    if (this.#lines < 2 * BEACONS_KEPT) {
      appendFileSync(this.#file, `${JSON.stringify(beacon)}\n`);
      if (this.#kept.length > BEACONS_KEPT) this.#kept.shift();
    } else this.#rewrite();
  }

  #rewrite(): void {
    this.#kept = this.#kept.slice(-BEACONS_KEPT);
    this.#lines = this.#kept.length;
    const next = `${this.#file}.next`;
    writeFileSync(next, this.#kept.map((beacon) => `${JSON.stringify(beacon)}\n`).join(''));
    renameSync(next, this.#file);
  }
}

function readChain(file: string): LocalBeacon[] {
  const chain: LocalBeacon[] = [];
  for (const line of readLines(file)) {
    const beacon = parseLine(line);
    const previous = chain.at(-1);
    if (beacon === undefined) break;
    if (previous !== undefined && nextBeacon(previous, beacon.utime).rootHash !== beacon.rootHash) break;
    if (previous !== undefined && previous.seqno + 1 !== beacon.seqno) break;
    chain.push(beacon);
  }
  return chain;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

function parseLine(line: string): LocalBeacon | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return undefined;
    const { seqno, rootHash, utime }: Partial<Record<keyof LocalBeacon, unknown>> = value;
    if (typeof seqno !== 'number' || typeof utime !== 'number' || typeof rootHash !== 'string')
      return undefined;
    if (!Number.isSafeInteger(seqno) || !Number.isSafeInteger(utime)) return undefined;
    return /^[0-9a-f]{64}$/.test(rootHash) ? { seqno, rootHash, utime } : undefined;
  } catch {
    return undefined;
  }
}
