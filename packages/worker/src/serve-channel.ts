// What does the worker do with each message of a proxy?
import { CocoonError } from '@cocoonkit/sdk/errors';
import type { LinkControl } from '@cocoonkit/sdk/protocol';
import type { VerifiedMachine } from '@cocoonkit/sdk/seal';
import type { Answer } from './answer.js';
import { type ByteWindow, createByteWindow } from './byte-window.js';
import { type Channel, type ChannelHandlers, violation } from './channel.js';
import { audienceOf, type CheckedRequest, checkRequest } from './check-request.js';
import { deliverAnswer } from './deliver-answer.js';
import { handleRequest } from './handle-request.js';
import { requestReference } from './log.js';
import type { Epoch } from './make-epoch.js';
import type { OutboxSink } from './outbox.js';
import { type BodyReceiver, receiveBody } from './receive-body.js';
import type { RunningRequest } from './running-requests.js';
import { opensHash } from './sha256.js';
import type { Tally } from './tally.js';
import { codeOf } from './worker-error.js';
import type { WorkerParts } from './worker-parts.js';

interface Receiving {
  checked: CheckedRequest;
  running: RunningRequest;
  body: BodyReceiver;
  timer: NodeJS.Timeout;
  /** Ends this request's count in `busy`. */
  leave: () => void;
}

export interface ServeOptions {
  epoch: Epoch;
  proxy: VerifiedMachine;
  channel: Channel;
  parts: WorkerParts;
  /** Counts what this channel has under way: requests and answers. */
  busy: Tally;
}

/** The handlers of one channel. What is under way when it closes goes on without it (PROTOCOL.md §14). */
export function serveChannel({ epoch, proxy, channel, parts, busy }: ServeOptions): ChannelHandlers {
  const { slots, running: requests, answers, outbox, log, clock, timing } = parts;
  const receiving = new Map<number, Receiving>();
  const windows = new Map<number, ByteWindow>();
  let lastStream = 0;
  let statusTimer: NodeJS.Timeout | undefined;

  const sink: OutboxSink = {
    audience: audienceOf(proxy),
    send: ({ coreHash, receipt, signature }) =>
      void channel.send({
        type: 'receipt',
        coreHash,
        receipt,
        receiptSignature: signature,
        held: answers.find(coreHash)?.whole === true ? 1 : 0,
      }),
  };
  const disconnect = outbox.connect(sink);
  const forgetSlots = slots.onChange(() => {
    statusTimer ??= setTimeout(() => {
      statusTimer = undefined;
      void channel.send({ type: 'status', running: slots.running, slots: slots.total });
    }, timing.statusMs);
  });
  channel.closed.addEventListener('abort', () => {
    disconnect();
    forgetSlots();
    clearTimeout(statusTimer);
    for (const stream of [...receiving.keys()]) drop(stream);
  });

  function newStream(stream: number | undefined): number {
    if (stream === undefined || stream <= lastStream) throw violation('stream numbers must ascend');
    lastStream = stream;
    return stream;
  }

  /** Forgets a request whose body has not arrived. */
  function drop(stream: number): void {
    const entry = receiving.get(stream);
    if (entry === undefined) return;
    receiving.delete(stream);
    clearTimeout(entry.timer);
    entry.running.done();
    entry.checked.release();
    entry.leave();
    epoch.replay.forget(entry.checked.core.requestId);
  }

  function refuse(stream: number, code: string): void {
    void channel.send({ type: 'refuse', stream, code });
    log.write({ event: 'request-refused', code });
  }

  async function open(control: LinkControl): Promise<void> {
    const stream = newStream(control.stream);
    let checked: CheckedRequest;
    try {
      checked = await checkRequest(control, { epoch, proxy, now: clock.now(), slots });
    } catch (error) {
      refuse(stream, codeOf(error));
      return;
    }
    const running = requests.begin(checked.core, checked.coreHash);
    const timer = setTimeout(() => {
      drop(stream);
      refuse(stream, 'REQUEST_REFUSED');
    }, timing.bodySilenceMs);
    const body = receiveBody(checked.core.bodyBytes);
    receiving.set(stream, { checked, running, body, timer, leave: busy.enter() });
    if (channel.closed.aborted) drop(stream);
  }

  function onData(stream: number, bytes: Uint8Array): void {
    if (stream > lastStream) throw violation('data for a stream that was not opened');
    const entry = receiving.get(stream);
    // The refusal of this stream and its data crossed on the way.
    if (entry === undefined) return;
    entry.timer.refresh();
    const credit = entry.body.add(bytes);
    if (credit > 0) void channel.send({ type: 'credit', stream, credit });
  }

  function bodyEnd(stream: number): void {
    const entry = receiving.get(stream);
    if (entry === undefined) return;
    receiving.delete(stream);
    clearTimeout(entry.timer);
    const body = entry.body.end();
    void run(stream, entry, body ?? new Uint8Array(0));
  }

  async function run(
    stream: number,
    { checked, running, leave }: Receiving,
    body: Uint8Array,
  ): Promise<void> {
    const startedAt = parts.monotonicMs();
    const request = requestReference(checked.core.operationId);
    log.write({ event: 'request-accepted', request, bytes: body.length, attempt: checked.attempt });
    try {
      const finished = await handleRequest(
        { checked, body, epoch, running, sink, onAnswer: (answer) => deliver(stream, answer, 0) },
        parts,
      );
      if (finished === undefined) void channel.send({ type: 'revoked', coreHash: checked.coreHash });
      else {
        const ms = Math.round(parts.monotonicMs() - startedAt);
        const { finish, tokens, frames } = finished;
        log.write({ event: 'request-finished', request, finish, tokens: Number(tokens), frames, ms });
      }
    } catch (error) {
      // Stops an engine that was started before the failure.
      running.stop('stopping');
      if (running.answer === undefined)
        refuse(stream, error instanceof CocoonError ? error.code : 'REQUEST_REFUSED');
      else log.write({ event: 'request-finished', request, code: codeOf(error) });
    } finally {
      running.done();
      checked.release();
      leave();
    }
  }

  function deliver(stream: number, answer: Answer, from: number): boolean {
    const reader = answer.read(from);
    if (reader === undefined) return false;
    const window = createByteWindow();
    windows.set(stream, window);
    const running = requests.find(answer.coreHash);
    running?.attach();
    const leaves = [parts.deliveries.enter(), busy.enter()];
    void deliverAnswer({
      answer,
      reader,
      window,
      closed: channel.closed,
      creditSilenceMs: timing.creditSilenceMs,
      send: (records) => channel.sendRecords(stream, records),
      onDetach: () => running?.detach(),
      onAttach: () => running?.attach(),
    }).then(async () => {
      windows.delete(stream);
      const silent = running?.stopReason === 'revoked' && !answer.started;
      // Counted until the end is said: a channel that waits for its answers must not close before.
      if (!silent) await channel.send({ type: 'end', stream });
      for (const leave of leaves) leave();
    });
    return true;
  }

  function resume(control: LinkControl): void {
    const stream = newStream(control.stream);
    const { coreHash, token, fromRecord } = control;
    const answer = coreHash === undefined ? undefined : answers.find(coreHash);
    if (answer === undefined || token === undefined) refuse(stream, 'UNKNOWN_REQUEST');
    else if (!opensHash(token, answer.resumeHash)) refuse(stream, 'TOKEN_INVALID');
    else if (!deliver(stream, answer, fromRecord ?? 0)) refuse(stream, 'UNKNOWN_REQUEST');
    else log.write({ event: 'request-resumed', count: fromRecord ?? 0 });
  }

  function revoke(coreHash: Uint8Array): void {
    for (const [stream, entry] of receiving) {
      if (!Buffer.from(entry.checked.coreHash).equals(coreHash)) continue;
      drop(stream);
      void channel.send({ type: 'revoked', coreHash });
      return;
    }
    const running = requests.find(coreHash);
    // Once a record was sent, its stream says how the request ends.
    if (running === undefined) {
      if (answers.find(coreHash) === undefined) void channel.send({ type: 'revoked', coreHash });
    } else if (running.answer?.started !== true) running.stop('revoked');
  }

  /** There is no answer to it: the proxy has told the client, and a forged token must not be heard of anywhere else. */
  function cancel(coreHash: Uint8Array, token: Uint8Array): void {
    const known = requests.find(coreHash) !== undefined;
    if (requests.cancel(coreHash, token)) log.write({ event: 'request-cancelled' });
    else log.write({ event: 'cancel-refused', code: known ? 'TOKEN_INVALID' : 'UNKNOWN_REQUEST' });
  }

  function acknowledge(coreHash: Uint8Array, code: string | undefined): void {
    if (!outbox.acknowledge(coreHash)) return;
    if (code === undefined) log.write({ event: 'receipt-acknowledged' });
    else log.write({ event: 'receipt-refused', code });
  }

  return {
    onData,
    async onControl(control) {
      switch (control.type) {
        case 'open':
          return open(control);
        case 'body-end':
          return bodyEnd(required(control.stream));
        case 'credit':
          windows.get(required(control.stream))?.add(required(control.credit));
          return;
        case 'cancel':
          return cancel(required(control.coreHash), required(control.token));
        case 'resume':
          return resume(control);
        case 'receipt-ack':
          return acknowledge(required(control.coreHash), control.code);
        case 'revoke':
          return revoke(required(control.coreHash));
        case 'drain':
          // The proxy sends nothing new and will close; the loop around this channel connects again.
          log.write({ event: 'proxy-draining' });
          return;
        case 'ping':
        case 'pong':
          return;
        case 'ready':
        case 'refuse':
        case 'end':
        case 'receipt':
        case 'revoked':
        case 'status':
          throw violation(`${control.type} is not for a proxy to say`);
        default:
          return control.type satisfies never;
      }
    },
  };
}

function required<T>(field: T | undefined): T {
  if (field === undefined) throw violation('a control message lacks a field');
  return field;
}
