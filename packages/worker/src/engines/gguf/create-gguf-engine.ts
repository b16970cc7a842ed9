// How does a GGUF file inside this machine answer chat requests?
import { createHash, randomUUID } from 'node:crypto';
import type { Engine, EngineCard, EngineEvent, EngineRequest, Feature } from '../engine.js';
import type { ReasoningTags, TextPiece } from '../split-reasoning.js';
import { generate } from './generate.js';
import { ggufError } from './gguf-error.js';
import { type LoadedModel, loadModel } from './load-model.js';
import { readChat } from './read-chat.js';
import { createSequenceQueue } from './sequence-queue.js';

const MAX_SLOTS = 64;

export interface GgufEngineOptions {
  /** Path of the model. */
  file: string;
  /** Name clients ask for. */
  model: string;
  features?: readonly Feature[] | undefined;
  /** Tokens a request can use, prompt and answer together; default and most what the model was trained on. */
  maxContext?: number | undefined;
  /** Requests at once, 1 to 64; each takes memory of its own. Default 1. */
  slots?: number | undefined;
  /** Default `auto`. */
  gpu?: 'auto' | false | undefined;
  /** Default 0: as many as the machine has cores. */
  threads?: number | undefined;
  /** How the model marks its thinking, for models that do. */
  reasoning?: ReasoningTags | undefined;
  now?: (() => Date) | undefined;
  id?: (() => string) | undefined;
}

export interface GgufEngine extends Engine {
  /** Stops running requests with `ENGINE_CLOSED` and frees the memory. */
  close(): Promise<void>;
}

/**
 * Loads the model, then answers. Tokens are counted by the engine itself.
 * @throws CocoonError `GGUF_LIBRARY_MISSING`, `GGUF_UNREADABLE`
 */
export async function createGgufEngine(options: GgufEngineOptions): Promise<GgufEngine> {
  const slots = Math.min(MAX_SLOTS, Math.max(1, options.slots ?? 1));
  const loaded = await loadModel({
    file: options.file,
    maxContext: options.maxContext,
    slots,
    gpu: options.gpu ?? 'auto',
    threads: options.threads ?? 0,
  });
  const stop = new AbortController();
  const queue = createSequenceQueue(slots);
  const now = options.now ?? (() => new Date());
  const id = options.id ?? (() => `chatcmpl-${randomUUID()}`);
  const features: Feature[] = [...(options.features ?? (['chat'] as const))];
  if (options.reasoning !== undefined && !features.includes('reasoning')) features.push('reasoning');
  const card: EngineCard = Object.freeze({
    id: 'cocoonkit/gguf',
    model: options.model,
    engine: `llama.cpp, ${loaded.name}`.slice(0, 128),
    features: Object.freeze(features),
    maxContext: loaded.contextSize,
    tokenizerDigest: tokenizerDigest(loaded),
    external: false,
  });

  async function* run(
    { request, maxOutputTokens }: EngineRequest,
    { signal: outer }: { signal: AbortSignal },
  ): AsyncGenerator<EngineEvent, void, undefined> {
    const order = readChat(request);
    const prompt = loaded.render(order.turns);
    const room = loaded.contextSize - prompt.tokens.length;
    if (room < 1) throw ggufError('CONTEXT_OVERFLOW', { limit: loaded.contextSize });
    const most = Math.min(maxOutputTokens, order.maxTokens ?? maxOutputTokens, room);
    const signal = AbortSignal.any([outer, stop.signal]);
    const release = await queue.take(signal);
    const head = { id: id(), created: Math.floor(now().getTime() / 1000), model: options.model };
    const sequence = loaded.context.getSequence();
    let completion = 0;
    let reasoning = 0;
    let first = true;
    try {
      for await (const step of generate({
        loaded,
        sequence,
        prompt,
        order,
        most,
        reasoning: options.reasoning,
        signal,
      })) {
        ({ completion, reasoning } = step);
        for (const piece of step.pieces) {
          yield { type: 'chunk', json: chunk(head, delta(piece, first), null), completionTokens: completion };
          first = false;
        }
        if (step.finish === undefined) continue;
        yield { type: 'chunk', json: chunk(head, {}, step.finish), completionTokens: completion };
        yield { type: 'end', finish: step.finish, usage: usage(), countedBy: 'engine' };
        return;
      }
      if (stop.signal.aborted) throw ggufError('ENGINE_CLOSED');
      // Stopped by the caller: what was made is counted.
      yield { type: 'end', finish: 'stop', usage: usage(), countedBy: 'engine' };
    } finally {
      // The next request must find nothing of this one.
      await sequence.dispose();
      release();
    }

    function usage() {
      return { prompt: prompt.tokens.length, cached: 0, completion, reasoning };
    }
  }

  return {
    card,
    run,
    async close() {
      stop.abort();
      await queue.idle();
      await loaded.close();
    },
  };
}

function delta({ kind, text }: TextPiece, first: boolean): Record<string, string> {
  const content = kind === 'answer' ? { content: text } : { reasoning_content: text };
  return first ? { role: 'assistant', ...content } : content;
}

function chunk(
  { id, created, model }: { id: string; created: number; model: string },
  piece: object,
  finish: string | null,
): string {
  const choices = [{ index: 0, delta: piece, logprobs: null, finish_reason: finish }];
  return JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices });
}

/** SHA-256 over the vocabulary as the file holds it. */
function tokenizerDigest({ model }: LoadedModel): Uint8Array {
  const { ggml } = model.fileInfo.metadata.tokenizer ?? {};
  const hash = createHash('sha256').update(String(ggml?.model ?? ''));
  for (const token of ggml?.tokens ?? []) hash.update(token).update('\0');
  for (const merge of ggml?.merges ?? []) hash.update(merge).update('\0');
  return new Uint8Array(hash.digest());
}
