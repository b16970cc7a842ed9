// GET /v1/worker (upgrade): where workers connect. Bounded before, during and after the handshake.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { createCollateralCache } from '@cocoonkit/sdk/attestation';
import { CocoonError } from '@cocoonkit/sdk/errors';
import { LIMITS } from '@cocoonkit/sdk/protocol';
import type { SimulatedAnchor } from '@cocoonkit/sdk/unsafe';
import { type WebSocket, WebSocketServer } from 'ws';
import { EventLoopTurns } from '../event-loop-turns.js';
import { endUncharged } from '../forward/forward-request.js';
import { SharedBytes } from '../network/shared-bytes.js';
import { verifyWorker } from '../network/verify-worker.js';
import type { ProxyParts } from '../proxy-parts.js';
import { settleReceipt } from '../requests/settle-receipt.js';
import { acceptChannel } from '../workers/accept-channel.js';
import type { ChannelEvents } from '../workers/worker-channel.js';

/** Workers refresh their collateral at different times. */
const COLLATERAL_SPREAD_MS = 7 * 86_400_000;

/** Hands upgrades of this one address to the WebSocket server and refuses all others. */
export function serveWorkers(
  server: Server,
  parts: ProxyParts,
  anchor: SimulatedAnchor | undefined,
): () => void {
  // Ciphertext does not compress, and compression would leak lengths.
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: LIMITS.linkMessageBytes,
    clientTracking: true,
  });
  // Workers reconnect in numbers after a restart: each then costs one signature instead of nine.
  const cache = createCollateralCache({ rollbackToleranceMs: COLLATERAL_SPREAD_MS });
  const shared = new SharedBytes();
  const turns = new EventLoopTurns();
  let handshakes = 0;
  const events = channelEvents(parts);

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const address = request.socket.remoteAddress ?? 'unknown';
    if (request.url !== '/v1/worker') return reject(socket, '404 Not Found');
    if (parts.state.draining) return reject(socket, '503 Service Unavailable');
    const full = parts.workers.size >= parts.limits.workers || handshakes >= parts.limits.handshakes;
    if (full || !parts.buckets.take(address)) return reject(socket, '429 Too Many Requests');
    sockets.handleUpgrade(request, socket, head, (worker) => void accept(worker, socket));
  });

  async function accept(socket: WebSocket, carrier: Duplex): Promise<void> {
    handshakes++;
    const { audience, random, now, identity, registry } = parts;
    try {
      const channel = await acceptChannel({
        socket,
        carrier,
        epoch: identity.current(),
        audience,
        random,
        now,
        events,
        turn: () => turns.next(),
        verify: (bundle) =>
          verifyWorker(bundle, {
            registry: registry.current(),
            beacons: registry.beacons,
            anchor,
            cache,
            shared,
            now: now(),
          }),
      });
      if (channel.closed) return;
      parts.workers.add(channel);
      if (parts.state.draining) channel.drain();
      const { model } = channel.claims;
      parts.log('info', { event: 'worker-connected', model, machine: channel.digest.slice(0, 16) });
    } catch (error) {
      parts.log('warn', {
        event: 'worker-refused',
        code: error instanceof CocoonError ? error.code : 'MALFORMED',
      });
      socket.close(1008);
      setTimeout(() => socket.terminate(), 1_000).unref();
    } finally {
      handshakes--;
    }
  }
  return () => {
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
  };
}

function channelEvents(parts: ProxyParts): ChannelEvents {
  return {
    receipt: (channel, control) => settleReceipt(channel, control, parts),
    revoked(channel, coreHash) {
      const request = parts.requests.findByKey(coreHash);
      if (request?.workerDigest === channel.digest) void endUncharged(request, 'cancelled', parts);
    },
    closed(channel, violation) {
      parts.workers.remove(channel);
      if (violation) parts.workers.reputation(channel.digest).record('failed', parts.now().getTime());
      const outcome = violation ? 'violation' : 'closed';
      parts.log('info', { event: 'worker-gone', outcome, machine: channel.digest.slice(0, 16) });
    },
  };
}

function reject(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
