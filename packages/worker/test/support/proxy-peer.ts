// The proxy's end of worker channels, on a real WebSocket server. It relays nothing: tests play the rest of the proxy.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyMachine } from '@cocoonkit/sdk/attestation';
import { decodeLinkMessage, encodeLinkMessage, LIMITS, type LinkControl } from '@cocoonkit/sdk/protocol';
import { acceptWorkerLink, type LinkChannel, type VerifiedMachine } from '@cocoonkit/sdk/seal';
import { type WebSocket, WebSocketServer } from 'ws';
import { type LocalNetwork, type Machine, random } from './local-network.js';

export const AUDIENCE = `local:${'ab'.repeat(16)}`;

export interface PeerChannel {
  worker: VerifiedMachine;
  machine: Machine;
  send(control: LinkControl): Promise<void>;
  sendData(stream: number, bytes: Uint8Array): void;
  /** The first control message, past or future, that `wanted` accepts and nobody took; undefined when the channel closed. */
  take(wanted: (control: LinkControl) => boolean): Promise<LinkControl | undefined>;
  /** Whether such a message has arrived and was not taken. */
  has(wanted: (control: LinkControl) => boolean): boolean;
  /** Everything that arrived on a stream so far, and a wait for more. */
  stream(number: number): PeerStream;
  nextStream(): number;
  readonly closed: Promise<void>;
  /** Cuts the connection without a word. */
  cut(): void;
  socket: WebSocket;
}

export interface PeerStream {
  chunks: Uint8Array[];
  /** Bytes received. */
  bytes: number;
  /** Gives credit for what arrives; on by default. */
  credit: boolean;
  changed(): Promise<void>;
}

export interface ProxyPeer {
  url: string;
  port: number;
  machine: Machine;
  /** The next channel that finished its handshake. */
  accept(): Promise<PeerChannel>;
  /** Codes of handshakes that failed on this side. */
  failures: unknown[];
  close(): Promise<void>;
}

export async function startProxyPeer(
  network: LocalNetwork,
  machine: Machine,
  options: {
    port?: number;
    /** Changes what the worker gets as the proxy's hello. */
    tamperHello?: (hello: Uint8Array) => Uint8Array | Promise<Uint8Array>;
    /** Changes the worker's third message before it is opened. */
    tamperKey?: (key: Uint8Array) => Uint8Array;
  } = {},
): Promise<ProxyPeer> {
  const server = createServer();
  const sockets = new WebSocketServer({ server, path: '/v1/worker', maxPayload: LIMITS.linkMessageBytes });
  const ready: PeerChannel[] = [];
  const waiting: ((channel: PeerChannel) => void)[] = [];
  const failures: unknown[] = [];
  sockets.on('connection', (socket) => {
    accept(socket).then(
      (channel) => {
        const wake = waiting.shift();
        if (wake === undefined) ready.push(channel);
        else wake(channel);
      },
      (error: unknown) => {
        failures.push(error);
        socket.terminate();
      },
    );
  });

  async function accept(socket: WebSocket): Promise<PeerChannel> {
    const inbox = queueOf(socket);
    const link = await acceptWorkerLink({
      keys: machine.keys,
      digest: machine.digest,
      evidence: machine.evidence,
      audience: AUDIENCE,
      random,
      hello: await inbox.next(),
      verify: async (bundle) => {
        const [evidence] = bundle.machines;
        const [collateral] = bundle.collaterals;
        if (evidence === undefined || collateral === undefined) throw new TypeError('empty bundle');
        return verifyMachine(
          { ...evidence, collateral },
          {
            role: 'worker',
            registry: network.registry,
            now: new Date(),
            anchor: network.anchor,
            beacons: network.beacons,
          },
        );
      },
    });
    socket.send((await options.tamperHello?.(link.hello)) ?? link.hello);
    const key = await inbox.next();
    const channel = await link.finish(options.tamperKey?.(key) ?? key);
    socket.send(await channel.sealControl({ type: 'ready' }));
    return peerChannel({ socket, inbox, link: channel, worker: link.worker, machine });
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    machine,
    failures,
    accept: () => {
      const channel = ready.shift();
      return channel === undefined
        ? new Promise((resolve) => waiting.push(resolve))
        : Promise.resolve(channel);
    },
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface Inbox {
  next(): Promise<Uint8Array>;
}

function queueOf(socket: WebSocket): Inbox {
  const queue: Uint8Array[] = [];
  let wake: (() => void) | undefined;
  socket.on('message', (data) => {
    queue.push(new Uint8Array(data as Buffer));
    wake?.();
  });
  socket.on('close', () => wake?.());
  return {
    async next() {
      for (;;) {
        const message = queue.shift();
        if (message !== undefined) return message;
        if (socket.readyState === socket.CLOSED) throw new Error('closed');
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

function peerChannel(options: {
  socket: WebSocket;
  inbox: Inbox;
  link: LinkChannel;
  worker: VerifiedMachine;
  machine: Machine;
}): PeerChannel {
  const { socket, inbox, link, worker, machine } = options;
  const controls: LinkControl[] = [];
  const streams = new Map<number, PeerStream & { wake: Set<() => void> }>();
  const wakers = new Set<() => void>();
  let open = true;
  let tail = Promise.resolve();
  let lastStream = 0;

  const send = (control: LinkControl): Promise<void> => {
    tail = tail.then(async () => socket.send(await link.sealControl(control)));
    return tail;
  };
  const streamOf = (number: number) => {
    const known = streams.get(number);
    if (known !== undefined) return known;
    const wake = new Set<() => void>();
    const stream = {
      chunks: [] as Uint8Array[],
      bytes: 0,
      credit: true,
      wake,
      changed: () => new Promise<void>((resolve) => wake.add(resolve)),
    };
    streams.set(number, stream);
    return stream;
  };
  const wakeAll = (set: Set<() => void>): void => {
    const all = [...set];
    set.clear();
    for (const wake of all) wake();
  };
  const closed = (async () => {
    try {
      for (;;) {
        const message = decodeLinkMessage(await inbox.next());
        if (message.kind === 'control') {
          const control = await link.openControl(message.sealed);
          if (control.type === 'ping') await send({ type: 'pong' });
          controls.push(control);
          if (control.type === 'end') wakeAll(streamOf(control.stream ?? 0).wake);
          wakeAll(wakers);
        } else {
          const stream = streamOf(message.stream);
          stream.chunks.push(message.bytes);
          stream.bytes += message.bytes.length;
          if (stream.credit)
            await send({ type: 'credit', stream: message.stream, credit: message.bytes.length });
          wakeAll(stream.wake);
        }
      }
    } catch {
      open = false;
      socket.terminate();
      wakeAll(wakers);
      for (const stream of streams.values()) wakeAll(stream.wake);
    }
  })();

  return {
    worker,
    machine,
    socket,
    send,
    sendData: (stream, bytes) => {
      tail = tail.then(() => socket.send(encodeLinkMessage({ kind: 'data', stream, bytes })));
    },
    async take(wanted) {
      for (;;) {
        const index = controls.findIndex(wanted);
        if (index >= 0) return controls.splice(index, 1)[0];
        if (!open) return undefined;
        await new Promise<void>((resolve) => wakers.add(resolve));
      }
    },
    has: (wanted) => controls.some(wanted),
    stream: streamOf,
    nextStream: () => ++lastStream,
    closed,
    cut: () => socket.terminate(),
  };
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
