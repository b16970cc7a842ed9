// How does a worker serve a model that runs in an OpenAI-compatible server beside it (vLLM, SGLang, llama.cpp, Ollama)?
import { Agent } from 'undici';
import type { Engine, EngineCard, EngineEvent, EngineRequest, Feature } from '../engine.js';
import type { ReasoningTags } from '../split-reasoning.js';
import { connectOptions } from './connect-options.js';
import type { UpstreamCall } from './open-response.js';
import { parseUpstream } from './parse-upstream.js';
import { prepareEmbeddings } from './prepare-embeddings.js';
import { prepareRequest } from './prepare-request.js';
import { runCompletion } from './run-completion.js';
import { runEmbeddings } from './run-embeddings.js';
import { upstreamError } from './upstream-error.js';
import type { Tokenizer } from './usage-meter.js';

const DEFAULT_HEADERS_TIMEOUT_MS = 120_000;
const DEFAULT_IDLE_TIMEOUT_MS = 120_000;
const DEFAULT_MAX_CONCURRENT = 256;
// Shorter than the 5 s after which uvicorn, Node and httplib close an idle connection: a request must not meet the closing.
const KEEP_ALIVE_MS = 2_000;
const TOKENIZER_DIGEST_BYTES = 32;
/** One whole answer, which is read before it is handed on: 2,048 vectors of 4,096 numbers fit as base64, 700 as text. */
const MAX_EMBEDDINGS_BYTES = 64 * 1024 * 1024;

export interface OpenAiEngineOptions {
  /** `http://127.0.0.1:8000/v1` or `unix:/path.sock` (base path `/v1`). */
  upstream: string;
  /** Model name as clients ask for it. */
  model: string;
  /** Model name the server knows; by default `model`. */
  upstreamModel?: string | undefined;
  /** By default `chat` alone. */
  features?: readonly Feature[] | undefined;
  /** Most prompt tokens of one request. */
  maxContext: number;
  /** Allows a server outside this machine; the card then says `external`. */
  allowUnattestedUpstream?: boolean | undefined;
  /** Sent as `Authorization: Bearer`. */
  apiKey?: string | undefined;
  /** Exact token count of a text, used when the server reports no usage. Chat-template tokens of the prompt are not counted. */
  tokenizer?: Tokenizer | undefined;
  /** Marks the server leaves in the text around the model's thinking; with them the thinking goes out as `reasoning_content`. */
  reasoning?: ReasoningTags | undefined;
  /** 32 bytes that name the tokenizer; zeros by default. */
  tokenizerDigest?: Uint8Array | undefined;
  /** Longest wait for the response to begin, prefill included on some servers. Default 120,000. */
  headersTimeoutMs?: number | undefined;
  /** Longest silence within a response while the consumer waits. Default 120,000. */
  idleTimeoutMs?: number | undefined;
  /** Requests at the same time, and connections; more are refused with `UPSTREAM_BUSY`. Default 256. */
  maxConcurrent?: number | undefined;
}

export interface OpenAiEngine extends Engine {
  /** Stops every running request (`ENGINE_CLOSED`) and closes all connections. */
  close(): Promise<void>;
}

/**
 * Payloads of the server pass unchanged, byte for byte, except those with thinking that `reasoning` takes out of the text; only
 * `[DONE]` is consumed. When the caller's signal fires, the
 * connection is closed at once and a last `end` (finish `stop`) reports the best known usage of the chunks handed over;
 * nothing is thrown. A server that runs past the token cap is stopped and ends with `length`.
 *
 * @throws CocoonError kind `config`: `UPSTREAM_INVALID`, `UPSTREAM_NOT_LOCAL`, `UPSTREAM_KEY_INVALID`. While running: codes of
 * `prepareRequest`, `readPayloads` and `readChunk`, `CONTEXT_OVERFLOW`, `ENGINE_NO_USAGE`, `ENGINE_BAD_USAGE`, `ENGINE_CLOSED`.
 */
export function createOpenAiEngine(options: OpenAiEngineOptions): OpenAiEngine {
  const upstream = parseUpstream(options.upstream, {
    allowUnattested: options.allowUnattestedUpstream === true,
  });
  const { apiKey, tokenizer, reasoning } = options;
  if (apiKey !== undefined && !/^[\x21-\x7e]{1,4096}$/.test(apiKey))
    throw upstreamError('UPSTREAM_KEY_INVALID');
  const maxConcurrent = options.maxConcurrent ?? DEFAULT_MAX_CONCURRENT;
  const agent = new Agent({
    connections: maxConcurrent,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    connect: connectOptions(upstream),
  });
  const card: EngineCard = Object.freeze({
    id: 'cocoonkit/openai',
    model: options.model,
    engine: 'OpenAI-compatible server',
    features: Object.freeze([...(options.features ?? (['chat'] as const))]),
    maxContext: options.maxContext,
    tokenizerDigest: options.tokenizerDigest ?? new Uint8Array(TOKENIZER_DIGEST_BYTES),
    external: upstream.external,
  });
  const upstreamModel = options.upstreamModel ?? options.model;
  const running = new Set<AbortController>();
  let closed = false;

  function prepare(request: EngineRequest): {
    body: string;
    start(call: Omit<UpstreamCall, 'maxStreamBytes'>, signal: AbortSignal): AsyncIterable<EngineEvent>;
  } {
    if (request.operation === 'embeddings') {
      const prepared = prepareEmbeddings(request, { card, upstreamModel });
      return {
        body: prepared.body,
        start: (call, signal) =>
          runEmbeddings(prepared, {
            call: { ...call, maxStreamBytes: MAX_EMBEDDINGS_BYTES },
            signal,
            tokenizer,
          }),
      };
    }
    return {
      body: prepareRequest(request, { card, upstreamModel }).body,
      start: (call, signal) =>
        runCompletion(request, { call, signal, maxContext: card.maxContext, tokenizer, reasoning }),
    };
  }

  async function* run(
    request: EngineRequest,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<EngineEvent, void, undefined> {
    const prepared = prepare(request);
    if (closed) throw upstreamError('ENGINE_CLOSED');
    if (running.size >= maxConcurrent) throw upstreamError('UPSTREAM_BUSY', { maxConcurrent });
    const stop = new AbortController();
    const onAbort = (): void => stop.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) stop.abort();
    running.add(stop);
    let whole = false;
    try {
      const call = {
        agent,
        upstream,
        apiKey,
        body: prepared.body,
        stop,
        headersTimeoutMs: options.headersTimeoutMs ?? DEFAULT_HEADERS_TIMEOUT_MS,
        idleTimeoutMs: options.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
      };
      yield* prepared.start(call, signal);
      whole = true;
    } catch (error) {
      throw closed ? upstreamError('ENGINE_CLOSED') : error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      // Also when the consumer leaves early: an answer that nobody reads must not go on costing. One read to its end has nothing to stop.
      if (!whole) stop.abort();
      running.delete(stop);
    }
  }

  return {
    card,
    run,
    close: async () => {
      closed = true;
      for (const stop of running) stop.abort();
      await agent.destroy();
    },
  };
}
