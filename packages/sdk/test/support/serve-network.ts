// The in-memory network behind a real socket, for what only real HTTP can show.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MemoryNetwork } from '../../src/testing/index.js';

export interface ServedNetwork {
  url: string;
  close(): Promise<void>;
}

/** `extra` answers other paths, for example a registry snapshot. */
export async function serveNetwork(
  network: MemoryNetwork,
  extra: Readonly<Record<string, string>> = {},
): Promise<ServedNetwork> {
  const server = createServer(async (request, response) => {
    const path = request.url ?? '/';
    const text = extra[path];
    if (text !== undefined) {
      response.end(text);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const answer = await network.fetch(`http://memory.invalid${path}`, {
      method: request.method ?? 'GET',
      signal: gone.signal,
      ...(request.method === 'POST' ? { body: Buffer.concat(chunks) } : {}),
    });
    response.writeHead(answer.status, { 'content-type': 'application/octet-stream' });
    try {
      for await (const chunk of answer.body ?? []) {
        if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve));
      }
      response.end();
    } catch {
      response.destroy();
    }
  });
  return listen(server);
}

export async function listen(server: Server): Promise<ServedNetwork> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
