// A client on the in-memory network, with money and an event log.
import { type Account, accountFromSeed } from '../../src/account/account.js';
import { type Cocoon, createCocoon } from '../../src/client.js';
import type { CocoonOptions } from '../../src/config.js';
import type { CocoonEvent } from '../../src/events.js';
import {
  createMemoryNetwork,
  type MemoryNetwork,
  type MemoryNetworkOptions,
} from '../../src/testing/index.js';

export interface OpenClient {
  network: MemoryNetwork;
  cocoon: Cocoon;
  account: Account;
  events: CocoonEvent[];
  /** Milliseconds the client wanted to wait; it does not. */
  waits: number[];
  options: CocoonOptions;
}

export const QUESTION = { model: 'simulated-model', messages: [{ role: 'user' as const, content: 'hi' }] };

export async function openClient(
  networkOptions: MemoryNetworkOptions = {},
  more: Partial<CocoonOptions> = {},
): Promise<OpenClient> {
  const network = await createMemoryNetwork(networkOptions);
  const account = await accountFromSeed(new Uint8Array(32).fill(42));
  network.credit(account.id, 1_000_000_000n);
  const events: CocoonEvent[] = [];
  const waits: number[] = [];
  const { url, fetch, registry, beacons, anchor, now } = network;
  const options: CocoonOptions = {
    proxy: url,
    network: { registry, beacons },
    account,
    anchor,
    fetch,
    now,
    wait: async (ms) => {
      waits.push(ms);
    },
    onEvent: (event) => events.push(event),
    ...more,
  };
  return { network, cocoon: createCocoon(options), account, events, waits, options };
}

/** Requests that carried something of the application. */
export function sentRequests(network: MemoryNetwork): number {
  return network.requests.filter(({ path }) => path.startsWith('/v1/infer/')).length;
}
