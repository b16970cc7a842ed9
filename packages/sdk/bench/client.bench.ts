// What does the first request of a new client cost, and what does a later one? In-memory network, so no network time.
import { accountFromSeed } from '../src/account/account.js';
import { createCocoon } from '../src/client.js';
import { createMemoryNetwork } from '../src/testing/memory-network.js';

export interface Measurement {
  name: string;
  value: number;
  unit: string;
  target?: string;
}

const ROUNDS = 15;
const QUESTION = {
  model: 'simulated-model',
  messages: [{ role: 'user' as const, content: 'x'.repeat(8_000) }],
};

/** The client's and the simulated machines' work run in one process, so times are upper bounds for the client alone. */
export async function run(): Promise<Measurement[]> {
  const network = await createMemoryNetwork();
  const account = await accountFromSeed(new Uint8Array(32).fill(1));
  network.credit(account.id, 1_000_000_000_000n);
  const { url, fetch, registry, beacons, anchor, now } = network;
  const open = () =>
    createCocoon({ proxy: url, network: { registry, beacons }, account, anchor, fetch, now });

  const cold: number[] = [];
  const later: number[] = [];
  let trips = 0;
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const before = network.requests.length;
    const cocoon = open();
    let start = performance.now();
    await cocoon.estimate(QUESTION);
    cold.push(performance.now() - start);
    const made = network.requests.slice(before);
    trips = made.length;
    bytes = made.reduce((sum, request) => sum + request.received, 0);
    await cocoon.chat(QUESTION);
    await new Promise((resolve) => setTimeout(resolve, 50));
    start = performance.now();
    await cocoon.chat(QUESTION);
    later.push(performance.now() - start);
    cocoon.close();
  }
  return [
    { name: 'cold start: round trips', value: trips, unit: '', target: '<= 3' },
    { name: 'cold start: bytes received', value: bytes, unit: 'B', target: '<= 80,000' },
    {
      name: 'cold start until the first request can leave',
      value: median(cold),
      unit: 'ms',
      target: '<= 150 ms',
    },
    { name: 'whole warm chat, client, proxy and worker in one process', value: median(later), unit: 'ms' },
  ];
}

function median(times: number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
