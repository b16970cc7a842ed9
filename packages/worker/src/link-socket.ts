// How do whole messages travel over one WebSocket, with bounded queues on both ends?
import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import { LIMITS } from '@cocoonkit/sdk/protocol';
import { WebSocket } from 'ws';
import { workerError } from './worker-error.js';

/** Messages received but not looked at; above it the socket is not read. */
const MAX_QUEUED_MESSAGES = 256;
/** Bytes the peer has not read; above it the peer counts as gone. */
const MAX_UNSENT_BYTES = 16 * 1024 * 1024;
/** Time for the closing handshake before the socket is cut. */
const CLOSE_MS = 2_000;

export interface LinkSocket {
  /** Fires when nothing more can be sent. */
  readonly closed: AbortSignal;
  /** Hands the message over in the order of calls; resolves when the kernel has it. Never rejects: see `closed`. */
  send(message: Uint8Array): Promise<void>;
  /** The next message, or undefined when the socket is closed. One caller at a time. */
  receive(): Promise<Uint8Array | undefined>;
  close(): void;
}

/** @throws CocoonError `PROXY_UNREACHABLE` */
export async function connectSocket(
  url: string,
  options: { timeoutMs: number; signal: AbortSignal },
): Promise<LinkSocket> {
  const socket = new WebSocket(url, {
    handshakeTimeout: options.timeoutMs,
    maxPayload: LIMITS.linkMessageBytes,
    perMessageDeflate: false,
    followRedirects: false,
  });
  // Attached before the socket opens: the peer may speak at once.
  const link = wrap(socket);
  const stop = (): void => socket.terminate();
  options.signal.addEventListener('abort', stop, { once: true });
  if (options.signal.aborted) stop();
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('close', () => reject(unreachable()));
    });
    return link;
  } finally {
    options.signal.removeEventListener('abort', stop);
  }
}

function wrap(socket: WebSocket): LinkSocket {
  const closed = new AbortController();
  // Every answer on its way waits for this signal: as many as there are slots, and that is no leak.
  setMaxListeners(0, closed.signal);
  const queue: Uint8Array[] = [];
  let waiting: ((message: Uint8Array | undefined) => void) | undefined;
  let carrier: Socket | undefined;
  let corked = false;

  const end = (): void => {
    closed.abort();
    waiting?.(undefined);
    waiting = undefined;
  };
  // The frames of a short answer, its end and its receipt are ready in one turn: a single write to the kernel instead of one each.
  const cork = (): void => {
    if (corked || carrier === undefined) return;
    const held = carrier;
    corked = true;
    held.cork();
    process.nextTick(() => {
      corked = false;
      held.uncork();
    });
  };
  socket.on('upgrade', (response) => {
    carrier = response.socket;
  });
  socket.on('message', (data, isBinary) => {
    if (!isBinary || !Buffer.isBuffer(data)) {
      socket.terminate();
      return;
    }
    if (waiting !== undefined) {
      waiting(data);
      waiting = undefined;
      return;
    }
    queue.push(data);
    if (queue.length >= MAX_QUEUED_MESSAGES) socket.pause();
  });
  socket.on('close', end);
  // The reason follows as `close`; its text may hold an address and is not needed.
  socket.on('error', () => socket.terminate());

  return {
    closed: closed.signal,
    send(message) {
      if (socket.readyState !== WebSocket.OPEN) return Promise.resolve();
      if (socket.bufferedAmount > MAX_UNSENT_BYTES) {
        socket.terminate();
        return Promise.resolve();
      }
      cork();
      return new Promise((resolve) => socket.send(message, { binary: true }, () => resolve()));
    },
    receive() {
      const message = queue.shift();
      if (message !== undefined) {
        if (socket.isPaused) socket.resume();
        return Promise.resolve(message);
      }
      if (closed.signal.aborted) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        waiting = resolve;
      });
    },
    close() {
      end();
      socket.close();
      setTimeout(() => socket.terminate(), CLOSE_MS).unref();
    },
  };
}

function unreachable(): Error {
  return workerError({
    kind: 'network',
    code: 'PROXY_UNREACHABLE',
    message: 'The proxy does not answer.',
    remedy: 'Check the address given with --proxy and that the proxy runs; the worker keeps trying.',
  });
}
