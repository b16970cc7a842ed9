// How does the bot reach the emulator? Plain HTTP on a loopback port: /bot<token>/<method> and /file/bot<token>/<path>.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ApiFailure } from '../api/api-failure.js';
import { ConnectionCut, runCall } from '../api/run-call.js';
import { MAX_DOWNLOAD_BYTES } from '../state/file-store.js';
import type { World } from '../state/world.js';
import { readRequest } from './read-request.js';

/** Longer than any test waits. */
const IDLE_LIMIT_MS = 3_600_000;

export interface ServerState {
  /** Calls being answered, polling left out. */
  running: number;
}

export function createApiServer(world: World, state: ServerState): Server {
  const server = createServer((request, response) => {
    answer(world, state, request, response).catch((error: unknown) => {
      if (error instanceof ConnectionCut) response.destroy();
      else
        send(response, 500, {
          ok: false,
          error_code: 500,
          description: `Internal Server Error: ${String(error)}`,
        });
    });
  });
  // A slow test machine must not lose a call to a connection that was closed for being idle.
  server.keepAliveTimeout = IDLE_LIMIT_MS;
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  return server;
}

async function answer(
  world: World,
  state: ServerState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const match = /^\/(file\/)?bot([^/]+)\/(?:test\/)?(.*)$/.exec(decodeURIComponent(url.pathname));
  if (match === null) return send(response, 404, { ok: false, error_code: 404, description: 'Not Found' });
  const [, file, token, rest = ''] = match;
  if (token !== world.token) {
    const failure = new ApiFailure(
      /^\d+:[\w-]+$/.test(token ?? '') ? 401 : 404,
      /^\d+:[\w-]+$/.test(token ?? '') ? 'Unauthorized' : 'Not Found',
    );
    request.resume();
    return refuse(response, failure);
  }
  if (file !== undefined) return sendFile(world, rest, response);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const counted = rest !== 'getUpdates';
  if (counted) state.running++;
  try {
    const { values, files } = await readRequest(request, url.searchParams);
    const result = await runCall(world, { method: rest, values, files }, gone.signal);
    send(response, 200, { ok: true, result });
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    refuse(response, error);
  } finally {
    if (counted) state.running--;
    world.changed();
  }
}

function refuse(response: ServerResponse, { code, message, parameters }: ApiFailure): void {
  send(response, code, {
    ok: false,
    error_code: code,
    description: message,
    ...(parameters === undefined ? {} : { parameters }),
  });
}

function send(response: ServerResponse, code: number, body: unknown): void {
  if (response.headersSent) return;
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function sendFile(world: World, path: string, response: ServerResponse): void {
  const found = world.files.byPath(path);
  if (found === undefined || found.size > MAX_DOWNLOAD_BYTES) {
    send(response, 404, { ok: false, error_code: 404, description: 'Not Found' });
    return;
  }
  response
    .writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': found.bytes.length })
    .end(found.bytes);
}
