// How is the local chain reached? Over HTTP as toncenter's API v2 is, plus a faucet and a clock for this machine only.
import { createServer } from 'node:http';
import { CocoonError } from '@cocoonkit/sdk/errors';
import { getRequestListener } from '@hono/node-server';
import { closeServer, listen } from '../http/listen.js';
import { createApi } from './create-api.js';
import { LocalChain, type LocalChainOptions } from './local-chain.js';

const TICK_MS = 1_000;
const MAX_CONNECTIONS = 1_024;

export interface DevnetOptions extends LocalChainOptions {
  /** Default 127.0.0.1. Faucet and clock answer this machine only, whatever the address. */
  readonly host?: string | undefined;
  /** Default 0, any. */
  readonly port?: number | undefined;
  /** Milliseconds between blocks, default 1000; 0: only messages, faucet and clock make blocks. */
  readonly tickMs?: number | undefined;
}

export interface RunningDevnet {
  readonly url: string;
  /** For `new TonClient({ endpoint })`. */
  readonly endpoint: string;
  readonly chain: LocalChain;
  stop(): Promise<void>;
}

/** A chain in memory: it begins empty and ends with `stop`. @throws CocoonError `SANDBOX_MISSING`, `DEVNET_PORT_INVALID` */
export async function startDevnet(options: DevnetOptions): Promise<RunningDevnet> {
  const { host = '127.0.0.1', port = 0, tickMs = TICK_MS } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new CocoonError({
      kind: 'config',
      code: 'DEVNET_PORT_INVALID',
      message: 'The port is no number from 0 to 65535.',
      remedy: 'Name a free port, or 0 for any.',
    });
  const chain = await LocalChain.open(options);
  const server = createServer(
    { maxHeaderSize: 8_192, headersTimeout: 10_000, requestTimeout: 10_000 },
    getRequestListener(createApi(chain).fetch, { overrideGlobalObjects: false }),
  );
  server.maxConnections = MAX_CONNECTIONS;
  const url = await listen(server, host, port);
  // A tick that finds the queue full is left out: the next one comes.
  const timer =
    tickMs === 0 ? undefined : setInterval(() => void chain.tick().catch(() => undefined), tickMs);
  return {
    url,
    endpoint: `${url}/api/v2/jsonRPC`,
    chain,
    async stop() {
      clearInterval(timer);
      await closeServer(server);
    },
  };
}
