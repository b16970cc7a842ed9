// Which workers does a proxy offer for a model? The same signed list for everybody (PROTOCOL.md §5.6).
import { concat, readU32, u32 } from '../internal/bytes.js';
import { digest, digests, text, time, u32 as u32Field } from './fields.js';
import { LIMITS } from './limits.js';
import { malformed } from './malformed.js';
import { defineLayout, type Layout, required } from './tlv.js';

export interface Roster {
  /** Unix seconds at which the list was made. */
  epoch: number;
  validUntil: number;
  proxyDigest: Uint8Array;
  model: string;
  total: number;
  pageHashes: readonly Uint8Array[];
}

/** Hints except the digest: what matters is re-read from the verified manifest. */
export interface RosterEntry {
  digest: Uint8Array;
  coefficient: number;
  /** 0 idle to 255 full. */
  load: number;
  /** 0 never to 255 always successful. */
  success: number;
}

export const rosterLayout: Layout<Roster> = defineLayout<Roster>('Roster', {
  epoch: required(2, time),
  validUntil: required(4, time),
  proxyDigest: required(6, digest),
  model: required(8, text(256)),
  total: required(10, u32Field),
  pageHashes: required(12, digests(LIMITS.rosterPages)),
});

const ENTRY_BYTES = 38;

/** Entries of 38 bytes: digest ‖ u32 coefficient ‖ u8 load ‖ u8 success. */
export function encodeRosterPage(entries: readonly RosterEntry[]): Uint8Array<ArrayBuffer> {
  if (entries.length > LIMITS.rosterPageEntries) throw malformed('roster page', 'too many entries');
  return concat(
    ...entries.flatMap((entry) => [
      entry.digest,
      u32(entry.coefficient),
      Uint8Array.of(entry.load, entry.success),
    ]),
  );
}

/** @throws CocoonError `MALFORMED` */
export function decodeRosterPage(page: Uint8Array): RosterEntry[] {
  if (page.length % ENTRY_BYTES !== 0 || page.length / ENTRY_BYTES > LIMITS.rosterPageEntries) {
    throw malformed('roster page', 'wrong length');
  }
  const entries: RosterEntry[] = [];
  for (let at = 0; at < page.length; at += ENTRY_BYTES) {
    entries.push({
      digest: page.slice(at, at + 32),
      coefficient: readU32(page, at + 32),
      load: page[at + 36] ?? 0,
      success: page[at + 37] ?? 0,
    });
  }
  return entries;
}
