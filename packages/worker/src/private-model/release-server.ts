// How does an owner reach a waiting worker? Two HTTP routes, open to anybody: evidence is public, and a release fits one machine (PROTOCOL.md §17.4).
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CocoonError } from '@cocoonkit/sdk/errors';
import { workerError } from '../worker-error.js';
import type { ListenAddress } from './listen-address.js';
import type { KeyDesk } from './wait-for-key.js';

const MAX_RELEASE_BYTES = 4_096;
const MAX_CONNECTIONS = 32;
const PATIENCE_MS = 10_000;
/** Answers on their way when the key has come get this long. */
const LAST_MS = 1_000;

/** Serves until `signal`; returns the address. @throws CocoonError `MODEL_LISTEN_FAILED` */
export async function startReleaseServer(
  desk: KeyDesk,
  { host, port }: ListenAddress,
  signal: AbortSignal,
): Promise<string> {
  const server = createServer((request, response) => {
    response.setHeader('connection', 'close');
    response.setHeader('cache-control', 'no-store');
    answer(desk, request, response).catch(() => response.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.headersTimeout = PATIENCE_MS;
  server.requestTimeout = PATIENCE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(listenFailed()));
    server.listen({ host, port }, resolve);
  });
  // A failed connection is its peer's affair.
  server.on('error', () => undefined);
  signal.addEventListener(
    'abort',
    () => {
      server.close();
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), LAST_MS).unref();
    },
    { once: true },
  );
  const bound = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`;
}

async function answer(desk: KeyDesk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url } = request;
  if (method === 'GET' && url === '/v1/evidence') {
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(desk.evidence());
    return;
  }
  if (method !== 'POST' || url !== '/v1/model-release') {
    response.writeHead(404).end();
    return;
  }
  const release = await readUpTo(request);
  if (release === undefined) {
    response.writeHead(413).end();
    return;
  }
  try {
    await desk.offer(release);
    json(response, 200, { accepted: true });
  } catch (error) {
    if (!(error instanceof CocoonError)) throw error;
    json(response, error.code === 'WORKER_BUSY' ? 503 : 422, { code: error.code });
  }
}

async function readUpTo(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_RELEASE_BYTES) return undefined;
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function listenFailed(): CocoonError {
  return workerError({
    code: 'MODEL_LISTEN_FAILED',
    message: 'The address for the release of the model’s key cannot be used.',
    remedy: 'Check --model-release-listen: a free port of an address of this machine.',
  });
}
