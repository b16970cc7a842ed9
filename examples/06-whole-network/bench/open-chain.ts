// Which processes are measured? The ones an operator starts, and the load in processes of its own.
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createAccount } from '@cocoonkit/sdk';

const LOADERS = 2;
/** Of each process. An account may run 32 requests at once, and one runs until its bill is charged. */
const ACCOUNTS = 4;

interface Network {
  proxy: string;
  proxyDir: string;
  proxyCommand: string;
  registryKey: string;
  signedRegistry: string;
  pids: Record<string, number>;
  stop(): Promise<void>;
}

/** Sends a task to one process of clients and waits for what it says. */
export type Loader = (task: string, options: object) => Promise<Record<string, unknown>>;

export interface Chain {
  readonly loaders: readonly Loader[];
  /** Process ids by role. */
  readonly roles: Readonly<Record<string, readonly number[]>>;
  /** New clients of one suite in every process of clients, each past its first answer. */
  open(suite: 1 | 3): Promise<void>;
  stop(): Promise<void>;
}

// Addressed at run time: the compiled benchmark does not contain the examples' own files.
const beside = (path: string): Promise<Record<string, (...args: unknown[]) => unknown>> =>
  import(new URL(path, import.meta.url).href);

export async function startUpstream(): Promise<{ url: string; pid: number; stop(): Promise<void> }> {
  const { startService } = await beside('../start-service.mjs');
  const script = new URL('../../../packages/worker/test-support/upstream/upstream.mjs', import.meta.url);
  const service = startService?.('upstream', script.pathname, []) as {
    listening: Promise<{ url: string }>;
    pid: number;
    stop(): Promise<void>;
  };
  const { url } = await service.listening;
  return { url, pid: service.pid, stop: () => service.stop() };
}

export async function openChain(options: {
  upstream: { url: string; pid: number };
  ledger: 'memory' | 'sqlite';
  question: object;
}): Promise<Chain> {
  const { upstream, ledger, question } = options;
  const network = await startQuietly({
    workers: 2,
    verbose: false,
    upstream: upstream.url,
    model: 'fake',
    ledger,
    slots: 64,
    classical: true,
    // All clients share one address here, which the rate limit would take for one client.
    limits: ['addressRate=100000', 'addressBurst=100000'],
  });
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const child of children) child.disconnect();
    await network.stop();
  };
  try {
    const loaders: Loader[] = [];
    const seeds: string[][] = [];
    for (let i = 0; i < LOADERS; i++) {
      const child = fork(new URL('./loader.mjs', import.meta.url));
      children.push(child);
      loaders.push(loaderOf(child));
      seeds.push(await fundedSeeds(network));
    }
    const of = (name: string): number[] =>
      Object.entries(network.pids).flatMap(([key, pid]) => (key.startsWith(name) ? [pid] : []));
    return {
      loaders,
      roles: {
        clients: children.flatMap(({ pid }) => pid ?? []),
        proxy: of('proxy'),
        workers: of('worker'),
        upstream: [upstream.pid],
      },
      async open(suite) {
        const { proxy, signedRegistry, registryKey } = network;
        const common = { proxy, signedRegistry, registryKey, suite, question };
        await Promise.all(loaders.map((loader, i) => loader('open', { ...common, seeds: seeds[i] })));
      },
      stop,
    };
  } catch (error) {
    await stop();
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

function loaderOf(child: ChildProcess): Loader {
  return async (task, options) => {
    child.send({ task, ...options });
    const [{ result, error }] = await once(child, 'message');
    if (error !== undefined) throw new Error(`a client failed: ${error}`);
    return result;
  };
}

async function fundedSeeds({ proxyDir, proxyCommand }: Network): Promise<string[]> {
  const seeds: string[] = [];
  for (let i = 0; i < ACCOUNTS; i++) {
    const { account, seed } = await createAccount({
      random: (length) => new Uint8Array(randomBytes(length)),
    });
    execFileSync(process.execPath, [
      proxyCommand,
      'credit',
      ...['--dir', proxyDir, '--account', account.id, '--ton', '1000'],
    ]);
    seeds.push(Buffer.from(seed).toString('hex'));
  }
  return seeds;
}
