// How does a sentence picker answer chat requests when no model is at hand?
import { randomUUID } from 'node:crypto';
import type { Engine, EngineEvent, EngineRequest } from '../engine.js';
import { createEffort, throwIfAborted } from './effort.js';
import { extract } from './extract.js';
import { parseRequest } from './parse-request.js';
import { MAX_CONTEXT_TOKENS } from './read-messages.js';
import { requestInvalid } from './request-error.js';
import { countTokens, tokenizerDigest } from './tokenizer.js';

export interface ExtractiveEngineOptions {
  /** Name clients ask for; default `cocoonkit/extractive`. */
  model?: string | undefined;
  /** Clock for the `created` field; default the system's. */
  now?: (() => Date) | undefined;
  /** Source of the answer's id; default random. */
  id?: (() => string) | undefined;
}

/**
 * An engine that answers with sentences of the given text, word for word, by graph and frequency ranking. It needs no
 * weights and no network, and it is not a language model: it summarizes, quotes and searches, and refuses all else.
 * Usage is counted exactly by its own tokenizer, `ck-words/1`.
 */
export function createExtractiveEngine(options: ExtractiveEngineOptions = {}): Engine {
  const model = options.model ?? 'cocoonkit/extractive';
  const now = options.now ?? (() => new Date());
  const id = options.id ?? (() => `chatcmpl-${randomUUID()}`);
  return {
    card: {
      id: 'cocoonkit/extractive',
      model,
      engine: 'cocoonkit extractive 1 (not a language model)',
      features: ['summarize', 'quote', 'search'],
      maxContext: MAX_CONTEXT_TOKENS,
      tokenizerDigest: tokenizerDigest(),
      external: false,
    },
    run: (request, { signal }) =>
      answer(request, { id: id(), created: Math.floor(now().getTime() / 1000), model }, signal),
  };
}

interface Head {
  id: string;
  created: number;
  model: string;
}

async function* answer(request: EngineRequest, head: Head, signal: AbortSignal): AsyncGenerator<EngineEvent> {
  throwIfAborted(signal);
  const { maxOutputTokens } = request;
  if (!Number.isSafeInteger(maxOutputTokens) || maxOutputTokens < 1)
    throw requestInvalid('maxOutputTokens is below 1');
  const parsed = parseRequest(request.request);
  const lines = await extract(parsed, createEffort(signal));
  const cap = Math.min(maxOutputTokens, parsed.maxTokens ?? maxOutputTokens);
  let completion = 0;
  let finish: 'stop' | 'length' = 'stop';
  for (const [i, line] of lines.entries()) {
    throwIfAborted(signal);
    // The line break belongs to the sentence it leads to, so every chunk ends at a sentence's end.
    const content = i === 0 ? line : `\n${line}`;
    const tokens = countTokens(content);
    if (completion + tokens > cap) {
      finish = 'length';
      break;
    }
    completion += tokens;
    const delta = i === 0 ? { role: 'assistant', content } : { content };
    yield { type: 'chunk', json: chunk(head, delta, null), completionTokens: completion };
  }
  throwIfAborted(signal);
  yield { type: 'chunk', json: chunk(head, {}, finish), completionTokens: completion };
  const usage = { prompt: parsed.promptTokens, cached: 0, completion, reasoning: 0 };
  yield { type: 'end', finish, usage, countedBy: 'tokenizer' };
}

function chunk({ id, created, model }: Head, delta: object, finish: 'stop' | 'length' | null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
  return JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices });
}
