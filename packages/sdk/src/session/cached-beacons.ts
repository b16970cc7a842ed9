// Has this block been confirmed already? Machines of one network often quote the same one.
import { toHex } from '../internal/bytes.js';
import type { Beacon } from '../protocol/manifest.js';
import type { BeaconSource } from '../registry/beacon-source.js';

const MAX_KNOWN = 256;

/** Remembers blocks the source has confirmed, and shares questions that are under way. Denials are asked again. */
export function cachedBeacons(source: BeaconSource): BeaconSource {
  const known = new Map<string, Promise<boolean>>();
  return {
    kind: source.kind,
    latest: () => source.latest(),
    has(beacon) {
      const name = nameOf(beacon);
      const before = known.get(name);
      if (before !== undefined) return before;
      const answer = source.has(beacon);
      known.set(name, answer);
      const forget = () => known.delete(name);
      answer.then((has) => has || forget(), forget);
      const oldest = known.keys().next().value;
      if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
      return answer;
    },
  };
}

function nameOf({ kind, chain, seqno, rootHash, utime }: Beacon): string {
  return [kind, seqno, utime, toHex(rootHash), chain].join(' ');
}
