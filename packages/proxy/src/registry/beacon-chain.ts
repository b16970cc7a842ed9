// How does time become a chain of beacons? rootHash_(s+1) = H("ck1 beacon", rootHash_s ‖ u64 utime), PROTOCOL.md §16.
import { createHash } from 'node:crypto';
import { LABELS } from '@cocoonkit/sdk/protocol';
import { toHex } from '../hex.js';

/** One link, as it is stored and served. */
export interface LocalBeacon {
  seqno: number;
  /** 64 hex digits. */
  rootHash: string;
  /** Unix seconds. */
  utime: number;
}

/** Two hours: more than the 90 minutes a quote may be old. */
export const BEACONS_KEPT = 7_200;

/** The first link of a network's chain, from the network's name. */
export function firstBeacon(network: string, utime: number): LocalBeacon {
  return { seqno: 0, rootHash: beaconHash(new TextEncoder().encode(network), utime), utime };
}

export function nextBeacon(last: LocalBeacon, utime: number): LocalBeacon {
  return { seqno: last.seqno + 1, rootHash: beaconHash(Buffer.from(last.rootHash, 'hex'), utime), utime };
}

function beaconHash(previous: Uint8Array, utime: number): string {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(utime));
  const hash = createHash('sha256').update(LABELS.beacon).update(Uint8Array.of(0));
  return toHex(hash.update(previous).update(time).digest());
}
