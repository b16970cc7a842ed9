// An attacker between client and proxy: relays HTTP and changes what it is told to.
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Meddling {
  /** Changes the body of a message to the proxy; undefined leaves it. */
  request?: ((path: string, body: Buffer) => Buffer | undefined) | undefined;
  /** Changes what comes back. */
  response?: ((path: string, body: Buffer) => Buffer | undefined) | undefined;
}

/** `meddle` may be replaced at any time; an empty one relays faithfully. */
export async function startRelay(proxy: string) {
  const target = new URL(proxy);
  const relay: { meddle: Meddling; url: string; stop(): Promise<void> } = {
    meddle: {},
    url: '',
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const server = createServer((incoming, outgoing) => {
    void forward(incoming, outgoing).catch(() => outgoing.destroy());
  });
  async function forward(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const path = incoming.url ?? '/';
    const sent = await readAll(incoming);
    const body = relay.meddle.request?.(path, Buffer.from(sent)) ?? sent;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const call = httpRequest(
        {
          host: target.hostname,
          port: target.port,
          path,
          method: incoming.method ?? 'GET',
          headers: { 'content-length': body.length },
        },
        resolve,
      );
      call.on('error', reject);
      call.end(body);
    });
    const received = await readAll(answer);
    const changed = relay.meddle.response?.(path, Buffer.from(received)) ?? received;
    outgoing.writeHead(answer.statusCode ?? 502, { 'access-control-allow-origin': '*' });
    outgoing.end(changed);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  relay.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return relay;
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/** The same bytes with one bit turned, at a fraction of the length. */
export function flipAt(body: Buffer, fraction: number): Buffer {
  const at = Math.min(body.length - 1, Math.floor(body.length * fraction));
  body[at] = (body[at] ?? 0) ^ 1;
  return body;
}
