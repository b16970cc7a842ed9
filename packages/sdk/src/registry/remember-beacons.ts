// Which blocks did the chain confirm before? Thousands of machines name the same few, and a chain does not take a block back.
import { toHex } from '../internal/bytes.js';
import type { Beacon } from '../protocol/manifest.js';
import type { BeaconSource } from './beacon-source.js';

/**
 * Asks `source` once per block that exists, also while a question is under way; a block it does not know is asked for again. Keeps the
 * newest `most` blocks. How old a block may be is judged elsewhere.
 */
export function rememberBeacons(source: BeaconSource, most: number): BeaconSource {
  const known = new Map<string, Promise<boolean>>();
  return {
    kind: source.kind,
    latest: () => source.latest(),
    has(beacon) {
      const name = nameOf(beacon);
      const before = known.get(name);
      if (before !== undefined) return before;
      const asked = source.has(beacon);
      known.set(name, asked);
      const forget = (): void => void known.delete(name);
      asked.then((exists) => exists || forget(), forget);
      const [oldest] = known.keys();
      if (known.size > most && oldest !== undefined) known.delete(oldest);
      return asked;
    },
  };
}

function nameOf({ kind, chain, seqno, rootHash, utime }: Beacon): string {
  return JSON.stringify([kind, chain, String(seqno), toHex(rootHash), utime]);
}
