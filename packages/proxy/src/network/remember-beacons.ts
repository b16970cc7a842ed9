// Which blocks did the chain confirm before? Thousands of machines name the same few, and a chain does not take a block back.
import type { Beacon } from '@cocoonkit/sdk/protocol';
import type { BeaconSource } from '@cocoonkit/sdk/registry';
import { toHex } from '../hex.js';

/** More than an epoch of seconds, so that a restart of the proxy does not ask for each worker that comes back. */
const REMEMBERED = 8_192;

/** Asks `source` once per block that exists; a block it does not know is asked for again. How old a block may be is judged elsewhere. */
export function rememberBeacons(source: BeaconSource): BeaconSource {
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
      if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
      return asked;
    },
  };
}

function nameOf({ kind, chain, seqno, rootHash, utime }: Beacon): string {
  return JSON.stringify([kind, chain, String(seqno), toHex(rootHash), utime]);
}
