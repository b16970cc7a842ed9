// A private model on the in-memory sealed network: scripted by a function, or the extractive engine itself.
import { accountFromSeed, type Cocoon, createCocoon } from '@cocoonkit/sdk';
import {
  createMemoryNetwork,
  type MemoryNetwork,
  type ScriptedModel,
  textChunks,
} from '@cocoonkit/sdk/testing';
import { createExtractiveEngine } from '../../../worker/src/engines/extractive/create-extractive-engine.js';
import { privateModel } from '../../src/model/from-cocoon.js';
import type { PrivateModel } from '../../src/model/private-model.js';

export interface Asked {
  /** Texts of the messages by role; the last user message is `user`. */
  readonly system: string;
  readonly user: string;
  /** Addresses of the pictures of all messages. */
  readonly pictures: readonly string[];
  readonly maxTokens: number;
  /** Of all requests so far, from 0. */
  readonly index: number;
}

export interface OpenModel {
  readonly model: PrivateModel;
  readonly cocoon: Cocoon;
  readonly network: MemoryNetwork;
  /** Every request a machine has opened, in order of arrival. */
  readonly asked: readonly Asked[];
}

/** An engine that sends something that is no part of an answer: `CHUNK_INVALID`, at once and without another attempt. */
export const BROKEN = 'not a chunk';

/** What the scripted model writes: pieces, or one text; `BROKEN` instead of it fails. */
export type Script = (asked: Asked) => string | Iterable<string> | AsyncIterable<string>;

export async function openWriter(
  script: Script,
  maxContext = 32_768,
  more: readonly string[] = [],
): Promise<OpenModel> {
  const asked: Asked[] = [];
  return open(['chat', ...more], maxContext, asked, (request) => {
    const one = read(request, asked.length);
    asked.push(one);
    return { chunks: chunksOf(script(one)) };
  });
}

/** The worker's own engine: it picks sentences and writes none. `breaks` says for which requests it fails instead. */
export async function openExtractor(breaks: (asked: Asked) => boolean = () => false): Promise<OpenModel> {
  const engine = createExtractiveEngine();
  const asked: Asked[] = [];
  return open(['summarize', 'quote', 'search'], engine.card.maxContext, asked, (request) => {
    const one = read(request, asked.length);
    asked.push(one);
    return { chunks: breaks(one) ? [BROKEN] : run(request) };
  });

  async function* run(request: Readonly<Record<string, unknown>>): AsyncGenerator<unknown> {
    const job = { operation: 'chat.completions' as const, request, maxOutputTokens: 10_000 };
    for await (const event of engine.run(job, { signal: new AbortController().signal })) {
      if (event.type === 'chunk') yield JSON.parse(event.json);
    }
  }
}

async function open(
  features: readonly string[],
  maxContext: number,
  asked: readonly Asked[],
  scripted: ScriptedModel,
): Promise<OpenModel> {
  const network = await createMemoryNetwork({
    workers: [{ claims: { features, maxContext }, model: scripted }],
  });
  const account = await accountFromSeed(new Uint8Array(32).fill(7));
  network.credit(account.id, 1_000_000_000_000n);
  const { url, fetch, registry, beacons, anchor, now } = network;
  const cocoon = createCocoon({ proxy: url, network: { registry, beacons }, account, anchor, fetch, now });
  return { model: await privateModel(cocoon), cocoon, network, asked };
}

function read(request: Readonly<Record<string, unknown>>, index: number): Asked {
  const { messages, max_tokens: maxTokens } = request;
  const texts = (role: string): string[] =>
    (Array.isArray(messages) ? messages : []).flatMap((message: unknown) =>
      isMessage(message) && message.role === role ? [textOf(message.content)] : [],
    );
  return {
    system: texts('system').join('\n'),
    user: texts('user').at(-1) ?? '',
    pictures: [...JSON.stringify(messages ?? []).matchAll(/"url":"([^"]*)"/g)].map(([, url = '']) => url),
    maxTokens: Number(maxTokens),
    index,
  };
}

function isMessage(value: unknown): value is { role: string; content: unknown } {
  return typeof value === 'object' && value !== null && 'content' in value;
}

/** Of a text, or of the parts of a message that are text. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return (Array.isArray(content) ? content : [])
    .flatMap((part: { text?: unknown }) => (typeof part.text === 'string' ? part.text : []))
    .join('\n');
}

async function* chunksOf(answer: string | Iterable<string> | AsyncIterable<string>): AsyncGenerator<unknown> {
  if (answer === BROKEN) yield BROKEN;
  for await (const piece of typeof answer === 'string' ? [answer] : answer) {
    yield textChunks([piece])[0];
  }
  yield textChunks([]).at(-1);
}
