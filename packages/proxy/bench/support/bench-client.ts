// How does the load ask? Requests sealed by the SDK, sent over plain sockets that cost the generator little.
import { connect } from 'node:net';
import { type ControlAnswer, controlAnswerLayout, DEFAULT_PRICES } from '@cocoonkit/sdk/protocol';
import {
  type AnswerOpener,
  authorize,
  prepareAnswerKey,
  prepareContext,
  priceDigest,
  type SealedRequest,
  sealControl,
  sealEnvelope,
  sealRequest,
  type VerifiedMachine,
} from '@cocoonkit/sdk/seal';
import { MODEL } from './bench-worker.js';
import { type BenchNetwork, random } from './join-network.js';

const READ_BYTES = 16_384;
const LIFE_SECONDS = 240;

export interface Question {
  readonly sealed: SealedRequest;
  readonly answers: AnswerOpener;
  /** The whole HTTP request. */
  readonly wire: Uint8Array;
}

export async function makeQuestion(network: BenchNetwork, workers: VerifiedMachine[]): Promise<Question> {
  const { proxy, payment } = network;
  const sealed = await sealRequest({
    request: {
      operation: 'chat.completions',
      json: new TextEncoder().encode('{"messages":[{"role":"user","content":"Name three colours."}]}'),
      model: MODEL,
      maxOutput: 100,
      capTokens: 1_000n,
      cacheSalt: random(32),
    },
    routing: {
      suite: 1,
      audience: proxy.manifest.proxy?.audience ?? '',
      maxCoefficient: 2_000,
      priceDigest: priceDigest(DEFAULT_PRICES),
      expires: Math.floor(Date.now() / 1000) + LIFE_SECONDS,
      maxMs: 300_000,
      detachMs: 1_000,
      padding: 'fast',
    },
    contexts: await Promise.all(workers.map((worker) => prepareContext(worker, 'request', 1, { random }))),
    answerKey: await prepareAnswerKey(1, { random }),
    random,
  });
  const authorization = await authorize({ ...payment, coreHash: sealed.coreHash });
  const context = await prepareContext(proxy, 'envelope', 1, { random });
  const { bytes, answers } = await sealEnvelope({ context, sealed, authorization });
  return { sealed, answers, wire: post(`/v1/infer/${network.replica}`, bytes, sealed.body) };
}

/** A sealed control question, answered. */
export async function askControl(
  network: BenchNetwork,
  operation: string,
  payload: Uint8Array,
): Promise<ControlAnswer> {
  const context = await prepareContext(network.proxy, 'control', 1, { random });
  const { bytes, answers } = await sealControl({ context, message: { operation, payload } });
  const response = await fetch(`${network.proxyUrl}/v1/ctl/${network.replica}`, {
    method: 'POST',
    body: new Uint8Array(bytes),
  });
  // One proxy record: five bytes of framing.
  const record = new Uint8Array(await response.arrayBuffer());
  return controlAnswerLayout.decode(await answers.open(record.subarray(5)));
}

/** An HTTP answer as it came, with the time of every piece. */
export class RawAnswer {
  readonly over: Promise<void>;
  #bytes = Buffer.allocUnsafe(READ_BYTES);
  #length = 0;
  readonly #ends: number[] = [];
  readonly #times: number[] = [];

  constructor(url: string, wire: Uint8Array, onBytes: () => void = () => {}) {
    const { hostname, port } = new URL(url);
    const socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(READ_BYTES),
        callback: (length, buffer) => {
          this.#take(buffer.subarray(0, length));
          onBytes();
          return true;
        },
      },
    });
    this.over = new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', () => resolve());
    });
    socket.write(wire);
  }

  get length(): number {
    return this.#length;
  }

  /** Body of the answer, and for each byte the time at which it was there. */
  read(): { status: number; body: Uint8Array; timeOf(offset: number): number } {
    const raw = this.#bytes.subarray(0, this.#length);
    const status = Number(raw.subarray(9, 12).toString('latin1'));
    const pieces: { body: Uint8Array; end: number; bodyEnd: number }[] = [];
    let at = raw.indexOf('\r\n\r\n') + 4;
    let bodyEnd = 0;
    for (;;) {
      const line = raw.indexOf('\r\n', at);
      const size = Number.parseInt(raw.subarray(at, line).toString('latin1'), 16);
      if (line < 0 || !(size > 0)) break;
      const body = raw.subarray(line + 2, line + 2 + size);
      bodyEnd += body.length;
      pieces.push({ body, end: line + 2 + size, bodyEnd });
      at = line + 2 + size + 2;
    }
    let piece = 0;
    let arrival = 0;
    return {
      status,
      body: new Uint8Array(Buffer.concat(pieces.map(({ body }) => body))),
      // Asked in ascending order.
      timeOf: (offset) => {
        while ((pieces[piece]?.bodyEnd ?? Number.POSITIVE_INFINITY) < offset) piece++;
        const { end = 0, bodyEnd: last = 0 } = pieces[piece] ?? {};
        const rawOffset = end - (last - offset);
        while ((this.#ends[arrival] ?? Number.POSITIVE_INFINITY) < rawOffset) arrival++;
        return this.#times[arrival] ?? Number.NaN;
      },
    };
  }

  #take(bytes: Uint8Array): void {
    while (this.#length + bytes.length > this.#bytes.length) {
      const wider = Buffer.allocUnsafe(this.#bytes.length * 2);
      wider.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = wider;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    this.#ends.push(this.#length);
    this.#times.push(performance.now());
  }
}

function post(path: string, ...parts: Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = `POST ${path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), ...parts]);
}
