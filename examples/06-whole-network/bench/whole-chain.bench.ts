// What does the chain cost against the same upstream directly? Real processes on this machine, ratios of one run.
import { type Account, type Cocoon, createAccount, createCocoon, parseLocalRegistry } from '@cocoonkit/sdk';
import { httpBeaconSource } from '@cocoonkit/sdk/registry';
import { simulatedRootDer } from '@cocoonkit/sdk/testing';
import { simulatedAnchor } from '@cocoonkit/sdk/unsafe';

interface Row {
  name: string;
  value: number;
  unit: string;
  target?: string;
}

const SEQUENTIAL = 100;
const PAUSE_MS = 40;
const CONCURRENT = 50;
const LOAD_MS = 5_000;
/** An account may run 32 requests at once. */
const ACCOUNTS = 4;
const STREAMS = 20;
const PACED_MS = 10;
const QUESTION = { model: 'fake', messages: [{ role: 'user' as const, content: 'Name three colours.' }] };
const LONG = { ...QUESTION, x_fake: { reply: 'word '.repeat(200), delayMs: PACED_MS } };

// Addressed at run time: the compiled benchmark does not contain the examples' own files.
const beside = (path: string): Promise<Record<string, (...args: unknown[]) => unknown>> =>
  import(new URL(path, import.meta.url).href);

export async function run(): Promise<Row[]> {
  const { startService } = await beside('../start-service.mjs');
  const upstreamScript = new URL(
    '../../../packages/worker/test-support/upstream/upstream.mjs',
    import.meta.url,
  );
  const upstream = startService?.('upstream', upstreamScript.pathname, []) as {
    listening: Promise<{ url: string }>;
    stop(): Promise<void>;
  };
  const { url } = await upstream.listening;
  try {
    return [...(await measure(url, 'memory')), ...(await measure(url, 'sqlite'))];
  } finally {
    await upstream.stop();
  }
}

async function measure(upstream: string, ledger: 'memory' | 'sqlite'): Promise<Row[]> {
  const network = await open(upstream, ledger);
  const { client } = network;
  try {
    // Load first: a service that has just started runs code that is not compiled yet.
    const loaded = await perSecond(() => client(1).chat(QUESTION));
    const direct = await median(SEQUENTIAL, () => ask(upstream, QUESTION));
    const chain = await median(SEQUENTIAL, () => client(1).chat(QUESTION));
    const name = ledger === 'memory' ? 'in-memory ledger' : 'durable ledger';
    const rows: Row[] = [
      { name: `small chat, ${name}: direct`, value: direct, unit: 'ms' },
      { name: `small chat, ${name}: whole chain, warm`, value: chain, unit: 'ms' },
      {
        name: `added latency, ${name}`,
        value: chain - direct,
        unit: 'ms',
        target: ledger === 'memory' ? '<= 5' : '<= 15',
      },
      {
        name: `${CONCURRENT} at once, ${name}, X-Wing`,
        value: loaded,
        unit: '/s',
        target: '>= 1,000',
      },
    ];
    if (ledger === 'memory') {
      rows.push({
        name: `${CONCURRENT} at once, ${name}, X25519 (suite 3)`,
        value: await perSecond(() => client(3).chat(QUESTION)),
        unit: '/s',
      });
      const plain = await together(() => ask(upstream, LONG));
      const sealed = await together(() => client(1).chat(LONG));
      rows.push(
        { name: `${STREAMS} paced streams: plain SSE`, value: plain, unit: 'ms' },
        { name: `${STREAMS} paced streams: whole chain`, value: sealed, unit: 'ms' },
        {
          name: 'paced streams: completion against plain SSE',
          value: (100 * plain) / sealed,
          unit: '%',
          target: '>= 90',
        },
      );
    }
    return rows;
  } finally {
    await network.stop();
  }
}

interface Network {
  proxy: string;
  proxyDir: string;
  proxyCommand: string;
  registryKey: string;
  signedRegistry: string;
  stop(): Promise<void>;
}

/** The same processes an operator starts, and one client per suite. */
async function open(upstream: string, ledger: string) {
  const network = await startQuietly({
    workers: 2,
    verbose: false,
    upstream,
    model: 'fake',
    ledger,
    slots: 64,
    classical: true,
  });
  try {
    return await connect(network);
  } catch (error) {
    await network.stop();
    throw error;
  }
}

/** The demo prints what it starts; here only measurements are printed. */
async function startQuietly(options: object): Promise<Network> {
  const { startNetwork } = await beside('../start-network.mjs');
  const write = process.stdout.write;
  process.stdout.write = () => true;
  try {
    return (await startNetwork?.(options)) as Network;
  } finally {
    process.stdout.write = write;
  }
}

async function connect(network: Network) {
  const accounts = await Promise.all(
    Array.from({ length: ACCOUNTS }, async () => (await createAccount()).account),
  );
  const { execFileSync } = await import('node:child_process');
  for (const { id } of accounts) {
    const credit = ['credit', '--dir', network.proxyDir, '--account', id, '--ton', '1000'];
    execFileSync(process.execPath, [network.proxyCommand, ...credit]);
  }
  const registry = await parseLocalRegistry(
    new TextEncoder().encode(network.signedRegistry),
    new Uint8Array(Buffer.from(network.registryKey, 'hex')),
  );
  const create = (account: Account, suite: 1 | 3) =>
    createCocoon({
      proxy: network.proxy,
      network: { registry, beacons: httpBeaconSource(registry.beaconUrl ?? '', fetch) },
      account,
      anchor: simulatedAnchor(simulatedRootDer()),
      policy: { suite, allowClassical: suite === 3, padding: 'fast' },
    });
  const clients = {
    1: accounts.map((account) => create(account, 1)),
    3: accounts.map((account) => create(account, 3)),
  };
  const all = Object.values(clients).flat();
  await Promise.all(all.map((cocoon) => cocoon.chat(QUESTION)));
  let turn = 0;
  return {
    client(suite: 1 | 3): Cocoon {
      const cocoon = clients[suite][turn++ % ACCOUNTS];
      if (cocoon === undefined) throw new TypeError('no client');
      return cocoon;
    },
    async stop() {
      for (const cocoon of all) cocoon.close();
      await network.stop();
    },
  };
}

/** The same question straight to the model server, read to its end. */
async function ask(upstream: string, body: object): Promise<void> {
  const response = await fetch(`${upstream}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, stream: true }),
  });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`upstream answered ${response.status}`);
}

async function median(rounds: number, task: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // A person pauses between two messages; the client uses the time to make its next key exchanges.
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const start = performance.now();
    await task();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}

/** Closed loops of so many callers for some seconds; a refusal would end the run. */
async function perSecond(task: () => Promise<unknown>): Promise<number> {
  let done = 0;
  const start = performance.now();
  const caller = async (): Promise<void> => {
    while (performance.now() - start < LOAD_MS) {
      await task();
      done++;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, caller));
  return (1000 * done) / (performance.now() - start);
}

async function together(task: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await Promise.all(Array.from({ length: STREAMS }, task));
  return performance.now() - start;
}
