// Which engine do the settings name?

import { homedir } from 'node:os';
import { join } from 'node:path';
import type { WorkerConfig } from './config.js';
import type { Engine } from './engines/engine.js';
import { checkModelFile } from './engines/gguf/check-model-file.js';
import { fetchModel } from './engines/gguf/fetch-model.js';
import { createExtractiveEngine, createGgufEngine, createOpenAiEngine } from './engines/index.js';
import { findModel } from './engines/model-catalog.js';
import { workerError } from './worker-error.js';

export interface RunningEngine {
  engine: Engine;
  close(): Promise<void>;
}

/** @throws CocoonError kind `config` for an upstream or a model file that cannot be used; codes of `fetchModel` */
export async function createEngine(
  config: WorkerConfig,
  { fetch }: { fetch: typeof globalThis.fetch },
): Promise<RunningEngine> {
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
        reasoning: findModel(config.model)?.reasoning,
      });
      return { engine, close: () => engine.close() };
    }
    case 'gguf': {
      const file = await locateModel(config, fetch);
      const known = findModel(config.model);
      const engine = await createGgufEngine({
        file,
        model: config.model,
        maxContext: config.maxContext,
        slots: config.slots,
        gpu: config.gpu === 'off' ? false : 'auto',
        threads: config.threads,
        reasoning: known?.reasoning,
      });
      return { engine, close: () => engine.close() };
    }
    default:
      return config.engine satisfies never;
  }
}

/** The file the settings name; one whose hash is pinned is checked first, wherever it comes from. */
async function locateModel(config: WorkerConfig, fetch: typeof globalThis.fetch): Promise<string> {
  const { modelFile, modelUrl: url, modelSha256: sha256, modelSize: size } = config;
  if (url !== undefined && sha256 !== undefined && size !== undefined) {
    const folder = config.modelCache ?? join(homedir(), '.cache', 'cocoonkit', 'models');
    return fetchModel({ url, sha256, size, folder, fetch });
  }
  if (modelFile === undefined) throw noModelFile();
  if (sha256 !== undefined) await checkModelFile(modelFile, { sha256, size });
  return modelFile;
}

function noModelFile(): Error {
  return workerError({
    code: 'CONFIG_INVALID',
    message: '--model-file is needed with --engine gguf.',
    remedy: 'Name the model’s GGUF file.',
  });
}

function noUpstream(): Error {
  return workerError({
    code: 'CONFIG_INVALID',
    message: '--upstream is needed with --engine openai.',
    remedy: 'Name the address of the model server.',
  });
}
