// How do messages keep their order and a silent peer get noticed, on a channel whose keys are proven? (PROTOCOL.md §11.2)
import { decodeLinkMessage, encodeLinkMessage, type LinkControl } from '@cocoonkit/sdk/protocol';
import type { ProvenLink } from './open-channel.js';
import { codeOf, workerError } from './worker-error.js';

/** A channel is given up after this many times the silence that makes it send a ping. */
const SILENCES = 3;

export interface Channel {
  readonly closed: AbortSignal;
  /** Order of calls is order on the wire, for control messages and records together. Resolves when the kernel has it. */
  send(control: LinkControl): Promise<void>;
  sendRecords(stream: number, records: Uint8Array): Promise<void>;
  close(): void;
}

export interface ChannelHandlers {
  /** A throw ends the channel. */
  onControl(control: LinkControl): Promise<void> | void;
  onData(stream: number, bytes: Uint8Array): void;
}

/** Runs a channel until it ends; `done` tells why, as a code. */
export function runChannel(
  { socket, link }: ProvenLink,
  options: { pingAfterMs: number; handlers: (channel: Channel) => ChannelHandlers },
): { channel: Channel; done: Promise<string> } {
  let tail: Promise<void> = Promise.resolve();
  let silence = 0;

  const inOrder = (message: () => Promise<Uint8Array> | Uint8Array): Promise<void> => {
    let taken: Promise<void> = Promise.resolve();
    // The next message waits until this one is sealed and handed over, not until the kernel has it.
    tail = tail.then(async () => {
      taken = socket.send(await message());
    });
    return tail.then(
      () => taken,
      () => socket.close(),
    );
  };
  const channel: Channel = {
    closed: socket.closed,
    send: (control) => inOrder(() => link.sealControl(control)),
    sendRecords: (stream, bytes) => inOrder(() => encodeLinkMessage({ kind: 'records', stream, bytes })),
    close: () => socket.close(),
  };
  const handlers = options.handlers(channel);
  const timer = setInterval(() => {
    silence++;
    if (silence >= SILENCES) socket.close();
    else void channel.send({ type: 'ping' });
  }, options.pingAfterMs);

  const take = async (control: LinkControl): Promise<void> => {
    if (control.type === 'ping') void channel.send({ type: 'pong' });
    else if (control.type !== 'pong') await handlers.onControl(control);
  };
  const receive = async (): Promise<string> => {
    try {
      for (;;) {
        const bytes = await socket.receive();
        if (bytes === undefined) return silence >= SILENCES ? 'SILENT' : 'CLOSED';
        silence = 0;
        timer.refresh();
        const message = decodeLinkMessage(bytes);
        if (message.kind === 'control') await take(await link.openControl(message.sealed));
        else if (message.kind === 'data') handlers.onData(message.stream, message.bytes);
        else throw violation('records from a proxy');
      }
    } catch (error) {
      return codeOf(error);
    } finally {
      clearInterval(timer);
      socket.close();
    }
  };
  return { channel, done: receive() };
}

/** The peer broke the rules of the channel; it ends. */
export function violation(rule: string): Error {
  return workerError({
    kind: 'protocol',
    code: 'LINK_PROTOCOL',
    message: `The proxy broke the rules of the channel: ${rule}.`,
    remedy: 'The channel was closed and will be made again. Update the older side if it happens again.',
  });
}
