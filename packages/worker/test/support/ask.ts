// The client's end: seals a request to the workers of channels, hands it over as a proxy would, and opens the answer.
import {
  DEFAULT_PRICES,
  LIMITS,
  type LinkControl,
  type Padding,
  RecordReader,
} from '@cocoonkit/sdk/protocol';
import {
  createReplyOpener,
  prepareAnswerKey,
  prepareContext,
  type ReplyEvent,
  type RequestRouting,
  type SealedRequest,
  sealRequest,
  signAssignment,
  type VerifiedMachine,
} from '@cocoonkit/sdk/seal';
import { random } from './local-network.js';
import { AUDIENCE, type PeerChannel } from './proxy-peer.js';

export interface Question {
  operation?: 'chat.completions' | 'embeddings';
  json?: object | string;
  model?: string;
  maxOutput?: number;
  capTokens?: bigint;
  padding?: Padding;
  suite?: 1 | 2 | 3;
  routing?: Partial<RequestRouting>;
}

export async function seal(
  workers: readonly VerifiedMachine[],
  question: Question = {},
): Promise<SealedRequest> {
  const suite = question.suite ?? 1;
  const { json = { messages: [{ role: 'user', content: 'Hello.' }] } } = question;
  const claims = workers[0]?.manifest.worker;
  if (claims === undefined) throw new TypeError('not a worker');
  return sealRequest({
    request: {
      operation: question.operation ?? 'chat.completions',
      json: new TextEncoder().encode(typeof json === 'string' ? json : JSON.stringify(json)),
      model: question.model ?? claims.model,
      maxOutput: question.maxOutput ?? 1_000,
      capTokens: question.capTokens ?? 1_000_000n,
      cacheSalt: random(32),
    },
    routing: {
      suite,
      audience: AUDIENCE,
      maxCoefficient: 10_000,
      priceDigest: claims.priceDigest,
      expires: Math.floor(Date.now() / 1000) + 120,
      maxMs: 60_000,
      detachMs: 30_000,
      padding: question.padding ?? 'fast',
      ...question.routing,
    },
    contexts: await Promise.all(
      workers.map((worker) => prepareContext(worker, 'request', suite, { random })),
    ),
    answerKey: await prepareAnswerKey(suite, { random }),
    random,
  });
}

export interface Offer {
  core?: Uint8Array;
  wrap?: Uint8Array;
  body?: Uint8Array;
  assignment?: {
    workerDigest?: Uint8Array;
    coreHash?: Uint8Array;
    audience?: string;
    deadline?: number;
    attempt?: number;
  };
  assignmentSignature?: Uint8Array;
}

/** Opens a stream for the request and sends its body within the window. */
export async function offer(
  channel: PeerChannel,
  sealed: SealedRequest,
  change: Offer = {},
): Promise<number> {
  const stream = channel.nextStream();
  await channel.send(await openControl(channel, sealed, stream, change));
  const body = change.body ?? sealed.body;
  let window: number = LIMITS.streamWindowBytes;
  for (let at = 0; at < body.length; ) {
    if (window === 0) {
      const credit = await channel.take(
        (c) => c.stream === stream && (c.type === 'credit' || c.type === 'refuse'),
      );
      if (credit?.type !== 'credit') return stream;
      window += credit.credit ?? 0;
    }
    const piece = body.subarray(at, at + Math.min(window, 100_000));
    channel.sendData(stream, piece);
    at += piece.length;
    window -= piece.length;
  }
  await channel.send({ type: 'body-end', stream });
  return stream;
}

export async function openControl(
  channel: PeerChannel,
  sealed: SealedRequest,
  stream: number,
  change: Offer = {},
): Promise<LinkControl> {
  const { assignment, signature } = await signAssignment(channel.machine.keys.signer, {
    version: 1,
    coreHash: sealed.coreHash,
    workerDigest: channel.worker.digest,
    attempt: 1,
    deadline: sealed.core.expires,
    audience: AUDIENCE,
    ...change.assignment,
  });
  const index = sealed.candidates.findIndex(({ digest }) =>
    Buffer.from(digest).equals(channel.worker.digest),
  );
  return {
    type: 'open',
    stream,
    core: change.core ?? sealed.coreBytes,
    wrap: change.wrap ?? sealed.wraps[Math.max(0, index)],
    assignment,
    assignmentSignature: change.assignmentSignature ?? signature,
  };
}

export interface Opened {
  events: ReplyEvent[];
  /** Text of all `delta.content`. */
  text: string;
  /** Items as JSON text. */
  items: string[];
  error: { code: string; message: string } | undefined;
  receipt: Extract<ReplyEvent, { type: 'final' }>['receipt'];
}

/** Reads a stream until `end`, and opens everything. @throws the opener's codes, `STREAM_TRUNCATED` without FINAL */
export async function readAnswer(
  channel: PeerChannel,
  sealed: SealedRequest,
  stream: number,
): Promise<Opened> {
  const bytes = await readStream(channel, stream);
  return openAnswer(sealed, [bytes]);
}

export async function readStream(channel: PeerChannel, stream: number): Promise<Uint8Array> {
  const end = await channel.take(
    (control) => control.stream === stream && (control.type === 'end' || control.type === 'refuse'),
  );
  if (end?.type !== 'end') throw Object.assign(new Error('refused'), { code: end?.code ?? 'CHANNEL_CLOSED' });
  return new Uint8Array(Buffer.concat(channel.stream(stream).chunks));
}

export async function openAnswer(sealed: SealedRequest, parts: readonly Uint8Array[]): Promise<Opened> {
  const opener = createReplyOpener(sealed, { prices: DEFAULT_PRICES });
  const reader = new RecordReader();
  const events: ReplyEvent[] = [];
  for (const part of parts)
    for (const record of reader.push(part)) events.push(...(await opener.push(record)));
  opener.end();
  const items = events.flatMap((event) =>
    event.type === 'item' ? [new TextDecoder().decode(event.json)] : [],
  );
  const final = events.find((event) => event.type === 'final');
  const error = events.find((event) => event.type === 'error');
  if (final?.type !== 'final') throw new Error('no receipt');
  return {
    events,
    items,
    text: items.map((item) => JSON.parse(item).choices?.[0]?.delta?.content ?? '').join(''),
    error: error?.type === 'error' ? error : undefined,
    receipt: final.receipt,
  };
}
