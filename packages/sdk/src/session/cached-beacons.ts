// Has this block been confirmed already? Machines of one network often quote the same one. Loaded where there is somebody to ask.
import { toHex } from '../internal/bytes.js';
import type { Beacon } from '../protocol/manifest.js';
import { type BeaconSource, httpBeaconSource } from '../registry/beacon-source.js';

const MAX_KNOWN = 256;

/** `from`: a source, or the address of one. */
export function openBeacons(from: BeaconSource | string, fetch: typeof globalThis.fetch): BeaconSource {
  return cachedBeacons(typeof from === 'string' ? httpBeaconSource(from, fetch) : from);
}

/** Remembers blocks the source has confirmed, and shares questions that are under way. Denials are asked again. */
function cachedBeacons(source: BeaconSource): BeaconSource {
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
