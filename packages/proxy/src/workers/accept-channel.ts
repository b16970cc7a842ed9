// How does a WebSocket become a channel? Both sides prove their keys before anything else is said (PROTOCOL.md §11.1).
import type { Duplex } from 'node:stream';
import { decodeLinkMessage, type EvidenceBundle, LIMITS } from '@cocoonkit/sdk/protocol';
import { acceptWorkerLink, type VerifiedMachine } from '@cocoonkit/sdk/seal/envelope';
import type { WebSocket } from 'ws';
import type { Epoch } from '../identity.js';
import { refusal } from '../refusal.js';
import { type ChannelEvents, WorkerChannel } from './worker-channel.js';

/** Messages a worker may have sent ahead of the handshake's next step. */
const AHEAD_MAX = 64;
const SEALED_SECRET_BYTES = 1_168;

export interface AcceptOptions {
  socket: WebSocket;
  /** What carries the WebSocket. */
  carrier: Duplex;
  epoch: Epoch;
  audience: string;
  random: (length: number) => Uint8Array;
  verify: (bundle: EvidenceBundle) => Promise<VerifiedMachine>;
  events: ChannelEvents;
  now: () => Date;
  /** Awaited before each key operation: when thousands of workers come back at once, answers still flow between two of them. */
  turn: () => Promise<void>;
}

/** @throws CocoonError or TypeError; the caller closes the socket. Takes at most `LIMITS.handshakeMs`. */
export async function acceptChannel(options: AcceptOptions): Promise<WorkerChannel> {
  const { socket, carrier, epoch, audience, random, verify, events, now, turn } = options;
  const inbox = new Inbox(socket);
  const hello = await inbox.next();
  await turn();
  const link = await acceptWorkerLink({
    keys: epoch.keys,
    digest: epoch.digest,
    evidence: epoch.bundle,
    audience,
    random,
    hello,
    verify,
  });
  const claims = link.worker.manifest.worker;
  if (claims === undefined) throw refusal('MALFORMED', 'The machine makes no claims of a worker.');
  socket.send(link.hello);
  const key = await inbox.next();
  if (key.length !== SEALED_SECRET_BYTES) throw refusal('MALFORMED', 'The sealed secret has a wrong length.');
  await turn();
  const sealed = await link.finish(key);
  socket.send(await sealed.sealControl({ type: 'ready' }));
  const message = decodeLinkMessage(await inbox.next());
  if (message.kind !== 'control') throw refusal('MALFORMED', 'Data before the channel was ready.');
  const ready = await sealed.openControl(message.sealed);
  if (ready.type !== 'ready') throw refusal('MALFORMED', 'The channel starts without ready.');
  const channel = new WorkerChannel({
    socket,
    carrier,
    link: sealed,
    worker: link.worker,
    claims,
    epoch,
    slots: ready.slots ?? 1,
    events,
    now,
  });
  inbox.handOver((bytes) => channel.receive(bytes));
  return channel;
}

/** Messages in order, asked for one by one and then handed to the channel without a gap. */
class Inbox {
  readonly #socket: WebSocket;
  readonly #ahead: Uint8Array[] = [];
  #sink: ((bytes: Uint8Array) => void) | undefined;
  #wake: (() => void) | undefined;
  #closed = false;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data, isBinary) => this.#take(data, isBinary));
    socket.on('close', () => this.#end());
    socket.on('error', () => this.#end());
    setTimeout(() => {
      if (this.#sink === undefined) this.#end();
    }, LIMITS.handshakeMs).unref();
  }

  async next(): Promise<Uint8Array> {
    while (this.#ahead.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const message = this.#ahead.shift();
    if (message === undefined) throw refusal('MALFORMED', 'The handshake did not finish.');
    return message;
  }

  handOver(sink: (bytes: Uint8Array) => void): void {
    if (this.#closed) throw refusal('MALFORMED', 'The handshake took too long.');
    this.#sink = sink;
    for (const message of this.#ahead.splice(0)) sink(message);
  }

  #take(data: unknown, isBinary: boolean): void {
    if (!isBinary || !(data instanceof Uint8Array)) this.#socket.close(1003);
    else if (this.#sink !== undefined) this.#sink(data);
    else if (this.#closed || this.#ahead.push(data) > AHEAD_MAX) this.#end();
    else this.#wake?.();
  }

  #end(): void {
    this.#closed = true;
    this.#wake?.();
  }
}
