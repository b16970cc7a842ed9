// What is said on an open channel to one worker? PROTOCOL.md §11.2, from the proxy's side; a bad message ends this channel and no other.
import type { Duplex } from 'node:stream';
import {
  decodeLinkMessage,
  encodeLinkMessage,
  LIMITS,
  type LinkControl,
  type WorkerClaims,
} from '@cocoonkit/sdk/protocol';
import type { LinkChannel, VerifiedMachine } from '@cocoonkit/sdk/seal/envelope';
import { WebSocket } from 'ws';
import { sha256 } from '../equal-secret.js';
import { toHex } from '../hex.js';
import type { Epoch } from '../identity.js';
import { type StreamHandlers, WorkerStream } from './worker-stream.js';

/** Control messages waiting to be opened. */
const INBOX_MAX = 4_096;
/** Bytes waiting in the socket before senders of bodies have to wait; control messages are small and never wait. */
const SOCKET_HIGH_WATER = 1024 * 1024;
/** A worker that does not read even this much behind is dead weight. */
const SOCKET_MAX = 64 * 1024 * 1024;

export interface ChannelEvents {
  /** A signed bill; handled one after another, so that the ledger sets the pace. */
  receipt(channel: WorkerChannel, control: LinkControl): Promise<void>;
  revoked(channel: WorkerChannel, coreHash: string): void;
  closed(channel: WorkerChannel, violation: boolean): void;
}

export interface ChannelOptions {
  socket: WebSocket;
  /** What carries the WebSocket: messages of one turn leave it together. */
  carrier?: Duplex | undefined;
  link: LinkChannel;
  worker: VerifiedMachine;
  claims: WorkerClaims;
  /** Whose keys this side proved. */
  epoch: Epoch;
  slots: number;
  events: ChannelEvents;
  now: () => Date;
}

export class WorkerChannel {
  readonly worker: VerifiedMachine;
  readonly claims: WorkerClaims;
  readonly digest: string;
  readonly collateralHash: Uint8Array;
  readonly epoch: Epoch;
  /** Unix milliseconds: neither side's keys may be used after this. */
  readonly expiresAt: number;
  readonly #socket: WebSocket;
  readonly #carrier: Duplex | undefined;
  readonly #link: LinkChannel;
  readonly #events: ChannelEvents;
  readonly #now: () => Date;
  readonly #streams = new Map<number, WorkerStream>();
  #slots: number;
  #reported = 0;
  #lastStream = 0;
  #held = 0;
  #lastHeard: number;
  #draining = false;
  #revoked = false;
  #retiredAt: number | undefined;
  #closed = false;
  #corked = false;
  #waiting = 0;
  #opening: Promise<void> = Promise.resolve();
  #sending: Promise<void> = Promise.resolve();
  #receipts: Promise<void> = Promise.resolve();

  constructor(options: ChannelOptions) {
    const { socket, carrier, link, worker, claims, epoch, events, now } = options;
    this.worker = worker;
    this.claims = claims;
    this.digest = toHex(worker.digest);
    this.collateralHash = sha256(worker.evidence.collateral);
    this.epoch = epoch;
    this.expiresAt = Math.min(worker.expiresAt.getTime(), epoch.notAfter * 1000);
    this.#socket = socket;
    this.#carrier = carrier;
    this.#link = link;
    this.#events = events;
    this.#now = now;
    this.#slots = clampSlots(options.slots);
    this.#lastHeard = now().getTime();
    socket.on('close', () => this.#end(false));
    socket.on('error', () => this.#end(false));
  }

  get slots(): number {
    return this.#slots;
  }

  /** The worker's own count includes other proxies' requests; ours includes those it has not counted yet. */
  get running(): number {
    return Math.max(this.#streams.size, this.#reported) + this.#held;
  }

  get streams(): number {
    return this.#streams.size;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** The registry no longer allows the code behind it. */
  get revoked(): boolean {
    return this.#revoked;
  }

  /** Unix milliseconds since when it only finishes what runs. */
  get retiredAt(): number | undefined {
    return this.#retiredAt;
  }

  /** True when a new request may be given to it. */
  get free(): boolean {
    return (
      !this.#closed &&
      !this.#draining &&
      this.running < this.#slots &&
      this.#streams.size < LIMITS.linkStreams &&
      this.expiresAt > this.#now().getTime()
    );
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Keeps a slot for a request that is about to be opened; the returned function gives it back, once. */
  hold(): () => void {
    this.#held++;
    let held = true;
    return () => {
      if (held) this.#held--;
      held = false;
    };
  }

  /** Numbers ascend on the wire: the caller sends `open` or `resume` at once, without waiting for anything between. */
  openStream(handlers: StreamHandlers): WorkerStream {
    const stream = new WorkerStream(++this.#lastStream, this, handlers);
    this.#streams.set(stream.id, stream);
    return stream;
  }

  forget(stream: WorkerStream): void {
    this.#streams.delete(stream.id);
  }

  /** Seals and sends in the order of calls. Never rejects: a channel that cannot send is over, and its streams are told. */
  send(control: LinkControl): Promise<void> {
    this.#sending = this.#sending.then(async () => {
      if (this.#closed) return;
      try {
        this.#write(await this.#link.sealControl(control));
      } catch {
        this.close();
      }
    });
    return this.#sending;
  }

  /** Resolves when the socket has room for more. */
  async sendData(stream: number, piece: Uint8Array): Promise<void> {
    if (this.#closed) return;
    const message = encodeLinkMessage({ kind: 'data', stream, bytes: piece });
    if (this.#socket.bufferedAmount < SOCKET_HIGH_WATER) this.#write(message);
    else await new Promise<void>((resolve) => this.#socket.send(message, () => resolve()));
  }

  receive(message: Uint8Array): void {
    if (this.#closed) return;
    this.#lastHeard = this.#now().getTime();
    try {
      const decoded = decodeLinkMessage(message);
      if (decoded.kind === 'control') this.#receiveControl(decoded.sealed);
      else if (decoded.kind === 'records') this.#streamFor(decoded.stream)?.onRecords(decoded.bytes);
      else throw new TypeError('body bytes from a worker');
    } catch {
      this.#end(true);
    }
  }

  /** Asks after silence, gives up after more of it. */
  checkSilence(askAfterMs: number, closeAfterMs: number): void {
    const silentMs = this.#now().getTime() - this.#lastHeard;
    if (silentMs > closeAfterMs) this.close();
    else if (silentMs > askAfterMs) void this.send({ type: 'ping' });
  }

  /** Tells the worker that nothing new will come. */
  drain(): void {
    this.#draining = true;
    void this.send({ type: 'drain' });
  }

  /** From now on it only finishes what runs; `WorkerTable.sweep` closes it after that. */
  retire(why: 'revoked' | 'replaced'): void {
    if (why === 'revoked') this.#revoked = true;
    this.#retiredAt ??= this.#now().getTime();
    this.drain();
  }

  close(): void {
    this.#end(false);
  }

  #write(message: Uint8Array): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > SOCKET_MAX) this.#end(true);
    else {
      this.#cork();
      this.#socket.send(message);
    }
  }

  /** A request is opened, filled and closed in one turn: a single write to the kernel instead of three. */
  #cork(): void {
    if (this.#corked || this.#carrier === undefined) return;
    this.#corked = true;
    this.#carrier.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#carrier?.uncork();
    });
  }

  #receiveControl(sealed: Uint8Array): void {
    if (++this.#waiting > INBOX_MAX) throw new TypeError('too many control messages');
    this.#opening = this.#opening.then(async () => {
      this.#waiting--;
      if (this.#closed) return;
      try {
        this.#onControl(await this.#link.openControl(sealed));
      } catch {
        this.#end(true);
      }
    });
  }

  #onControl(control: LinkControl): void {
    switch (control.type) {
      case 'credit':
        this.#streamFor(control.stream)?.onCredit(control.credit);
        return;
      case 'end':
        this.#streamFor(control.stream)?.onEnd('end');
        return;
      case 'refuse':
        this.#streamFor(control.stream)?.onEnd({ refused: control.code });
        return;
      case 'receipt':
        this.#onReceipt(control);
        return;
      case 'revoked':
        if (control.coreHash === undefined) throw new TypeError('revoked without a request');
        this.#events.revoked(this, toHex(control.coreHash));
        return;
      case 'status':
        this.#reported = control.running ?? 0;
        this.#slots = clampSlots(control.slots ?? this.#slots);
        return;
      case 'drain':
        this.#draining = true;
        return;
      case 'ping':
        void this.send({ type: 'pong' });
        return;
      case 'pong':
        return;
      default:
        throw new TypeError('not for a proxy');
    }
  }

  #onReceipt(control: LinkControl): void {
    if (++this.#waiting > INBOX_MAX) throw new TypeError('too many receipts');
    this.#receipts = this.#receipts.then(async () => {
      this.#waiting--;
      if (this.#closed) return;
      await this.#events.receipt(this, control).catch(() => this.#end(true));
    });
  }

  /** Undefined for a stream that has ended here; a number never given out is a violation. */
  #streamFor(id: number | undefined): WorkerStream | undefined {
    if (id === undefined || id === 0 || id > this.#lastStream) throw new TypeError('unknown stream');
    return this.#streams.get(id);
  }

  #end(violation: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    if (violation) this.#socket.close(1002);
    else this.#socket.close(1001);
    // A peer that does not answer the closing handshake must not hold the socket.
    setTimeout(() => this.#socket.terminate(), 1_000).unref();
    for (const stream of [...this.#streams.values()]) stream.onEnd('lost');
    this.#events.closed(this, violation);
  }
}

function clampSlots(slots: number): number {
  return Math.min(Math.max(slots, 1), LIMITS.linkStreams);
}
