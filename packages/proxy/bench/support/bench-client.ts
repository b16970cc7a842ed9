// How does the load ask? Requests and questions sealed by the SDK.
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

function post(path: string, ...parts: Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = `POST ${path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), ...parts]);
}
