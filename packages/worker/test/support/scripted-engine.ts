// An engine that does what a test tells it, within the contract of engines.
import type {
  Engine,
  EngineEvent,
  EngineRequest,
  Feature,
  FinishReason,
  Usage,
} from '../../src/engines/engine.js';

export interface Script {
  features?: readonly Feature[];
  model?: string;
  external?: boolean;
  run(request: EngineRequest, signal: AbortSignal): AsyncGenerator<EngineEvent>;
}

/** How often the engine was started, and how many chunks were taken from it. */
export interface ScriptedEngine extends Engine {
  runs: number;
  taken: number;
  requests: EngineRequest[];
}

export function scriptedEngine(script: Script): ScriptedEngine {
  const engine: ScriptedEngine = {
    card: {
      id: 'test/scripted',
      model: script.model ?? 'scripted',
      engine: 'scripted 1',
      features: script.features ?? ['chat'],
      maxContext: 8_192,
      tokenizerDigest: new Uint8Array(32),
      external: script.external ?? false,
    },
    runs: 0,
    taken: 0,
    requests: [],
    async *run(request, { signal }) {
      engine.runs++;
      engine.requests.push(request);
      for await (const event of script.run(request, signal)) {
        engine.taken++;
        yield event;
      }
    },
  };
  return engine;
}

export function chunk(content: string, completionTokens: number): EngineEvent {
  return {
    type: 'chunk',
    json: JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content } }] }),
    completionTokens,
  };
}

export function end(usage: Partial<Usage> = {}, finish: FinishReason = 'stop'): EngineEvent {
  return {
    type: 'end',
    finish,
    usage: { prompt: 5, cached: 0, completion: 3, reasoning: 0, ...usage },
    countedBy: 'engine',
  };
}

/** Says these words, one chunk and one token each. */
export function saying(words: readonly string[]): Script['run'] {
  return async function* () {
    for (const [i, word] of words.entries()) yield chunk(word, i + 1);
    yield end({ completion: words.length });
  };
}

/** Says one word, then nothing until it is told to stop. */
export function hanging(): Script['run'] {
  return async function* (_request, signal) {
    yield chunk('begun', 1);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
    yield end({ completion: 1 });
  };
}
