// How does a worker get a channel on which both ends have proven their quoted keys? (PROTOCOL.md §11.1)
import { decodeLinkMessage, type EvidenceBundle, type LinkControl } from '@cocoonkit/sdk/protocol';
import { type LinkChannel, type Random, startWorkerLink, type VerifiedMachine } from '@cocoonkit/sdk/seal';
import { connectSocket, type LinkSocket } from './link-socket.js';
import type { Epoch } from './make-epoch.js';
import { workerError } from './worker-error.js';

export interface OpenChannelOptions {
  /** Address of the proxy's worker route, `ws(s)://…/v1/worker`. */
  url: string;
  epoch: Epoch;
  /** @throws whatever makes the proxy unacceptable */
  verify: (bundle: EvidenceBundle) => Promise<VerifiedMachine>;
  /** What the worker says when it is ready. */
  ready: () => Pick<LinkControl, 'slots' | 'running'>;
  random: Random;
  timeoutMs: number;
  signal: AbortSignal;
}

export interface ProvenLink {
  socket: LinkSocket;
  link: LinkChannel;
  proxy: VerifiedMachine;
}

/**
 * @throws CocoonError `PROXY_UNREACHABLE`, `HANDSHAKE_CLOSED`, `LINK_NOT_BOUND`, `MALFORMED`, and the codes of `verify`
 */
export async function openChannel(options: OpenChannelOptions): Promise<ProvenLink> {
  const { signal, timeoutMs } = options;
  const socket = await connectSocket(options.url, { timeoutMs, signal });
  const stop = (): void => socket.close();
  const timer = setTimeout(stop, timeoutMs);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await shakeHands(socket, options);
  } catch (error) {
    socket.close();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

async function shakeHands(socket: LinkSocket, options: OpenChannelOptions): Promise<ProvenLink> {
  const { keys, evidence } = options.epoch;
  const start = startWorkerLink({ keys, evidence, random: options.random });
  await socket.send(start.hello);
  const { key, link, proxy } = await start.finish(await next(socket), options.verify);
  await socket.send(key);
  await socket.send(await link.sealControl({ type: 'ready', ...options.ready() }));
  const answer = decodeLinkMessage(await next(socket));
  if (answer.kind !== 'control') throw notReady();
  const control = await link.openControl(answer.sealed);
  if (control.type !== 'ready') throw notReady();
  if (socket.closed.aborted) throw handshakeClosed();
  return { socket, link, proxy };
}

async function next(socket: LinkSocket): Promise<Uint8Array> {
  const message = await socket.receive();
  if (message === undefined) throw handshakeClosed();
  return message;
}

function handshakeClosed(): Error {
  return workerError({
    kind: 'network',
    code: 'HANDSHAKE_CLOSED',
    message: 'The proxy ended the connection, or went silent, before both sides had proven themselves.',
    remedy: 'Look into the proxy’s log: it may not accept this worker’s measurement, keys or registry.',
  });
}

function notReady(): Error {
  return workerError({
    kind: 'protocol',
    code: 'LINK_PROTOCOL',
    message: 'The proxy did not say that it is ready.',
    remedy: 'Use a proxy that speaks this protocol version.',
  });
}
