// Which engine do the settings name?

import type { WorkerConfig } from './config.js';
import type { Engine } from './engines/engine.js';
import { createExtractiveEngine, createOpenAiEngine } from './engines/index.js';
import { workerError } from './worker-error.js';

export interface RunningEngine {
  engine: Engine;
  close(): Promise<void>;
}

/** @throws CocoonError kind `config` for an upstream that cannot be used */
export function createEngine(config: WorkerConfig): RunningEngine {
  switch (config.engine) {
    case 'extractive':
      return { engine: createExtractiveEngine({ model: config.model }), close: async () => undefined };
    case 'openai': {
      if (config.upstream === undefined) throw noUpstream();
      const engine = createOpenAiEngine({
        upstream: config.upstream,
        model: config.model,
        upstreamModel: config.upstreamModel,
        features: config.features,
        maxContext: config.maxContext,
        allowUnattestedUpstream: config.unattestedUpstream,
        apiKey: config.upstreamKey,
        maxConcurrent: config.slots,
      });
      return { engine, close: () => engine.close() };
    }
    default:
      return config.engine satisfies never;
  }
}

function noUpstream(): Error {
  return workerError({
    code: 'CONFIG_INVALID',
    message: '--upstream is needed with --engine openai.',
    remedy: 'Name the address of the model server.',
  });
}
