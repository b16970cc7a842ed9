// Two proxies of one network, each with its own ledger.
import type { CocoonOptions } from '../../src/config.js';
import type { BeaconSource } from '../../src/registry/beacon-source.js';
import {
  createMemoryNetwork,
  type MemoryNetwork,
  type MemoryNetworkOptions,
} from '../../src/testing/index.js';

export const OTHER_URL = 'http://other.invalid';

/** A second proxy beside `first`: options for a client of both, which tries `first` first. */
export async function withSecondProxy(
  first: MemoryNetwork,
  options: CocoonOptions,
  more: MemoryNetworkOptions = {},
): Promise<{ other: MemoryNetwork; both: CocoonOptions; beacons: BeaconSource }> {
  const other = await createMemoryNetwork({
    now: first.now(),
    proxy: { proxy: { audience: `local:${'77'.repeat(16)}` } },
    ...more,
  });
  const beacons: BeaconSource = {
    kind: 'local',
    latest: () => first.beacons.latest(),
    has: async (beacon) => (await first.beacons.has(beacon)) || other.beacons.has(beacon),
  };
  const fetch: typeof globalThis.fetch = (input, init) =>
    String(input).startsWith(OTHER_URL) ? other.fetch(input, init) : first.fetch(input, init);
  const both = {
    ...options,
    proxy: [first.url, OTHER_URL],
    network: { registry: first.registry, beacons },
    fetch,
  };
  return { other, both, beacons };
}
